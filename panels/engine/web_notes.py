"""Writes down what a call does on the web while it does it: its tool steps, and its sources."""

import asyncio
import json
from collections.abc import Callable

from panels.engine import records
from panels.providers.stream import Cited
from panels.tools.events import SourceFound, ToolStepEnded, ToolStepStarted, TurnEnded
from panels.tools.toolbox import FETCH, SEARCH
from panels.wording import count_of

#: Sources that a call keeps; a model is shown at most ten per step.
MOST_SOURCES = 200
MOST_ADDRESS_CHARACTERS = 2000
MOST_TITLE_CHARACTERS = 300
#: Watchers load the run at each word of a change.
SECONDS_BETWEEN_WORDS = 0.3
_ARGUMENTS = {SEARCH: "query", FETCH: "url"}

WebEvent = ToolStepStarted | ToolStepEnded | SourceFound | TurnEnded | Cited


class WebNotes:
    def __init__(self, call_id: int, now: records.Clock, on_change: Callable[[], None]) -> None:
        self._call_id = call_id
        self._now = now
        self.pace = Pace(on_change)
        self._fetched: dict[str, str] = {}
        self._named: dict[str, str] = {}
        #: How many results each step has shown.
        self._counts: dict[int, int] = {}
        #: A turn has been paid for, so a refusal of the next one is not free.
        self.has_turns = False
        #: The model is being asked again: what that turn uses is not known before its end.
        self.is_in_later_turn = False

    @property
    def sources(self) -> list[dict[str, str]]:
        """Each address once; pages that were read come before those that were only listed."""
        titles = {**self._fetched, **self._named}
        order = dict.fromkeys([*self._fetched, *self._named])
        titles |= {url: title for url, title in self._fetched.items() if title}
        return [{"url": url, "title": titles[url]} for url in order][:MOST_SOURCES]

    async def take(self, event: WebEvent) -> None:
        match event:
            case ToolStepStarted():
                await self._begin(event)
            case ToolStepEnded():
                self.is_in_later_turn = True
                await self._end(event)
            case TurnEnded():
                self.has_turns, self.is_in_later_turn = True, False
            case SourceFound():
                self._counts[event.step] = self._counts.get(event.step, 0) + 1
                self._note(event.url, event.title, is_fetched=event.is_fetched)
            case Cited():
                self._note(event.url, event.title, is_fetched=False)

    async def _begin(self, started: ToolStepStarted) -> None:
        await records.in_database(records.begin_tool_step)(
            self._call_id,
            started.step,
            tool=readable(started.tool, 20),
            argument=argument_of(started.tool, started.arguments_json),
            now=self._now(),
        )
        self.pace.say()

    async def _end(self, ended: ToolStepEnded) -> None:
        await records.in_database(records.end_tool_step)(
            self._call_id,
            ended.step,
            outcome=readable(ended.detail, 300) if ended.error_code else self._outcome_of(ended),
            error_code=ended.error_code,
            sources=self.sources,
            now=self._now(),
        )
        self.pace.say()

    def _outcome_of(self, ended: ToolStepEnded) -> str:
        if ended.tool == SEARCH:
            found = self._counts.get(ended.step, 0)
            return count_of(found, "result") if found else "nothing found"
        return f"{count_of(ended.characters, 'character')} read"

    def _note(self, url: str, title: str, *, is_fetched: bool) -> None:
        known = self._fetched if is_fetched else self._named
        is_address = url == readable(url, MOST_ADDRESS_CHARACTERS)
        if is_address and (not known.get(url)):
            known[url] = readable(title, MOST_TITLE_CHARACTERS)


class Pace:
    """Says that something changed: at once, and then only so often. No change is left unsaid."""

    def __init__(self, say: Callable[[], None]) -> None:
        self._say = say
        self._not_before = 0.0
        self._due: asyncio.TimerHandle | None = None

    def say(self) -> None:
        loop = asyncio.get_running_loop()
        if self._due is None:
            if loop.time() >= self._not_before:
                self._say_now()
            else:
                self._due = loop.call_at(self._not_before, self._say_now)

    def stop(self) -> None:
        """What ends the call says more."""
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _say_now(self) -> None:
        self._due = None
        self._not_before = asyncio.get_running_loop().time() + SECONDS_BETWEEN_WORDS
        self._say()


def argument_of(tool: str, arguments_json: str) -> str:
    """The query or the address; what the model wrote, where it holds neither."""
    try:
        found = json.loads(arguments_json)[_ARGUMENTS[tool]]
    except (ValueError, KeyError, TypeError, RecursionError):
        found = None
    return readable(found if isinstance(found, str) else arguments_json, 500)


def readable(text: str, most_characters: int) -> str:
    """One line that a row can hold and a page can show: lone surrogates can't even be stored."""
    plain = "".join(char if char.isprintable() else " " for char in text[: 4 * most_characters])
    return " ".join(plain.split())[:most_characters]
