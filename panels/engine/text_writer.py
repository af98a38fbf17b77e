"""Durable text by group commit: one task writes all new text together, ten times a second.

One writer, one transaction for everybody: SQLite has a single writer anyway, and a commit per token
is what makes peers lock up (`docs/decisions/0003-durable-text.md`).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

COMMIT_INTERVAL_SECONDS = 0.1

#: (call id, is reasoning, text)
Piece = tuple[int, bool, str]
Save = Callable[[list[Piece]], Awaitable[None]]
log = logging.getLogger(__name__)


class TextWriter:
    """`append` never waits. `save` gets the pieces in order, one batch at a time."""

    def __init__(self, save: Save) -> None:
        self._save = save
        self._pending: dict[tuple[int, bool], list[str]] = {}
        self._task: asyncio.Task[None] | None = None

    def append(self, call_id: int, text: str, *, is_reasoning: bool = False) -> None:
        self._pending.setdefault((call_id, is_reasoning), []).append(text)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._commit_while_pending())

    def forget(self, call_id: int) -> None:
        """Drop what is pending for a call: its whole text is about to be stored with it."""
        self._pending.pop((call_id, False), None)
        self._pending.pop((call_id, True), None)

    async def flush(self) -> None:
        """Store everything now, and wait until it is stored."""
        batch = self._take()
        if batch:
            await self._save(batch)

    def _take(self) -> list[Piece]:
        pending, self._pending = self._pending, {}
        return [
            (call_id, is_reasoning, "".join(texts))
            for (call_id, is_reasoning), texts in pending.items()
        ]

    async def _commit_while_pending(self) -> None:
        while self._pending:
            await asyncio.sleep(COMMIT_INTERVAL_SECONDS)
            batch = self._take()
            try:
                if batch:
                    await self._save(batch)
            except Exception:
                # The text is still in the caller's memory and stored at the call's end; losing the
                # checkpoint only matters if the process dies before that.
                log.exception("A checkpoint of streaming text could not be stored")
