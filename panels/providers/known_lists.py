"""What the providers' model lists say, how old that is, and the fetching of new ones.

A fetch goes on in the background however long its vendor takes; who needs the list waits for it a
little and then does without.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from panels.providers.client import Provider
from panels.providers.errors import FirstTokenTimedOut, ProviderError
from panels.providers.requests import ModelInfo

#: How long a model list counts as fresh; a failed one is asked for again sooner.
LIST_SECONDS = 600.0
FAILED_LIST_SECONDS = 30.0
#: How long a page waits for a list that is not there yet.
PAGE_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True)
class KnownList:
    """The last list that came, None before there was one. `error`: why a newer one did not come."""

    models: tuple[ModelInfo, ...] | None = None
    listed_at: float = 0.0
    error: ProviderError | None = None
    tried_at: float = 0.0

    def is_fresh(self, now: float, seconds: float = LIST_SECONDS) -> bool:
        lasts = min(seconds, FAILED_LIST_SECONDS) if self.error else seconds
        return now - self.tried_at < lasts


class KnownLists:
    """Times are those of `clock`, in seconds."""

    def __init__(self, providers: Mapping[str, Provider], clock: Callable[[], float]) -> None:
        self._providers = providers
        self._clock = clock
        self._known: dict[str, KnownList] = {}
        self._fetching: dict[str, asyncio.Task[None]] = {}

    def models(self, name: str) -> tuple[ModelInfo, ...] | None:
        """As they were last listed; None where no list is known."""
        known = self._known.get(name)
        return known.models if known else None

    def find(self, name: str, slug: str) -> ModelInfo | None:
        return next((model for model in self.models(name) or () if model.slug == slug), None)

    def age_seconds(self, name: str) -> float | None:
        """How old a provider's list is; None where no list is known."""
        known = self._known.get(name)
        return self._clock() - known.listed_at if known and known.models is not None else None

    async def fetch(
        self, names: Iterable[str], *, wait_seconds: float, fresh_seconds: float = LIST_SECONDS
    ) -> dict[str, list[ModelInfo] | ProviderError]:
        """The lists of these providers, or why there are none; stale ones are asked for anew.

        Whoever has not answered within `wait_seconds` is an error here, and goes on.
        """
        names = list(names)
        tasks = {name: self._fetch(name) for name in names if not self._is(fresh_seconds, name)}
        late = (await asyncio.wait(tasks.values(), timeout=wait_seconds))[1] if tasks else set()
        return {name: self._answer(name, is_late=tasks.get(name) in late) for name in names}

    async def keep_fresh(self) -> None:
        """Ask for each list whenever it has become old; never returns."""
        while True:
            await self.fetch(self._providers, wait_seconds=LIST_SECONDS)
            has_failed = any(known.error for known in self._known.values())
            await asyncio.sleep(FAILED_LIST_SECONDS if has_failed else LIST_SECONDS)

    async def close(self) -> None:
        tasks = [task for task in self._fetching.values() if _is_ours(task)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _is(self, fresh_seconds: float, name: str) -> bool:
        known = self._known.get(name)
        return known is not None and known.is_fresh(self._clock(), fresh_seconds)

    def _fetch(self, name: str) -> asyncio.Task[None]:
        """The one fetch of this list that is under way."""
        task = self._fetching.get(name)
        if task is None or not _is_ours(task):
            task = asyncio.create_task(self._list(name), name=f"model list of {name}")
            self._fetching[name] = task
        return task

    async def _list(self, name: str) -> None:
        before = self._known.get(name, KnownList())
        try:
            models = tuple(await self._providers[name].list_models())
        except ProviderError as error:
            self._known[name] = KnownList(
                models=before.models,
                listed_at=before.listed_at,
                error=error,
                tried_at=self._clock(),
            )
        else:
            now = self._clock()
            self._known[name] = KnownList(models=models, listed_at=now, tried_at=now)

    def _answer(self, name: str, *, is_late: bool) -> list[ModelInfo] | ProviderError:
        known = self._known.get(name)
        if known is None or (is_late and known.models is None):
            return FirstTokenTimedOut("The model list has not come yet.")
        if known.error is not None:
            return known.error
        return list(known.models or ())


def _is_ours(task: asyncio.Task[None]) -> bool:
    """Still under way, and on this event loop."""
    return not task.done() and task.get_loop() is asyncio.get_running_loop()
