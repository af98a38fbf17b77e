"""A whole engine on a real database: only the vendor is scripted, at the HTTP boundary."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.utils import timezone

from panels.engine import dispatch, records
from panels.engine.dispatch import InProcessDispatcher
from panels.engine.events import RunEvent
from panels.engine.open_calls import OpenCalls
from panels.engine.places import Places
from panels.engine.retrying import RetryPolicy
from panels.engine.start_run import start_run
from panels.engine.text_writer import TextWriter
from panels.engine.tools import Tools
from panels.models import Document, Run
from panels.panel import Panel
from panels.providers.call_limits import CallLimits
from panels.providers.drills import Drills
from panels.providers.registry import Registry
from panels.providers.requests import Timeouts
from panels.providers.scripted import ScriptedProvider
from panels.providers.scripts import Script, ScriptBook
from panels.queries import load_run_snapshot
from panels.snapshot import RunSnapshot
from panels.tools.web_tools import WebTools
from tests.factories import make_panel
from tests.tools.doubles import Pages

#: Long enough that a busy machine is not taken for a model that hangs.
QUICK = Timeouts(connect_seconds=1.0, first_token_seconds=1.0, silence_seconds=1.0)

#: A failure is the end; most tests look at that.
NO_RETRIES = RetryPolicy(most_retries_per_call=0)
#: As in earnest, without the waiting.
QUICK_RETRIES = RetryPolicy(first_wait_seconds=0.01, longest_wait_seconds=5.0)
#: Between two looks for a cost that is not known.
QUICK_WAITS = (0.01, 0.01, 0.01)


class Room:
    """Start runs against scripts, and look at what became of them."""

    def __init__(self) -> None:
        self.book = ScriptBook({})
        self.events: list[RunEvent] = []
        self.policy = NO_RETRIES
        self.limits = CallLimits()
        self.drills = Drills()
        self.web = WebTools(None, Pages())
        self.dispatcher = self.new_process()

    def retry(self, policy: RetryPolicy = QUICK_RETRIES) -> None:
        """From now on failures are followed up."""
        self.policy = policy
        self.new_process()

    def new_process(self) -> InProcessDispatcher:
        """The engine as a fresh process would have it: the same database, nothing in memory."""
        self.dispatcher = InProcessDispatcher(
            Tools(
                registry=self.registry(),
                publish=self.publish,
                texts=TextWriter(records.in_database(records.save_pieces)),
                calls=OpenCalls(),
                now=timezone.now,
                places=Places(self.limits),
                policy=self.policy,
                web=self.web,
                drills=self.drills,
                timeouts=QUICK,
            ),
            recovery_waits_seconds=QUICK_WAITS,
        )
        dispatch.install(self.dispatcher)
        return self.dispatcher

    def registry(self) -> Registry:
        return Registry([ScriptedProvider(self.book, timeouts=QUICK)])

    def publish(self, event: RunEvent) -> None:
        self.events.append(event)

    def scripts(self, **scripts: Script | str) -> None:
        """What each model says, by slug."""
        self.book.scripts = {
            slug: script if isinstance(script, Script) else Script(text=script)
            for slug, script in scripts.items()
        }

    async def start(self, panel: Panel | None = None, *, document: str = "", **values: Any) -> Run:
        run = await sync_to_async(self._start)(panel or make_panel("AB"), document, values)
        await self.dispatcher.launch(run.pk)
        return run

    def _start(self, panel: Panel, document: str, values: dict[str, Any]) -> Run:
        now = timezone.now()
        owner, _ = User.objects.get_or_create(username="owner")
        fields = {"title": "Split?", "question": "Should we split checkout?", **values}
        draft = Run.objects.create(owner=owner, created_at=now, **fields)
        if document:
            Document.objects.create(
                run=draft,
                name="adr.md",
                kind="markdown",
                text=document,
                word_count=len(document.split()),
                size_bytes=len(document),
                created_at=now,
            )
        start_run(draft, panel=panel, preset_key="k", preset_name="Preset", now=now)
        return draft

    async def finish(self, run: Run) -> RunSnapshot:
        """Wait until nothing can be done without a person; the run as it stands then."""
        await self.dispatcher.drain()
        return await self.snapshot(run)

    async def snapshot(self, run: Run) -> RunSnapshot:
        return await self.snapshot_of(run.pk)

    async def snapshot_of(self, run_id: UUID | str) -> RunSnapshot:
        return await sync_to_async(load_run_snapshot)(run_id)

    async def until_asked(self, count: int) -> None:
        """Wait until the vendor has been asked so many times."""
        for _ in range(1000):
            if len(self.asked()) >= count:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"only {self.asked()} were asked")

    def asked(self) -> list[str]:
        """The slugs that were asked, in order: the vendor's own log."""
        return [request.slug for request in self.book.requests]


@pytest.fixture
async def room(transactional_db: None) -> AsyncIterator[Room]:
    room = Room()
    yield room
    await room.dispatcher.close()
