"""Which process advances a run: one conditional claim, and a fence around all that follows it.

The runs table is the queue. A worker claims a run that is unfinished and that nobody living holds;
each claim raises the run's epoch. Whatever a worker then writes about the run is checked against
that epoch in the same transaction, so that one who was taken for dead (frozen, cut off, slow) can
neither overwrite nor go on. `docs/decisions/0012-the-runs-table-is-the-queue.md` says why.
"""

import os
import socket
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, UUIDField

from panels.choices import Hold
from panels.models import Call, Run, Worker
from panels.models.runs import RunQuerySet

P = ParamSpec("P")
T = TypeVar("T")


#: Asked before every write of the engine: building the query anew takes longer than to ask it.
_HELD = "SELECT 1 FROM panels_run WHERE id = %s AND epoch = %s"
_HELD_AND_LOCKED = f"{_HELD} FOR NO KEY UPDATE"
_RUN_ID = UUIDField()


class LeaseLost(Exception):
    """This process can't show that the run is its own any more: it must stop, and pay nothing."""


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to advance a run.

    `prove` is awaited before anything that costs money: it returns when this process's heart has
    beaten a moment ago, and with it was seen that the run is still its own.

    :raises LeaseLost: when the process is about to stop.
    """

    run_id: str
    epoch: int
    #: When the claim had succeeded, by the clock of this process's heart.
    taken_at: float
    prove: Callable[[], Awaitable[None]]


def fenced(lease: Lease, function: Callable[P, T]) -> Callable[P, T]:
    """The function in a transaction in which the run can't change hands.

    :raises LeaseLost: when it has changed hands.
    """

    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with transaction.atomic():
            if not is_held(lease):
                raise LeaseLost
            return function(*args, **kwargs)

    return run


def is_held(lease: Lease) -> bool:
    """Whether it still is ours; if so, until the end of the transaction."""
    query = _HELD_AND_LOCKED if connection.features.has_select_for_update else _HELD
    key = _RUN_ID.get_db_prep_value(lease.run_id, connection)
    with connection.cursor() as cursor:
        cursor.execute(query, [key, lease.epoch])
        return cursor.fetchone() is not None


# Workers


def register() -> int:
    """A row for this process. Dead processes of the same machine are forgotten at once."""
    _forget_dead_neighbours()
    name = f"{socket.gethostname()}:{os.getpid()}"[:200]
    return Worker.objects.create(name=name, machine=this_machine(), pid=os.getpid()).pk


def beat(worker_id: int) -> dict[str, int] | None:
    """What it holds by now, epochs by run id; None when this worker's row is gone."""
    if not Worker.objects.filter(pk=worker_id).beat():
        return None
    held = Run.objects.filter(worker_id=worker_id).values_list("pk", "epoch")
    return {str(run_id): epoch for run_id, epoch in held}


def unregister(worker_id: int) -> list[str]:
    """Let go of everything; the runs that somebody else may take over now."""
    run_ids = Run.objects.filter(worker_id=worker_id).values_list("pk", flat=True)
    left = [str(run_id) for run_id in run_ids]
    Worker.objects.filter(pk=worker_id).delete()
    return left


def this_machine() -> str:
    """The same for processes that see each other's numbers, and for no others; "" if unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def _forget_dead_neighbours() -> None:
    """A restarted process need not wait until its own last life is taken for dead."""
    machine = this_machine()
    if not machine:
        return
    for worker in Worker.objects.filter(machine=machine):
        if worker.pid == os.getpid() or not _is_running(worker.pid):
            worker.delete()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


# Runs


def claim(run_id: UUID | str, worker_id: int) -> int | None:
    """Take a run; its new epoch. None when it is not to advance, or somebody living holds it."""
    runs = _waiting().filter(Q(worker_id=worker_id) | _is_free(worker_id), pk=run_id)
    epochs = _take(runs, worker_id, most=1)
    return next(iter(epochs.values()), None)


def claim_waiting(worker_id: int, *, most: int, but: Collection[str] = ()) -> dict[str, int]:
    """Take runs that nobody advances, the oldest first; the epochs by run id."""
    runs = _waiting().filter(_is_free(worker_id)).exclude(pk__in=but).exclude(worker_id=worker_id)
    return _take(runs.order_by("created_at"), worker_id, most=most)


def release(lease: Lease) -> None:
    Run.objects.filter(pk=lease.run_id, epoch=lease.epoch).update(worker=None)


def holder_of(run_id: UUID | str) -> int | None:
    """The living worker that advances the run."""
    return Worker.objects.living().filter(runs__pk=run_id).values_list("pk", flat=True).first()


def _waiting() -> RunQuerySet:
    """Runs on which there is work. One that is held at a cap waits for a person."""
    return Run.objects.unfinished().filter(hold=Hold.NONE)


def _is_free(worker_id: int) -> Q:
    """Nobody's; or, to a worker who may judge that, a dead one's. Judged by the database at the
    moment of the claim: a claim may have waited for it through an outage.
    """
    has_living_holder = Exists(Worker.objects.living().filter(pk=OuterRef("worker_id")))
    may_judge = Exists(Worker.objects.steady().filter(pk=worker_id))
    return Q(worker=None) | (Q(may_judge) & ~Q(has_living_holder))


@transaction.atomic
def _take(runs: RunQuerySet, worker_id: int, *, most: int) -> dict[str, int]:
    """Where several workers ask for the same runs at once, each gets others."""
    free = runs.select_for_update(skip_locked=True, no_key=True, of=("self",))
    ids = [run.pk for run in free.only("pk")[:most]]
    Run.objects.filter(pk__in=ids).update(worker_id=worker_id, epoch=F("epoch") + 1)
    epochs = dict(Run.objects.filter(pk__in=ids).values_list("pk", "epoch"))
    return {str(run_id): epochs[run_id] for run_id in ids}


# Stopping a call that another process has open


def ask_to_stop(call_id: int) -> None:
    Call.objects.filter(pk=call_id, finished_at=None).update(is_stop_asked=True)


def asked_to_stop(call_ids: Collection[int]) -> list[int]:
    """Of these calls, those that a person wants stopped."""
    wanted = Call.objects.filter(pk__in=call_ids, is_stop_asked=True, finished_at=None)
    return list(wanted.values_list("pk", flat=True))


def is_settled(call_id: int) -> bool:
    return not Call.objects.filter(pk=call_id, finished_at=None).exists()
