"""A worker: advances runs, and serves nobody. Any number of them share one PostgreSQL."""

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from panels.engine.process import EngineProcess, check_environment
from panels.live.publisher import LivePublisher
from panels.management.topology import refuse_lonely_workers
from panels.probing.port import address_of
from panels.probing.vitals import Vitals


class Command(BaseCommand):
    help = "Advance runs: one of any number of workers that share a PostgreSQL and a Redis."

    def handle(self, **_: Any) -> None:
        try:
            refuse_lonely_workers()
            check_environment()
            vitals = Vitals(address_of(settings.WORKER_METRICS_PORT))
        except ValueError as error:
            raise CommandError(str(error)) from None
        asyncio.run(self._work(vitals))

    async def _work(self, vitals: Vitals) -> None:
        try:
            await vitals.start()
        except OSError as error:
            raise CommandError(f"FUSIONWEB_WORKER_METRICS_PORT: {error}") from None
        publisher = LivePublisher()
        publisher.bind(asyncio.get_running_loop())
        engine = EngineProcess(publisher.publish)
        stopping = _stop_signal()
        starting = asyncio.create_task(engine.start())
        # A worker that could not start must end, not wait for ever as if it worked.
        starting.add_done_callback(lambda task: _stop_if_failed(task, stopping))
        self.stdout.write("The worker is ready (Ctrl+C stops it, a second time at once)")
        await stopping.wait()
        starting.cancel()
        (outcome,) = await asyncio.gather(starting, return_exceptions=True)
        await engine.stop(seconds=settings.STOP_SECONDS)
        await vitals.stop()
        if isinstance(outcome, Exception):
            raise outcome


def _stop_if_failed(starting: "asyncio.Task[None]", stopping: asyncio.Event) -> None:
    if not starting.cancelled() and starting.exception() is not None:
        stopping.set()


def _stop_signal() -> asyncio.Event:
    """Set by the first SIGTERM or SIGINT; the second one ends the process."""
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()

    def stop() -> None:
        stopping.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    return stopping
