"""The gate before every paid call: it fits under the caps and is taken, or its run is held.

The decision is `budget.py`'s. It is made and written down in one transaction per person, so that
calls which start together, of one run or of several, never share the same room.
"""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction

from panels.choices import Hold
from panels.engine import records
from panels.engine.budget import Refused, Reservation, may_ask
from panels.engine.call_estimate import most_usd
from panels.engine.events import RunChanged
from panels.engine.spending import budget_of, in_flight_of, spent_of
from panels.engine.tools import Tools
from panels.models import Call, Run
from panels.pricing import Price
from panels.providers.call_limits import CallLimits
from panels.providers.requests import CompletionRequest
from panels.snapshot import CallSnapshot

#: Between two looks for a place that another process may have left.
_PLACE_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Taken:
    """When the call was taken, and what its model's tokens cost then."""

    asked_at: datetime
    price: Price | None


@dataclass(frozen=True)
class _Outcome:
    is_taken: bool = False
    is_hold_changed: bool = False
    #: Other processes have as many calls open at the provider as it may be sent.
    is_full: bool = False


async def take_call(
    run_id: str, call: CallSnapshot, request: CompletionRequest, tools: Tools, **asked: Any
) -> Taken | None:
    """Take a queued call for asking; None when it is not queued any more, or must not be asked.

    `asked` is what the call's row is to say (`records.mark_asked`).
    """
    price = tools.registry.price_of(call.model_asked)
    high_usd = await _most_usd(call, request, price, tools)
    while True:
        now = tools.now()
        outcome = await tools.write(_take)(
            run_id, call, high_usd, limits=tools.places.limits, now=now, asked=asked
        )
        if not outcome.is_full:
            break
        await asyncio.sleep(_PLACE_LOOK_SECONDS)
    if outcome.is_hold_changed:
        tools.publish(RunChanged(run_id=run_id))
    return Taken(now, price) if outcome.is_taken else None


async def _most_usd(
    call: CallSnapshot, request: CompletionRequest, price: Price | None, tools: Tools
) -> Decimal | None:
    if price is None:
        return None
    return await asyncio.to_thread(most_usd, call, request, await tools.history.get(), price)


@transaction.atomic
def _take(
    run_id: str,
    call: CallSnapshot,
    high_usd: Decimal | None,
    *,
    limits: CallLimits,
    now: datetime,
    asked: dict[str, Any],
) -> _Outcome:
    if _is_full(call, limits):
        return _Outcome(is_full=True)
    run = Run.objects.only("owner", "hold", "cap_usd", "allows_unknown_prices").get(pk=run_id)
    budget = budget_of(run)
    if budget.caps():
        # One at a time per person, also between processes.
        User.objects.select_for_update().get(pk=run.owner_id)
        answer = may_ask(
            budget,
            spent_of(run, budget, now),
            in_flight_of(run.owner_id),
            Reservation(call_id=call.id, run_id=str(run_id), high_usd=high_usd),
        )
        if isinstance(answer, Refused):
            return _Outcome(is_hold_changed=_hold(run, call, answer))
    taken = records.mark_asked(call.id, now=now, reserved_usd=high_usd, **asked)
    is_held = run.hold != Hold.NONE
    return _Outcome(is_taken=taken, is_hold_changed=taken and is_held and release(run))


def _is_full(call: CallSnapshot, limits: CallLimits) -> bool:
    """Of several processes one asks at a time, until its transaction ends.

    With the embedded database there is one process, which keeps the limit by itself (`places.py`).
    """
    provider, _, _ = call.model_asked.partition(":")
    most = limits.shared(provider)
    if most is None or connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"calls at {provider}"])
    others = Call.objects.active().filter(model_asked__startswith=f"{provider}:")
    return others.exclude(pk=call.id).count() >= most


def release(run: Run) -> bool:
    """Let a held run go on; False when it was not held."""
    return bool(
        Run.objects.filter(pk=run.pk).exclude(hold=Hold.NONE).update(hold=Hold.NONE, hold_json=None)
    )


def _hold(run: Run, call: CallSnapshot, refused: Refused) -> bool:
    """Hold the run, unless calls of its own are open: their end may leave more room."""
    if run.hold or Call.objects.active().filter(run=run).exists():
        return False
    facts = {name: _plain(value) for name, value in asdict(refused).items()}
    what = {"role": call.role, "seat": call.seat, "model": call.model_asked}
    Run.objects.filter(pk=run.pk).update(hold=refused.hold, hold_json={**facts, **what})
    return True


def _plain(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value
