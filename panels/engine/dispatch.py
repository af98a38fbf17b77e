"""The one seam between "this run should advance" and who advances it.

Two engines, one `advance_run`: in the server process itself (`InProcessDispatcher`, the default),
or in any number of worker processes on the same PostgreSQL (`WorkersDispatcher`). `install` is
called once, where the process is put together; everybody else calls the functions below.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from django.db import transaction

from panels.choices import ACTIVE_CALLS
from panels.engine import leases, notices
from panels.engine.database import at_once
from panels.engine.events import RunEvent
from panels.engine.keeper import Keeper
from panels.engine.recover_costs import WAITS_SECONDS, CostRecovery
from panels.engine.tools import Tools
from panels.models import Call

#: How long a person's stop waits for the process that has the call open.
STOP_SECONDS = 2.0
_LOOK_SECONDS = 0.03


class Dispatcher(Protocol):
    def publish(self, event: RunEvent) -> None: ...
    async def launch(self, run_id: UUID | str) -> None: ...
    async def stop_call(self, call_id: int) -> None: ...


class NothingInstalled(RuntimeError):
    """No dispatcher was installed in this process."""


_installed: list[Dispatcher] = []


def install(dispatcher: Dispatcher) -> None:
    _installed[:] = [dispatcher]


def installed() -> Dispatcher:
    if not _installed:
        raise NothingInstalled
    return _installed[0]


def publish(event: RunEvent) -> None:
    installed().publish(event)


async def launch(run_id: UUID | str) -> None:
    """See to it that the run advances, soon and in one place only. Returns at once."""
    await installed().launch(run_id)


async def stop_call(call_id: int) -> None:
    """Close the call's connection, wherever it is open. A row that stays open is the caller's."""
    await installed().stop_call(call_id)


class InProcessDispatcher:
    """Runs advance as tasks of the event loop on which `launch` was called."""

    def __init__(
        self, tools: Tools, *, recovery_waits_seconds: Sequence[float] = WAITS_SECONDS
    ) -> None:
        self.costs = CostRecovery(
            tools.registry,
            tools.publish,
            waits_seconds=recovery_waits_seconds,
            observer=tools.observer,
        )
        self.keeper = Keeper(replace(tools, recover_cost=self.costs.look_up))

    @property
    def tools(self) -> Tools:
        return self.keeper.tools

    def publish(self, event: RunEvent) -> None:
        self.tools.publish(event)

    async def launch(self, run_id: UUID | str) -> None:
        await self.keeper.take_up(run_id)
        if notices.is_shared():
            # Another server may hold it, and be about to let go.
            await at_once(notices.tell)(notices.RUNS, str(run_id))

    async def stop_call(self, call_id: int) -> None:
        if not await self.tools.calls.stop(call_id):
            await _stop_elsewhere(call_id)

    async def resume_unfinished(self) -> int:
        """Take up every run that a stopped process left unfinished; how many there are."""
        await self.costs.sweep(self.tools.now())
        return await self.keeper.sweep()

    async def drain(self) -> None:
        """Wait until no run can advance without a person."""
        await self.keeper.drain()

    async def close(self, *, seconds: float = 0) -> None:
        """Begin no call. What streams has so many seconds to end; the rest is checkpointed, and
        goes on at the next start or in another process.
        """
        await self.keeper.stop(seconds=seconds)
        await self.costs.close()
        await self.tools.registry.close()
        await self.tools.web.close()


class WorkersDispatcher:
    """Workers advance the runs; this process only tells them."""

    def __init__(self, publish: Callable[[RunEvent], None]) -> None:
        self.publish = publish

    async def launch(self, run_id: UUID | str) -> None:
        await at_once(notices.tell)(notices.RUNS, str(run_id))

    async def stop_call(self, call_id: int) -> None:
        await _stop_elsewhere(call_id)


async def _stop_elsewhere(call_id: int) -> None:
    """Ask the process that has the call open, and wait until it has closed and stored it."""
    if not notices.is_shared() or not await at_once(_ask_holder)(call_id):
        return
    deadline = asyncio.get_running_loop().time() + STOP_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        if await at_once(leases.is_settled)(call_id):
            return
        await asyncio.sleep(_LOOK_SECONDS)


@transaction.atomic
def _ask_holder(call_id: int) -> bool:
    """Whether somebody will close and store it: a call that waits to be asked is the caller's."""
    call = Call.objects.unsettled().filter(pk=call_id).first()
    if call is None or leases.holder_of(call.run_id) is None:
        return False
    leases.ask_to_stop(call_id)
    notices.tell(notices.STOPS, str(call_id))
    return call.state in ACTIVE_CALLS
