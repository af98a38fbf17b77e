"""What the engine is handed to work with; nothing in it is looked up from inside."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ParamSpec, TypeVar

from panels.engine.events import RunEvent
from panels.engine.leases import Lease, LeaseLost, fenced
from panels.engine.open_calls import OpenCalls
from panels.engine.places import Places
from panels.engine.recent_history import RecentHistory
from panels.engine.records import in_database
from panels.engine.recover_costs import CallWithoutCost
from panels.engine.retrying import RetryPolicy
from panels.engine.text_writer import TextWriter
from panels.engine.wakes import Wakes
from panels.observing.observer import Observer
from panels.providers.drills import Drills
from panels.providers.registry import Registry
from panels.providers.requests import Timeouts
from panels.tools.web_tools import WebTools

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Tools:
    registry: Registry
    #: Must not block; called on the event loop.
    publish: Callable[[RunEvent], None]
    texts: TextWriter
    calls: OpenCalls
    now: Callable[[], datetime]
    places: Places
    policy: RetryPolicy
    web: WebTools
    #: Calls that are broken on purpose, and how long those take that hang.
    drills: Drills = field(default_factory=Drills)
    timeouts: Timeouts = field(default_factory=Timeouts)
    #: Told of calls that ended without a known cost. Must not block.
    recover_cost: Callable[[CallWithoutCost], None] = lambda _: None
    #: Told what happens, in figures.
    observer: Observer = field(default_factory=Observer)

    #: What calls are estimated from before they are asked.
    history: RecentHistory = field(default_factory=RecentHistory)
    #: Word for runs that are being advanced already.
    wakes: Wakes = field(default_factory=Wakes)
    #: The run that is being advanced with these tools, and the right to do so.
    lease: Lease | None = None

    def write(self, function: Callable[P, T]) -> Callable[P, Awaitable[T]]:
        """The function as a coroutine that changes what the run holds, under its lease.

        :raises LeaseLost: when another process advances the run now. Nothing was written.
        """
        return in_database(fenced(self.held_lease, function))

    @property
    def held_lease(self) -> Lease:
        """:raises LeaseLost: where no run is being advanced."""
        if self.lease is None:
            raise LeaseLost
        return self.lease
