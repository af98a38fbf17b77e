"""Queries that are compiled once give what they would give compiled anew."""

from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from panels.models import Call, Run
from panels.queries.of_run import RowsOfRun, ValuesOfRun

CALLS = RowsOfRun(Call, lambda run_id: Call.objects.filter(run=run_id).order_by("-pk"))


def make_run(owner: User, seats: str) -> Run:
    run = Run.objects.create(owner=owner, created_at=timezone.now())
    for seat in seats:
        Call.objects.create(
            run=run,
            role="seat",
            seat=seat,
            model_asked="m",
            labels={"R1": seat},
            created_at=run.created_at,
        )
    return run


def test_each_run_has_its_own_rows_in_the_wanted_order(owner: User) -> None:
    first, second = make_run(owner, "AB"), make_run(owner, "C")
    found = [[(call.seat, call.labels) for call in CALLS(run.pk)] for run in (first, second)]
    assert found == [[("B", {"R1": "B"}), ("A", {"R1": "A"})], [("C", {"R1": "C"})]]


def test_a_key_may_be_text(owner: User) -> None:
    run = make_run(owner, "A")
    assert CALLS(str(run.pk)) == CALLS(run.pk) == [Call.objects.get()]


def test_a_run_that_is_not_there_has_none(db: None) -> None:
    assert CALLS(UUID(int=1)) == []


def test_every_column_is_read_as_the_model_reads_it(owner: User) -> None:
    run = make_run(owner, "A")
    Call.objects.update(cost_usd="0.0125", finished_at=timezone.now(), is_stop_asked=True)
    runs = RowsOfRun(Run, lambda run_id: Run.objects.filter(pk=run_id))
    for found, wanted in ((CALLS(run.pk)[0], Call.objects.get()), (runs(run.pk)[0], run)):
        wanted.refresh_from_db()
        names = [field.attname for field in wanted._meta.concrete_fields]
        assert [getattr(found, name) for name in names] == [getattr(wanted, name) for name in names]
        assert not found._state.adding


def test_what_else_the_query_asks_for_stays(owner: User) -> None:
    run = make_run(owner, "AB")
    Call.objects.filter(seat="A").update(state="done")
    queued = RowsOfRun(Call, lambda run_id: Call.objects.filter(run=run_id, state="queued"))
    assert [call.seat for call in queued(run.pk)] == ["B"]
    assert [call.seat for call in queued(make_run(owner, "C").pk)] == ["C"]


def test_values_are_those_of_the_run(owner: User) -> None:
    seats = ValuesOfRun(
        lambda run_id: Call.objects.filter(run=run_id).order_by("pk").values_list("seat", "attempt")
    )
    first, second = make_run(owner, "AB"), make_run(owner, "C")
    assert [seats(run.pk) for run in (first, second)] == [[("A", 1), ("B", 1)], [("C", 1)]]
