"""The server: web pages, websockets and, unless workers do its work, the engine in one process."""

import asyncio
import sys
from argparse import ArgumentParser
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from panels.engine import dispatch
from panels.engine.process import EngineProcess, check_environment
from panels.engine.providers import drills, registry
from panels.live.publisher import LivePublisher
from panels.management.ending import end_in_any_case
from panels.management.topology import has_own_engine, refuse_lonely_workers
from panels.probing.vitals import Vitals

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
#: How long a stopped server waits for pages that are being made.
SHUTDOWN_SECONDS = 5
#: How long a thread that makes a page may keep the event loop from going on. At Python's usual 5 ms
#: a loop that reads 400 streams, and gives way at each of them, comes to a standstill beside a few.
SWITCH_SECONDS = 0.0005


class Command(BaseCommand):
    help = "Serve Fusionweb: pages, websockets and the engine in one process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **_: Any) -> None:
        if settings.AUTO_SIGN_IN and (others := names_for_others(host)):
            settings.AUTO_SIGN_IN = False
            self.stdout.write(
                f"Others can reach {others}, so nobody is signed in by itself. "
                "Make accounts with: manage.py create_account NAME"
            )
        self._refuse_wrong_settings()
        # After the settings: the application imports models.
        from fusionweb.asgi import application
        from fusionweb.server import ReviewServer

        engine = _Engine()
        reactor.callWhenRunning(engine.start)
        # The reactor's interface is declared without `self`, which mypy can't know.
        reactor.addSystemEventTrigger("before", "shutdown", engine.stop)  # type: ignore[arg-type]
        server = ReviewServer(
            application,
            endpoints=build_endpoint_description_strings(host=host, port=port),
            server_name="Fusionweb",
            websocket_timeout=-1,
            application_close_timeout=SHUTDOWN_SECONDS,
        )
        server.address = f"http://{host}:{port}/"
        server.say = self.stdout.write
        sys.setswitchinterval(SWITCH_SECONDS)
        server.run()
        end_in_any_case(seconds=SHUTDOWN_SECONDS)
        if server.problem:
            raise CommandError(server.problem)

    def _refuse_wrong_settings(self) -> None:
        """Before anybody is served: inside the event loop nobody would hear of them."""
        try:
            check_environment()
            if not has_own_engine():
                refuse_lonely_workers()
            if drills():
                self.stdout.write(f"A drill is on. Broken on purpose: {drills().words}")
        except ValueError as error:
            raise CommandError(str(error)) from None


def names_for_others(host: str) -> str:
    """What shows that the site is not for this machine alone: its address, names or HTTPS."""
    if host not in LOOPBACK_HOSTS:
        return host
    public = [name for name in settings.ALLOWED_HOSTS if name.strip("[]") not in LOOPBACK_HOSTS]
    return ", ".join(public) or ("it by HTTPS" if settings.IS_HTTPS else "")


class _Engine:
    """The engine's life inside the server's event loop, or the line to the workers."""

    _process: EngineProcess | None = None

    def start(self) -> None:
        loop = asyncio.get_event_loop()
        publisher = LivePublisher()
        publisher.bind(loop)
        self._vitals = Vitals()
        self._watching = loop.create_task(self._vitals.start())
        if has_own_engine():
            self._process = EngineProcess(publisher.publish)
            self._working = loop.create_task(self._process.start())
        else:
            dispatch.install(dispatch.WorkersDispatcher(publisher.publish))
            self._working = loop.create_task(registry().keep_lists_fresh())

    def stop(self) -> Deferred:
        return Deferred.fromFuture(asyncio.get_event_loop().create_task(self._stop()))

    async def _stop(self) -> None:
        self._working.cancel()
        await asyncio.gather(self._working, return_exceptions=True)
        if self._process is not None:
            await self._process.stop(seconds=settings.STOP_SECONDS)
        await self._vitals.stop()
