"""A database of the first version, as people left it, under the code of today.

`version_0001.json` was recorded from that version's own server: three runs with scripted models,
one of them cut in mid-stream; share links that have no end; and what the exports said then, with
times to the millisecond.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.scripted_vendor import ScriptedVendor
from tests.cluster.processes import ROOT, python
from tests.deploy.room import Room
from tests.deploy.test_backup_drill import SCRIPTS, SLOW, decisions, states, text_of
from tests.deploy.visitor import Visitor

Make = Callable[[str], dict[str, str]]
THEN = json.loads((Path(__file__).parent / "version_0001.json").read_text())


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    vendor = ScriptedVendor({**SCRIPTS, "slow": {"text": SLOW}})
    yield vendor
    vendor.close()


def test_everything_of_the_first_version_is_there_and_goes_on(
    tmp_path: Path, make_database: Make, vendor: ScriptedVendor
) -> None:
    settings = {**make_database("upgraded"), "FUSIONWEB_ENDPOINTS": f"up {vendor.base_url}"}
    with Room(tmp_path / "room", **settings) as room:
        room.manage("migrate", "panels", "0001", "--verbosity", "0")
        room.manage("migrate", "auth", "--verbosity", "0")
        load_rows(room)
        # `start` migrates the rest.
        room.start()
        with Visitor(room.address) as ada:
            ada.sign_in()
            for path, facts in THEN["facts"].items():
                assert differing(facts, ada.facts(path)) == []
                assert facts["title"] in ada.words(path)
            check_links(room)
            check_cut_run(ada, vendor)
            check_new_work(ada)
        assert room.manage("migrate", "--plan").endswith("No planned migration operations.\n")


def load_rows(room: Room) -> None:
    done = subprocess.run(
        python("-m", "tests.deploy.load_rows"),
        cwd=ROOT,
        env=room.environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def differing(then: Any, now: Any, place: str = "") -> list[str]:
    """Places where what was exported then is not exported now. Fields may have been added."""
    if isinstance(then, dict):
        return [p for key in then for p in differing(then[key], now.get(key), f"{place}.{key}")]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        pairs = enumerate(zip(then, now, strict=True))
        return [p for n, (old, new) in pairs for p in differing(old, new, f"{place}.{n}")]
    return [] if then == now else [f"{place}: {then!r} → {now!r}"]


def check_links(room: Room) -> None:
    links, written = THEN["links"], THEN["runs"]["written"]
    with Visitor(room.address) as guest:
        assert "Enter the room" in guest.page(links["review"])
        guest.send(f"{written}name/", {"name": "Linus"})
        guest.decide(written, 3, "accepted")
    with Visitor(room.address) as guest:
        assert "Split it after the sale" in guest.page(links["view"])
        assert guest.get(links["revoked"]).status_code == 404


def check_cut_run(ada: Visitor, vendor: ScriptedVendor) -> None:
    facts = ada.wait_for(THEN["runs"]["cut"], "review")
    assert states(facts) == {"A": ["done"], "B": ["interrupted", "done"]}
    assert text_of(facts, "B", 2) == SLOW
    asked = {slug: len(vendor.book.requests_to(slug)) for slug in SCRIPTS}
    assert asked == {"quick": 0, "other": 0, "slow": 1, "judge": 1, "writer": 0}


def check_new_work(ada: Visitor) -> None:
    """What is written now stands beside what was written then: no key is used twice."""
    written = THEN["runs"]["written"]
    facts = ada.facts(written)
    assert decisions(facts) == [("accepted", "ada"), ("rejected", "Grace"), ("accepted", "Linus")]
    preset = ada.make_preset("After", "quick", "other")
    path = ada.start_run(preset, "And now?")
    ada.wait_for(path, "review")
    ada.decide(path, 1, "accepted")
    ada.send(path, {}, to=f"{path}write/")
    assert ada.wait_for(path, "done")["syntheses"][0]["text"] == SCRIPTS["writer"]["text"]
