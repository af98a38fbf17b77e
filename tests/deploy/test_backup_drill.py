"""The whole way: a deployment that people use, its backup, and a fresh one that goes on.

The backup is taken while a run is in mid-stream, and what is backed up is then killed.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.browser.scripted_vendor import ScriptedVendor
from tests.deploy.room import Room
from tests.deploy.visitor import Visitor

SLOW = " ".join(f"slow{n}" for n in range(600))
JUDGEMENT = {
    "critiques": [
        {"kind": "blind_spot", "title": "Nobody owns retention", "why": "The law.", "stances": []},
        {"kind": "blind_spot", "title": "No way back", "why": "A sale.", "stances": []},
        {"kind": "blind_spot", "title": "Who is on call?", "why": "Nights.", "stances": []},
    ]
}
SCRIPTS: dict[str, Any] = {
    "quick": {"text": "Split it after the sale, and not before."},
    "other": {"text": "Keep the monolith, and measure first."},
    "slow": {"text": SLOW, "tokens_per_second": 15},
    "judge": {"text": json.dumps(JUDGEMENT)},
    "writer": {"text": "Name an owner of retention first [C1]."},
}
Make = Callable[[str], dict[str, str]]


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    vendor = ScriptedVendor(SCRIPTS)
    yield vendor
    vendor.close()


def room_of(folder: Path, vendor: ScriptedVendor, settings: dict[str, str]) -> Room:
    return Room(folder, FUSIONWEB_ENDPOINTS=f"up {vendor.base_url}", **settings)


class People:
    """Ada, who owns the runs, and three guests with her links."""

    def __init__(self, address: str) -> None:
        self.ada = Visitor(address)
        self.reviewer, self.reader, self.turned_away = (Visitor(address) for _ in range(3))

    def come_back_to(self, address: str) -> None:
        for person in (self.ada, self.reviewer, self.reader, self.turned_away):
            person.address = address

    def leave(self) -> None:
        for person in (self.ada, self.reviewer, self.reader, self.turned_away):
            person.client.close()


@pytest.fixture
def people() -> Iterator[People]:
    people = People("")
    yield people
    people.leave()


def test_a_fresh_deployment_goes_on_where_the_backup_was_taken(
    tmp_path: Path, make_database: Make, vendor: ScriptedVendor, people: People
) -> None:
    file = tmp_path / "all.fusionweb"
    with room_of(tmp_path / "old", vendor, make_database("old")) as old:
        old.start()
        old.add_account()
        people.come_back_to(old.address)
        before = make_history(old, people)
        cut = start_slow_run(people.ada, before.slow, vendor)
        said = old.manage("backup", str(file))
        for web in old.webs:
            web.end_now()
    assert said.startswith(f"{file}: 3 runs, ")
    let_the_slow_one_hurry(vendor)

    with room_of(tmp_path / "new", vendor, make_database("new")) as new:
        new.manage("restore", str(file))
        new.manage("migrate", "--verbosity", "0")
        new.start_webs()
        people.come_back_to(new.address)
        check_history(new, people, before)
        check_links(new, before)
        check_cut_run(people.ada, vendor, cut)
        go_on_working(people, before)


class History:
    """What was seen before the backup, to be seen again after it."""

    def __init__(self, ada: Visitor, written: str, reviewed: str) -> None:
        self.written, self.reviewed = written, reviewed
        self.facts = {path: ada.facts(path) for path in (written, reviewed)}
        self.pages = {path: seen(ada, path) for path in (written, reviewed)}
        self.presets = ada.words("/presets/")
        self.allowance = ""
        self.view = self.review = self.revoked = self.slow = ""


def make_history(room: Room, people: People) -> History:
    ada = people.ada
    ada.sign_in()
    preset = ada.make_preset("Steady", "quick", "other")
    slow = ada.make_preset("Slow", "quick", "slow")
    written = ada.start_run(preset, "Should checkout leave the monolith?")
    ada.wait_for(written, "review")
    view, review = ada.share(written, "view"), ada.share(written, "review")
    people.reviewer.page(review)
    people.reader.page(view)
    people.reviewer.send(f"{written}name/", {"name": "Grace"})
    people.reviewer.decide(written, 2, "rejected", note="We have one.")
    ada.decide(written, 1, "accepted")
    ada.send(written, {}, to=f"{written}write/")
    ada.wait_for(written, "done")

    reviewed = ada.start_run(preset, "Should search leave it, too?")
    ada.wait_for(reviewed, "review")
    ada.decide(reviewed, 3, "deferred")
    revoked = ada.share(reviewed, "review")
    people.turned_away.page(revoked)
    revoke_all(ada, reviewed)
    # Not Ada's: nobody knows what the scripted models cost, so a cap would hold her calls.
    room.add_account("ben")
    room.manage("set_allowance", "ben", "--day", "5", "--month", "50")

    history = History(ada, written, reviewed)
    history.view, history.review, history.revoked = view, review, revoked
    history.slow = slow
    history.allowance = room.manage("set_allowance", "ben")
    return history


def revoke_all(owner: Visitor, run_path: str) -> None:
    page = owner.page(f"{run_path}share/")
    for path in re.findall(rf'action="({run_path}share/\d+/revoke/)"', page):
        owner.send(f"{run_path}share/", {}, to=path)


def start_slow_run(ada: Visitor, preset: str, vendor: ScriptedVendor) -> str:
    """Until the quick seat has finished and the slow one is in the middle of its answer."""
    path = ada.start_run(preset, "And what of payments?")
    ada.wait_until(path, lambda facts: states(facts) == {"A": ["done"], "B": ["streaming"]})
    ada.wait_until(path, lambda facts: "slow20" in text_of(facts, "B", 1))
    assert [len(vendor.book.requests_to(slug)) for slug in ("quick", "slow")] == [3, 1]
    return path


def let_the_slow_one_hurry(vendor: ScriptedVendor) -> None:
    scripts = vendor.book.scripts
    vendor.book.scripts = {**scripts, "slow": replace(scripts["slow"], tokens_per_second=0)}


def check_history(room: Room, people: People, before: History) -> None:
    """Ada's session and the guests' came along: nobody signs in again."""
    ada = people.ada
    for path, facts in before.facts.items():
        assert ada.facts(path) == facts
        assert seen(ada, path) == before.pages[path]
    written = before.facts[before.written]
    assert decisions(written) == [("accepted", "ada"), ("rejected", "Grace"), None]
    assert written["syntheses"][0]["text"] == SCRIPTS["writer"]["text"]
    assert ada.words("/presets/") == before.presets
    assert room.manage("set_allowance", "ben") == before.allowance
    assert people.reader.page(before.written)
    assert people.turned_away.get(before.reviewed).status_code == 404


def check_links(room: Room, before: History) -> None:
    """Opened by people who were never here."""
    for link, name_is_asked in ((before.view, False), (before.review, True)):
        with Visitor(room.address) as guest:
            assert ("Enter the room" in guest.page(link)) == name_is_asked
            assert ("Split it after the sale" in guest.page(before.written)) is not name_is_asked
    with Visitor(room.address) as guest:
        assert guest.get(before.revoked).status_code == 404


def check_cut_run(ada: Visitor, vendor: ScriptedVendor, path: str) -> None:
    facts = ada.wait_for(path, "review")
    assert states(facts) == {"A": ["done"], "B": ["interrupted", "done"]}
    assert text_of(facts, "B", 2) == SLOW
    cut = text_of(facts, "B", 1)
    assert SLOW.startswith(cut)
    assert "slow20" in cut
    asked = {slug: len(vendor.book.requests_to(slug)) for slug in SCRIPTS}
    assert asked == {"quick": 3, "other": 2, "slow": 2, "judge": 3, "writer": 1}


def go_on_working(people: People, before: History) -> None:
    people.reviewer.decide(before.written, 3, "accepted")
    assert decisions(people.ada.facts(before.written))[2] == ("accepted", "Grace")


def decisions(facts: dict[str, Any]) -> list[tuple[str, str] | None]:
    """Of each critique: what was decided last, and by whom."""
    found = [critique["decision"] for critique in facts["critiques"]]
    return [decision and (decision["verdict"], decision["reviewer_name"]) for decision in found]


def states(facts: dict[str, Any]) -> dict[str, list[str]]:
    """Of each seat's attempts, in order."""
    found: dict[str, list[str]] = {}
    for call in sorted(facts["calls"], key=lambda call: call["attempt"]):
        if call["role"] == "seat":
            found.setdefault(call["seat"], []).append(call["state"])
    return found


def text_of(facts: dict[str, Any], seat: str, attempt: int) -> str:
    return next(
        str(call["text"])
        for call in facts["calls"]
        if (call["seat"], call["attempt"]) == (seat, attempt)
    )


def seen(visitor: Visitor, path: str) -> str:
    """What the page of a run says, apart from how long ago things were."""
    return re.sub(r"\d+ (?:s|min|seconds?|minutes?) ago|just now", "then", visitor.words(path))
