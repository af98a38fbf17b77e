"""What a call cost that ended without saying so, from its provider's own records.

In the background, a few tries with growing waits: a record appears some time after the call's end.
What a stopped process left is found again by a sweep at the next start.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from panels.choices import CostSource
from panels.engine.events import CallChanged, RunEvent
from panels.engine.records import in_database
from panels.models import Call
from panels.observing.observer import Observer, RecoveredCost
from panels.providers.client import KeepsRecords
from panels.providers.errors import NotConfigured, ProviderError
from panels.providers.registry import Registry
from panels.providers.stream import UsageReported

#: Before each try.
WAITS_SECONDS = (2.0, 5.0, 15.0, 60.0, 240.0)
#: Older records are not looked for at a start.
SWEEP_DAYS = 7
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class CallWithoutCost:
    """A call whose cost is not known, and under what its provider may know it."""

    call_id: int
    run_id: str
    model_asked: str
    generation_id: str


class CostRecovery:
    def __init__(
        self,
        registry: Registry,
        publish: Callable[[RunEvent], None],
        *,
        waits_seconds: Sequence[float] = WAITS_SECONDS,
        observer: Observer | None = None,
    ) -> None:
        self._registry = registry
        self._publish = publish
        self._waits = waits_seconds
        self._observer = observer or Observer()
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def look_up(self, call: CallWithoutCost) -> None:
        """Look for what the call cost, in the background. Nothing where nobody keeps records."""
        provider = self._keeper_of(call.model_asked)
        if provider is None or not call.generation_id or call.call_id in self._tasks:
            return
        task = asyncio.create_task(self._try(call, provider), name=f"cost of call {call.call_id}")
        self._tasks[call.call_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(call.call_id, None))

    async def sweep(self, now: datetime) -> int:
        """Look for every cost that is still missing; of how many calls."""
        since = now - timedelta(days=SWEEP_DAYS)
        missing = await in_database(calls_without_cost)(since)
        for call in missing:
            self.look_up(call)
        return len(missing)

    async def drain(self) -> None:
        """Wait for every try that is under way."""
        await asyncio.gather(*self._tasks.values())

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _keeper_of(self, model: str) -> KeepsRecords | None:
        try:
            provider, _ = self._registry.provider_of(model)
        except NotConfigured:
            return None
        return provider if isinstance(provider, KeepsRecords) else None

    async def _try(self, call: CallWithoutCost, provider: KeepsRecords) -> None:
        for seconds in self._waits:
            await asyncio.sleep(seconds)
            usage = await _usage_of(provider, call.generation_id)
            if usage is not None and usage.cost_usd is not None:
                await in_database(save_recovered_cost)(call.call_id, usage)
                self._publish(CallChanged(run_id=call.run_id, call_id=call.call_id))
                self._observer.cost_recovered(_recovered(call, usage.cost_usd))
                return


def _recovered(call: CallWithoutCost, cost_usd: Decimal) -> RecoveredCost:
    return RecoveredCost(
        run_id=call.run_id,
        call_id=call.call_id,
        model_asked=call.model_asked,
        cost_usd=cost_usd,
        recovered_at=timezone.now(),
    )


async def _usage_of(provider: KeepsRecords, generation_id: str) -> UsageReported | None:
    try:
        return await provider.usage_of(generation_id)
    except ProviderError as error:
        log.info("No generation record yet: %s", error.error_code)
    return None


def calls_without_cost(since: datetime) -> list[CallWithoutCost]:
    """Asked since then, and with an id that their provider may know more about."""
    rows = Call.objects.filter(cost_usd=None, asked_at__gte=since).exclude(generation_id="")
    return [
        CallWithoutCost(call_id=pk, run_id=str(run_id), model_asked=model, generation_id=generation)
        for pk, run_id, model, generation in rows.values_list(
            "pk", "run_id", "model_asked", "generation_id"
        )
    ]


def save_recovered_cost(call_id: int, usage: UsageReported) -> None:
    """What its provider's record says; a call whose cost became known meanwhile is left."""
    Call.objects.filter(pk=call_id, cost_usd=None).update(
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        tokens_reasoning=usage.tokens_reasoning,
        tokens_cached=usage.tokens_cached,
        cost_usd=usage.cost_usd,
        cost_source=CostSource.REPORTED,
    )
