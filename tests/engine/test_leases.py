"""A run is claimed by one worker at a time, and only its holder writes about it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from panels.choices import CallState, CritiqueOrigin, Hold, RunState
from panels.engine import leases, records
from panels.engine.judgings import begin_judging
from panels.engine.leases import Lease, LeaseLost, fenced
from panels.judging.schema import FoundCritique
from panels.models import Run, Worker
from panels.models.workers import DEAD_AFTER_SECONDS, PAUSE_SECONDS, STEADY_AFTER_SECONDS
from tests.engine.conftest import Room
from tests.factories import make_panel


@pytest.fixture(autouse=True)
def many_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of a test's workers stands for a process that can't see the others."""
    monkeypatch.setattr(leases, "this_machine", lambda: "")


def draft(room: Room, letters: str = "A") -> Run:
    return room._start(make_panel(letters), "", {})


async def no_proof() -> None:
    """For leases whose holder is never asked to prove anything."""


def lease_of(run: Run, epoch: int) -> Lease:
    return Lease(run_id=str(run.pk), epoch=epoch, taken_at=0.0, prove=no_proof)


def make_worker(*, seen_ago: float = 0, steady_for: float = 0) -> int:
    """One whose last heartbeat and whose first after a pause were so many seconds ago."""
    seen_at = timezone.now() - timedelta(seconds=seen_ago)
    since = seen_at - timedelta(seconds=steady_for)
    return Worker.objects.create(name="w", pid=1, seen_at=seen_at, steady_since=since).pk


# The claim


def test_one_of_two_workers_gets_a_run(room: Room) -> None:
    run = draft(room)
    first, second = make_worker(), make_worker()
    assert leases.claim(run.pk, first) == 1
    assert leases.claim(run.pk, second) is None
    assert leases.claim_waiting(second, most=10) == {}
    leases.release(lease_of(run, 1))
    assert leases.claim_waiting(second, most=10) == {str(run.pk): 2}


def test_what_a_dead_worker_held_is_taken_over_by_one_who_may_judge(room: Room) -> None:
    run = draft(room)
    assert leases.claim(run.pk, make_worker(seen_ago=DEAD_AFTER_SECONDS + 1)) == 1
    new, steady = make_worker(), make_worker(steady_for=STEADY_AFTER_SECONDS + 1)
    assert leases.claim_waiting(new, most=10) == {}
    assert leases.claim(run.pk, new) is None
    assert leases.claim_waiting(steady, most=10) == {str(run.pk): 2}


def test_after_an_outage_nobody_is_judged_until_all_have_had_time(room: Room) -> None:
    run = draft(room)
    holder, other = (make_worker(seen_ago=14, steady_for=100) for _ in range(2))
    assert leases.claim(run.pk, holder) == 1
    # A sweep that has waited for the database through the outage, before and after the first beat.
    assert leases.claim_waiting(other, most=10) == {}
    leases.beat(other)
    assert leases.claim_waiting(other, most=10) == {}
    assert leases.claim(run.pk, other) is None
    _let_pass(other, seconds=STEADY_AFTER_SECONDS + 1)
    leases.beat(other)
    assert leases.claim_waiting(other, most=10) == {str(run.pk): 2}


def test_a_pause_between_heartbeats_is_noticed_and_short_ones_are_none(room: Room) -> None:
    worker = make_worker(seen_ago=PAUSE_SECONDS - 1, steady_for=100)
    leases.beat(worker)
    assert Worker.objects.steady().filter(pk=worker).exists()
    paused = make_worker(seen_ago=PAUSE_SECONDS + 1, steady_for=100)
    leases.beat(paused)
    assert not Worker.objects.steady().filter(pk=paused).exists()


def _let_pass(worker_id: int, *, seconds: float) -> None:
    """Seconds of beating, of which only the last beat is missing."""
    worker = Worker.objects.get(pk=worker_id)
    worker.steady_since -= timedelta(seconds=seconds)
    worker.save()


def test_the_oldest_runs_come_first_and_no_more_than_asked_for(room: Room) -> None:
    runs = [draft(room) for _ in range(3)]
    assert list(leases.claim_waiting(make_worker(), most=2)) == [str(run.pk) for run in runs[:2]]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": RunState.REVIEW},
        {"state": RunState.DONE},
        {"hold": Hold.RUN_CAP},
        {"deleted_at": timezone.now()},
    ],
)
def test_a_run_that_waits_for_a_person_is_nobodys(room: Room, changes: dict[str, object]) -> None:
    run = draft(room)
    run.calls.update(state=CallState.DONE, finished_at=timezone.now())
    Run.objects.filter(pk=run.pk).update(**changes)
    assert leases.claim(run.pk, make_worker()) is None


def test_a_worker_that_leaves_lets_go_of_its_runs(room: Room) -> None:
    run = draft(room)
    worker = make_worker()
    leases.claim(run.pk, worker)
    assert leases.unregister(worker) == [str(run.pk)]
    assert leases.claim(run.pk, make_worker()) == 2


def test_a_restarted_process_knows_that_its_last_life_is_over(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "this_machine", lambda: "this machine")
    run = draft(room)
    leases.claim(run.pk, leases.register())
    assert leases.claim(run.pk, leases.register()) == 2
    assert Worker.objects.count() == 1


# The fence


def test_what_changed_hands_is_not_written(room: Room) -> None:
    run = draft(room)
    leases.claim(run.pk, make_worker(seen_ago=DEAD_AFTER_SECONDS + 1))
    leases.claim(run.pk, make_worker(steady_for=STEADY_AFTER_SECONDS + 1))
    fail = fenced(lease_of(run, 1), records.fail_run)
    with pytest.raises(LeaseLost):
        fail(run.pk, "internal_error", now=timezone.now())
    run.refresh_from_db()
    assert run.state == RunState.PANEL
    fenced(lease_of(run, 2), records.fail_run)(run.pk, "internal_error", now=timezone.now())
    run.refresh_from_db()
    assert run.state == RunState.FAILED


def test_text_of_a_call_that_somebody_settled_is_dropped(room: Room) -> None:
    call = draft(room).calls.get()
    now = timezone.now()
    records.mark_asked(call.pk, now=now, words_shown=None, words_total=None, labels={})
    records.save_pieces([(call.pk, False, "Before. ")])
    records.interrupt_cut_calls(call.run_id, now=now)
    records.save_pieces([(call.pk, False, "After.")])
    assert not records.finish_call(call.pk, records.CallFate(state=CallState.DONE), now=now)
    call.refresh_from_db()
    assert (call.state, call.text, call.pieces.count()) == ("interrupted", "Before. ", 0)


def test_taking_a_call_bears_a_lost_answer_of_its_commit(room: Room) -> None:
    call = draft(room).calls.get()
    asked = {"now": timezone.now(), "words_shown": None, "words_total": None, "labels": {}}
    assert records.mark_asked(call.pk, **asked)
    assert records.mark_asked(call.pk, **asked)
    asked["now"] += timedelta(seconds=1)
    assert not records.mark_asked(call.pk, **asked)


def test_cards_and_judgings_bear_a_lost_answer_too(room: Room) -> None:
    run = draft(room)
    now = timezone.now()
    judging = begin_judging(run.pk, now=now)
    assert begin_judging(run.pk, now=now).pk == judging.pk
    card = FoundCritique(kind="blind_spot", title="Cost")
    stored = {"call_id": None, "judging_id": judging.pk, "now": now}
    for _ in range(2):
        numbers = records.save_critiques(run.pk, [card], origin=CritiqueOrigin.JUDGE, **stored)
        assert numbers == (1,)
    assert run.critiques.count() == 1
