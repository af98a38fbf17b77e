"""Decisions are rows; the latest that stands counts; undoing is a row too."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from panels.choices import CritiqueKind, CritiqueOrigin, RunState, Verdict
from panels.engine import dispatch
from panels.engine.events import CritiqueChanged, CritiquesFound, RunEvent
from panels.engine.review import Reviewer, UnableToDecide, add_critique, decide, undo
from panels.models import Critique, Decision, Run, Stance
from panels.queries import load_run_snapshot
from panels.snapshot import CritiqueSnapshot
from tests.factories import NOW, make_panel

pytestmark = pytest.mark.django_db


class Listener:
    """A dispatcher that only remembers."""

    def __init__(self) -> None:
        self.events: list[RunEvent] = []

    def publish(self, event: RunEvent) -> None:
        self.events.append(event)

    async def launch(self, run_id: object) -> None: ...

    async def stop_call(self, call_id: int) -> None: ...


@pytest.fixture
def listener() -> Listener:
    listener = Listener()
    dispatch.install(listener)
    return listener


@pytest.fixture
def run(listener: Listener) -> Run:
    owner = User.objects.create(username="ada")
    run = Run.objects.create(
        owner=owner,
        title="Split?",
        state=RunState.REVIEW,
        created_at=NOW,
        panel_json=make_panel("ABC").to_json(),
    )
    for number in (1, 2):
        critique = Critique.objects.create(
            run=run,
            number=number,
            kind=CritiqueKind.CONTRADICTION,
            origin=CritiqueOrigin.JUDGE,
            title=f"Point {number}",
            created_at=NOW,
        )
        for seat in "AB":
            Stance.objects.create(critique=critique, seat=seat, quote=f"{seat} says so")
    return run


@pytest.fixture
def ada(run: Run) -> Reviewer:
    return Reviewer(name="Ada", user_id=run.owner_id)


GUEST = Reviewer(name="Grace")


def critique(run: Run, number: int = 1) -> CritiqueSnapshot:
    found = load_run_snapshot(run.pk).critique(number)
    assert found is not None
    return found


def test_a_new_critique_is_open_and_nothing_is_accepted_in_advance(run: Run) -> None:
    assert (critique(run).is_open, critique(run).decision) == (True, None)


@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.REJECTED, Verdict.DEFERRED])
def test_a_verdict_stands_with_its_reviewers_name(
    run: Run, ada: Reviewer, listener: Listener, verdict: Verdict
) -> None:
    decide(run, 1, ada, now=NOW, verdict=verdict)
    assert (critique(run).verdict, critique(run).decision.reviewer_name) == (verdict, "Ada")
    assert listener.events == [CritiqueChanged(run_id=str(run.pk), number=1)]


def test_the_latest_decision_counts_whoever_made_it(run: Run, ada: Reviewer) -> None:
    decide(run, 1, ada, now=NOW, verdict=Verdict.ACCEPTED)
    decide(run, 1, GUEST, now=NOW, verdict=Verdict.REJECTED)
    assert critique(run).is_rejected
    assert critique(run).decision.reviewer_name == "Grace"
    assert Decision.objects.count() == 2


def test_a_side_and_a_note_stay_when_only_the_verdict_is_sent(run: Run, ada: Reviewer) -> None:
    decide(run, 1, ada, now=NOW, side="B")
    decide(run, 1, ada, now=NOW, note="payments first")
    assert (critique(run).is_open, critique(run).side) == (True, "B")
    decide(run, 1, ada, now=NOW, verdict=Verdict.ACCEPTED)
    now = critique(run)
    assert (now.verdict, now.side, now.note) == (Verdict.ACCEPTED, "B", "payments first")


def test_an_empty_side_or_note_clears_it(run: Run, ada: Reviewer) -> None:
    decide(run, 1, ada, now=NOW, verdict=Verdict.ACCEPTED, side="A", note="x")
    decide(run, 1, ada, now=NOW, side="", note="")
    now = critique(run)
    assert (now.verdict, now.side, now.note) == (Verdict.ACCEPTED, "", "")


def test_undo_brings_back_what_stood_before_again_and_again(run: Run, ada: Reviewer) -> None:
    decide(run, 1, ada, now=NOW, verdict=Verdict.ACCEPTED, side="A")
    decide(run, 1, ada, now=NOW, verdict=Verdict.REJECTED)
    assert undo(run, ada, now=NOW, number=1) == 1
    assert (critique(run).verdict, critique(run).side) == (Verdict.ACCEPTED, "A")
    assert undo(run, ada, now=NOW, number=1) == 1
    assert critique(run).is_open
    assert undo(run, ada, now=NOW, number=1) is None


def test_nothing_is_ever_erased(run: Run, ada: Reviewer) -> None:
    decide(run, 1, ada, now=NOW, verdict=Verdict.ACCEPTED)
    undo(run, ada, now=NOW, number=1)
    rows = list(Decision.objects.order_by("pk").values_list("verdict", "undoes_id"))
    first = Decision.objects.order_by("pk").first()
    assert rows == [(Verdict.ACCEPTED, None), (Verdict.ACCEPTED, first.pk)]


def test_undo_without_a_number_takes_back_the_reviewers_own_latest(run: Run, ada: Reviewer) -> None:
    decide(run, 1, ada, now=NOW, verdict=Verdict.ACCEPTED)
    decide(run, 2, GUEST, now=NOW, verdict=Verdict.REJECTED)
    assert undo(run, ada, now=NOW) == 1
    assert (critique(run, 1).is_open, critique(run, 2).is_rejected) == (True, True)
    assert undo(run, ada, now=NOW) is None
    assert undo(run, GUEST, now=NOW) == 2


def test_a_guest_cant_undo_another_guest_of_the_same_name_on_another_link(run: Run) -> None:
    one = Reviewer(name="Sam", share_link_id=None)
    decide(run, 1, one, now=NOW, verdict=Verdict.ACCEPTED)
    assert undo(run, Reviewer(name="Samantha"), now=NOW) is None


def test_progress_counts_every_verdict_but_open(run: Run, ada: Reviewer) -> None:
    decide(run, 1, ada, now=NOW, verdict=Verdict.DEFERRED)
    decide(run, 2, ada, now=NOW, side="A")
    assert load_run_snapshot(run.pk).decided_count == 1


@pytest.mark.parametrize(
    ("number", "values", "words"),
    [
        (9, {"verdict": Verdict.ACCEPTED}, "no critique C9"),
        (1, {"side": "C"}, "Seat C takes no side in C1"),
        (1, {"side": "Z"}, "Seat Z takes no side in C1"),
    ],
)
def test_what_can_t_be_decided_is_refused_in_words(
    run: Run, ada: Reviewer, number: int, values: dict[str, str], words: str
) -> None:
    with pytest.raises(UnableToDecide, match=words):
        decide(run, number, ada, now=NOW, **values)
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("state", [RunState.PANEL, RunState.FAILED, RunState.CANCELLED])
def test_a_run_without_a_review_takes_no_decision(run: Run, ada: Reviewer, state: RunState) -> None:
    run.state = state
    with pytest.raises(UnableToDecide, match="has not finished"):
        decide(run, 1, ada, now=NOW, verdict=Verdict.ACCEPTED)
    with pytest.raises(UnableToDecide):
        add_critique(run, ada, kind=CritiqueKind.REMARK, title="x", body="", now=NOW)


def test_a_persons_own_card_is_numbered_on_and_can_be_decided_like_any(
    run: Run, ada: Reviewer, listener: Listener
) -> None:
    number = add_critique(
        run, ada, kind=CritiqueKind.FRAMING, title="Ask about cost first", body="Why", now=NOW
    )
    assert number == 3
    assert listener.events == [CritiquesFound(run_id=str(run.pk), numbers=(3,))]
    decide(run, 3, ada, now=NOW + timedelta(seconds=1), verdict=Verdict.ACCEPTED)
    own = critique(run, 3)
    assert (own.origin, own.author_name, own.is_accepted) == (CritiqueOrigin.PERSON, "Ada", True)


def test_a_decision_carries_the_share_link_it_came_by(run: Run) -> None:
    link = run.share_links.create(token_hash="h", scope="review", created_at=timezone.now())
    decide(run, 1, Reviewer(name="Grace", share_link_id=link.pk), now=NOW, verdict="accepted")
    assert Decision.objects.get().share_link == link
