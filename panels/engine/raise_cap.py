"""Somebody entitled raises a cap, and what was held may go on. No call is repeated.

Each returns the runs that wait no more; the caller launches them.
"""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from panels.choices import Hold
from panels.engine import dispatch
from panels.engine.events import RunChanged
from panels.engine.take_call import release
from panels.models import Allowance, Run

_FIELDS = {Hold.DAY_CAP: "day_cap_usd", Hold.MONTH_CAP: "month_cap_usd"}


def set_run_cap(run: Run, cap_usd: Decimal | None) -> list[UUID]:
    """None takes the cap away."""
    Run.objects.filter(pk=run.pk).update(cap_usd=cap_usd)
    return _release([run.pk])


def allow_unknown_prices(run: Run) -> list[UUID]:
    """From now on the run's calls of unknown price are asked in spite of every cap."""
    Run.objects.filter(pk=run.pk).update(allows_unknown_prices=True)
    return _release([run.pk])


@transaction.atomic
def set_personal_cap(owner_id: int, hold: Hold, cap_usd: Decimal) -> list[UUID]:
    """The person's cap of the day or of the month, for all of their runs that wait at it."""
    Allowance.objects.update_or_create(user_id=owner_id, defaults={_FIELDS[hold]: cap_usd})
    held = Run.objects.filter(owner_id=owner_id, hold=hold, deleted_at=None)
    return _release(held.values_list("pk", flat=True))


def try_again(run: Run) -> list[UUID]:
    """Other calls may have ended, or a new day begun. If not, the run is held again."""
    return _release([run.pk])


def _release(run_ids: Iterable[UUID]) -> list[UUID]:
    released = [run_id for run_id in list(run_ids) if release(Run(pk=run_id))]
    for run_id in released:
        dispatch.publish(RunChanged(run_id=str(run_id)))
    return released
