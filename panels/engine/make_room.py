"""A call has ended: runs of the same person that waited for its room under a cap may go on.

A run that waits because too much is spent already keeps waiting for a person.
"""

from decimal import Decimal
from uuid import UUID

from panels.choices import Hold
from panels.engine import records
from panels.engine.take_call import release
from panels.models import Run

_PERSONAL = (Hold.DAY_CAP, Hold.MONTH_CAP)


async def make_room(owner_id: int) -> None:
    # It imports whatever advances runs, and so this.
    from panels.engine import dispatch

    for run_id in await records.in_database(_let_in)(owner_id):
        await dispatch.launch(run_id)


def _let_in(owner_id: int) -> list[UUID]:
    held = Run.objects.filter(owner_id=owner_id, hold__in=_PERSONAL, deleted_at=None)
    waiting = [run for run in held if Decimal((run.hold_json or {}).get("reserved_usd", 0)) > 0]
    return [run.pk for run in waiting if release(run)]
