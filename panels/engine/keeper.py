"""The keeper of a process: claims runs, advances them, and lets go of what is not its own any more.

One task per run. Its lease is claimed first and released last; a run that was asked for meanwhile
is looked at once more. Every `SWEEP_SECONDS` it looks for runs that nobody advances, so that no
lost notice and no dead process leaves one behind.
"""

import asyncio
import logging
from dataclasses import replace
from uuid import UUID

from panels.engine import leases, notices, records
from panels.engine.advance_run import advance_run
from panels.engine.events import RunChanged
from panels.engine.heartbeat import Heart
from panels.engine.leases import Lease, LeaseLost
from panels.engine.tools import Tools
from panels.observing import about

SWEEP_SECONDS = 1.0
#: Runs that one process advances at a time.
MOST_RUNS = 500
log = logging.getLogger(__name__)


class Keeper:
    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.heart = Heart(self._check_leases)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._leases: dict[str, Lease] = {}
        #: Runs that were asked for while they were advancing: there may be more to do.
        self._again: set[str] = set()
        self._watching: list[asyncio.Task[None]] = []
        self._stopping: set[asyncio.Task[bool]] = set()

    async def take_up(self, run_id: UUID | str) -> None:
        """Advance the run unless somebody else does. Returns at once."""
        key = str(run_id)
        if key in self._tasks:
            self._again.add(key)
            self.tools.wakes.wake(key)
        elif not self.heart.is_stopping:
            self._begin(key, None)

    async def watch(self) -> None:
        """From now on look for runs that nobody advances, and listen for word of others."""
        await self.heart.start()
        self._watching = [asyncio.create_task(self._sweep_for_ever(), name="sweep")]
        if notices.is_shared():
            heard = {notices.RUNS: self.take_up, notices.STOPS: self._hear_stop}
            self._watching.append(asyncio.create_task(notices.listen(heard), name="notices"))

    async def sweep(self) -> int:
        """Take what nobody advances; how many runs."""
        await self.heart.start()
        room = MOST_RUNS - len(self._tasks)
        if room <= 0 or not self.heart.is_proven():
            return 0
        epochs = await records.in_database(leases.claim_waiting)(
            self.heart.worker_id, most=room, but=list(self._tasks)
        )
        for run_id, epoch in epochs.items():
            # One that was asked for meanwhile is about to be claimed again, by this same worker.
            if run_id not in self._tasks:
                self._begin(run_id, self._lease(run_id, epoch))
        return len(epochs)

    async def drain(self) -> None:
        """Wait until no run can advance without a person."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def stop(self, *, seconds: float) -> None:
        """Begin nothing more; give what streams its time, checkpoint the rest, let go of all."""
        self.heart.is_stopping = True
        await _cancel(self._watching)
        await self.tools.calls.wait_until_idle(seconds)
        await _cancel(list(self._tasks.values()))
        await self.tools.texts.flush()
        await self.heart.stop()
        if self.heart.worker_id:
            left = await records.in_database(leases.unregister)(self.heart.worker_id)
            for run_id in left:
                await records.in_database(notices.tell)(notices.RUNS, run_id)

    @property
    def run_count(self) -> int:
        return len(self._tasks)

    # One run

    def _begin(self, key: str, lease: Lease | None) -> None:
        self._again.discard(key)
        self._tasks[key] = asyncio.create_task(self._keep(key, lease), name=f"run {key}")

    async def _keep(self, key: str, lease: Lease | None) -> None:
        about.begin_run(key)
        try:
            lease = lease or await self._claim(key)
            if lease is not None:
                self._leases[key] = lease
                await self._advance(lease)
                await records.in_database(leases.release)(lease)
        except LeaseLost:
            log.warning("Run %s is not this worker's any more", key)
        finally:
            self._leases.pop(key, None)
            self._tasks.pop(key, None)
        if lease is not None and key in self._again:
            await self.take_up(key)

    async def _claim(self, key: str) -> Lease | None:
        await self.heart.start()
        epoch = await records.in_database(leases.claim)(key, self.heart.worker_id)
        return None if epoch is None else self._lease(key, epoch)

    def _lease(self, key: str, epoch: int) -> Lease:
        return Lease(run_id=key, epoch=epoch, taken_at=self.heart.clock(), prove=self.heart.prove)

    async def _advance(self, lease: Lease) -> None:
        key, tools = lease.run_id, replace(self.tools, lease=lease)
        try:
            with tools.observer.advancing():
                while True:
                    self._again.discard(key)
                    await advance_run(key, tools)
                    if key not in self._again:
                        return
        except LeaseLost:
            raise
        except Exception:
            log.exception("Run %s could not advance", key)
            await tools.write(records.fail_run)(key, "internal_error", now=tools.now())
            tools.observer.run_crashed()
            tools.publish(RunChanged(run_id=key))

    # All runs

    def _check_leases(self, held: dict[str, int] | None, began: float) -> None:
        """Cut what others have taken over, by what the database said at `began` or later."""
        for key, lease in list(self._leases.items()):
            is_ours = held is not None and held.get(key) == lease.epoch
            if not is_ours and (held is None or lease.taken_at < began):
                log.warning("Run %s was taken over by another worker", key)
                self._tasks[key].cancel()

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self.sweep()
                await self._stop_what_was_asked_for()
            except Exception:
                log.exception("A sweep failed; the next one follows")
            await asyncio.sleep(SWEEP_SECONDS)

    async def _stop_what_was_asked_for(self) -> None:
        if notices.is_shared() and (open_ids := self.tools.calls.ids):
            for call_id in await records.in_database(leases.asked_to_stop)(open_ids):
                await self.tools.calls.stop(call_id)

    async def _hear_stop(self, call_id: str) -> None:
        # Beside the listening: a stop returns when the vendor's stream is closed.
        stopping = asyncio.create_task(self.tools.calls.stop(int(call_id)))
        self._stopping.add(stopping)
        stopping.add_done_callback(self._stopping.discard)


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
