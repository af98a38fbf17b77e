"""What people do on the run page, and what they may not."""

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from panels.choices import CallState, RunState
from panels.models import Call, Critique, Decision, Run
from panels.queries import load_run_snapshot
from panels.snapshot import CritiqueSnapshot
from tests.web.rows import HTMX, NOWHERE, add_call, add_critique, add_link, add_run, words

pytestmark = pytest.mark.django_db(transaction=True)

ACTIONS = {
    "decide": ("1",),
    "undo": (),
    "add_critique": (),
    "write": (),
    "stop_run": (),
    "stop_seat": ("A",),
}
OWNERS_ONLY = ("stop_run", "stop_seat")


@pytest.fixture
def run(owner: User) -> Run:
    run = add_run(owner)
    add_call(run, seat="A", text="Yes.")
    for number in (1, 2):
        critique = add_critique(run, number)
        critique.stances.create(seat="A", quote="Yes.")
        critique.stances.create(seat="B", quote="No.")
    return run


@pytest.fixture
def reviewer(guest_client: Client, run: Run) -> Client:
    """A guest with a review link and a name."""
    guest_client.get(reverse("join", args=[add_link(run, scope="review")]))
    guest_client.post(reverse("guest_name", args=[run.pk]), {"name": "Grace"})
    return guest_client


def post(client: Client, run: Run, name: str, *args: str, **values: object):
    return client.post(reverse(name, args=[run.pk, *args]), values, headers=HTMX)


def critique(run: Run, number: int = 1) -> CritiqueSnapshot:
    found = load_run_snapshot(run.pk).critique(number)
    assert found is not None
    return found


def test_a_decision_is_recorded_and_answered_with_the_card_and_the_progress(
    owner_client: Client, run: Run
) -> None:
    response = post(owner_client, run, "decide", "1", verdict="accepted", side="B")
    assert (critique(run).verdict, critique(run).side) == ("accepted", "B")
    assert "accepted by Ada" in words(response, "#critique-1")
    assert "1 of 2 decided" in words(response, "#review-progress")


def test_a_reviewing_guests_decision_carries_their_name_and_link(
    reviewer: Client, run: Run
) -> None:
    post(reviewer, run, "decide", "1", verdict="rejected")
    decision = Decision.objects.get()
    assert (decision.reviewer_name, decision.reviewer) == ("Grace", None)
    assert decision.share_link == run.share_links.get()


def test_an_absent_field_says_nothing_and_an_empty_one_clears(
    owner_client: Client, run: Run
) -> None:
    post(owner_client, run, "decide", "1", verdict="accepted", side="A", note="why")
    post(owner_client, run, "decide", "1", note="")
    assert (critique(run).verdict, critique(run).side, critique(run).note) == ("accepted", "A", "")


def test_undo_takes_back_the_latest_and_says_when_there_is_nothing(
    owner_client: Client, run: Run
) -> None:
    post(owner_client, run, "decide", "2", verdict="accepted")
    assert "Point 2" in words(post(owner_client, run, "undo"), "#critique-2")
    assert critique(run, 2).is_open
    refused = post(owner_client, run, "undo", number="2")
    assert (refused.status_code, "nothing of yours" in refused.content.decode()) == (409, True)


def test_a_person_adds_a_card_of_their_own(reviewer: Client, run: Run) -> None:
    response = post(reviewer, run, "add_critique", kind="remark", title="Who pays?", body="Ask.")
    card = Critique.objects.get(number=3)
    assert (card.kind, card.author_name, card.body) == ("remark", "Grace", "Ask.")
    assert "Who pays?" in words(response, "#group-remark")


@pytest.mark.parametrize(
    ("name", "args", "values", "said"),
    [
        ("decide", ("9",), {"verdict": "accepted"}, "There is no critique C9"),
        ("decide", ("1",), {"verdict": "maybe"}, "maybe"),
        ("decide", ("1",), {"side": "C"}, "takes no side"),
        ("decide", ("1",), {"note": "x" * 5000}, "4000"),
        ("add_critique", (), {"kind": "remark", "title": ""}, "Your point"),
        ("add_critique", (), {"kind": "consensus", "title": "x"}, "consensus"),
        ("write", (), {"add": "zero"}, "zero"),
    ],
)
def test_what_can_t_be_done_is_refused_in_words_and_changes_nothing(
    owner_client: Client, run: Run, name: str, args: tuple[str, ...], values: dict, said: str
) -> None:
    response = post(owner_client, run, name, *args, **values)
    assert response.status_code == 409
    assert said in response.content.decode()
    assert (Decision.objects.count(), Critique.objects.count()) == (0, 2)
    assert load_run_snapshot(run.pk).state == RunState.REVIEW


def test_a_refusal_is_json_for_a_program_and_a_page_for_a_plain_form(
    owner_client: Client, run: Run
) -> None:
    url = reverse("decide", args=[run.pk, 9])
    program = owner_client.post(
        url, {"verdict": "accepted"}, headers={"Accept": "application/json"}
    )
    assert json.loads(program.content) == {"error": "There is no critique C9 in this run."}
    form = owner_client.post(url, {"verdict": "accepted"}, headers={"Accept": "text/html"})
    assert "There is no critique C9" in words(form, "main")


def test_a_synthesis_is_asked_for_with_what_is_accepted_by_then(
    owner_client: Client, run: Run
) -> None:
    post(owner_client, run, "decide", "1", verdict="accepted", side="B", note="simplest")
    post(owner_client, run, "decide", "2", verdict="rejected")
    post(owner_client, run, "write")
    synthesis = load_run_snapshot(run.pk).latest_synthesis
    assert [(a.number, a.side, a.note) for a in synthesis.accepted] == [(1, "B", "simplest")]
    assert (synthesis.rejected, synthesis.requested_by) == ((2,), "Ada")
    assert Call.objects.get(role="writer").state == CallState.QUEUED


def test_a_synthesis_can_t_be_asked_for_twice_at_once(owner_client: Client, run: Run) -> None:
    post(owner_client, run, "write")
    again = post(owner_client, run, "write")
    assert (again.status_code, run.syntheses.count()) == (409, 1)


def test_stopping_a_seat_settles_its_call(owner_client: Client, owner: User) -> None:
    run = add_run(owner, state=RunState.PANEL)
    add_call(run, seat="A", state=CallState.QUEUED, finished_at=None, asked_at=None)
    response = post(owner_client, run, "stop_seat", "A")
    assert Call.objects.get().state == CallState.STOPPED
    assert "stopped" in words(response, "#seat-A")


def test_stopping_all_cancels_the_run(owner_client: Client, owner: User) -> None:
    run = add_run(owner, state=RunState.PANEL)
    add_call(run, seat="A", state=CallState.QUEUED, finished_at=None, asked_at=None)
    response = post(owner_client, run, "stop_run")
    assert load_run_snapshot(run.pk).state == RunState.CANCELLED
    assert "stopped" in words(response, "#run-head").lower()


@pytest.mark.parametrize("letter", ["Z", "H", "AB", "a"])
def test_a_seat_that_the_run_does_not_have_is_not_found(
    owner_client: Client, run: Run, letter: str
) -> None:
    assert post(owner_client, run, "stop_seat", letter).status_code == 404


def test_undoing_a_number_of_thousands_of_digits_is_undoing_the_latest(
    owner_client: Client, run: Run
) -> None:
    assert post(owner_client, run, "undo", number="9" * 5000).status_code == 409


@pytest.mark.parametrize("name", ACTIONS)
def test_a_stranger_and_an_unrelated_account_find_no_action(
    teammate_client: Client, stranger_client: Client, run: Run, name: str
) -> None:
    for client in (teammate_client, stranger_client):
        assert post(client, run, name, *ACTIONS[name], verdict="accepted").status_code == 404
        nowhere = reverse(name, args=[NOWHERE, *ACTIONS[name]])
        assert client.post(nowhere, headers=HTMX).status_code == 404
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("name", ACTIONS)
def test_a_guest_who_may_only_view_finds_no_action(
    guest_client: Client, run: Run, name: str
) -> None:
    guest_client.get(reverse("join", args=[add_link(run, scope="view")]))
    assert post(guest_client, run, name, *ACTIONS[name], verdict="accepted").status_code == 404
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("name", OWNERS_ONLY)
def test_only_the_owner_stops_calls(reviewer: Client, run: Run, name: str) -> None:
    assert post(reviewer, run, name, *ACTIONS[name]).status_code == 404


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_needs_a_post(owner_client: Client, run: Run, name: str) -> None:
    assert owner_client.get(reverse(name, args=[run.pk, *ACTIONS[name]])).status_code == 405


def test_a_post_without_its_token_is_refused(owner: User, run: Run) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    assert post(strict, run, "decide", "1", verdict="accepted").status_code == 403
    assert Decision.objects.count() == 0
