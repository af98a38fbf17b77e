"""The text of a call that is streaming, as one hub knows it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from panels.engine.events import TextArrived
from panels.markdown.live import LiveMarkdown
from panels.snapshot import CallSnapshot

CHARACTERS_PER_TOKEN = 4


@dataclass
class GrowingText:
    """Text that arrives in pieces with offsets: what is known is dropped, what is early waits."""

    text: str = ""
    #: Pieces beyond a gap, by offset.
    early: dict[int, str] = field(default_factory=dict)

    @property
    def has_gap(self) -> bool:
        return bool(self.early)

    def take(self, offset: int, piece: str) -> str:
        """The text that is new by this piece: "" when it is known, or lies beyond a gap."""
        if offset > len(self.text):
            if len(piece) > len(self.early.get(offset, "")):
                self.early[offset] = piece
            return ""
        return self._append(offset, piece) + self._take_early()

    def catch_up(self, whole: str) -> str:
        """The text that is new by what the database holds from the start."""
        return self.take(0, whole)

    def _append(self, offset: int, piece: str) -> str:
        grown = piece[len(self.text) - offset :]
        self.text += grown
        return grown

    def _take_early(self) -> str:
        grown = ""
        while reachable := [offset for offset in self.early if offset <= len(self.text)]:
            offset = min(reachable)
            grown += self._append(offset, self.early.pop(offset))
        return grown


class LiveCall:
    """A call that streams under a hub's eyes: its text, rendered as far as it has settled."""

    def __init__(self, call: CallSnapshot, render_block: Callable[[str], str]) -> None:
        self.call_id = call.id
        self.seat = call.seat
        self.asked_at = call.asked_at
        self.is_over = False
        self._text = GrowingText()
        self._reasoning = GrowingText()
        self._render_block = render_block
        self._markdown = LiveMarkdown(render_block)
        self.blocks: list[str] = []
        self.tail = ""
        self.unsent_blocks: list[str] = []
        self.unsent_reasoning = ""
        self.is_tail_unsent = False
        self.catch_up(call)

    @property
    def text(self) -> str:
        return self._text.text

    @property
    def reasoning(self) -> str:
        return self._reasoning.text

    @property
    def open_characters(self) -> int:
        """Of the text that is not final yet, and may be drawn again."""
        return self._markdown.open_characters

    @property
    def about_tokens(self) -> int:
        """A guess for the eye while it streams; the provider's count replaces it at the end."""
        return (len(self.text) + len(self.reasoning)) // CHARACTERS_PER_TOKEN

    @property
    def has_gap(self) -> bool:
        return not self.is_over and (self._text.has_gap or self._reasoning.has_gap)

    @property
    def is_unsent(self) -> bool:
        return bool(self.unsent_blocks or self.unsent_reasoning or self.is_tail_unsent)

    def lacks(self, text_characters: int, reasoning_characters: int) -> bool:
        return text_characters > len(self.text) or reasoning_characters > len(self.reasoning)

    def take(self, event: TextArrived) -> None:
        if self.is_over:
            # From a worker that was taken for dead and does not know it yet.
            return
        if event.is_reasoning:
            self.unsent_reasoning += self._reasoning.take(event.offset, event.text)
        else:
            self._render(self._text.take(event.offset, event.text))

    def catch_up(self, call: CallSnapshot) -> None:
        self.unsent_reasoning += self._reasoning.catch_up(call.reasoning)
        self._render(self._text.catch_up(call.text))

    def finish(self, stored: str | None = None) -> None:
        """No more text will come: the tail becomes blocks, and the whole card tells the rest.

        What is stored is what the answer is: a worker that died may have told more than it stored.
        """
        if stored is not None and stored != self.text:
            self._text = GrowingText()
            self._markdown = LiveMarkdown(self._render_block)
            self.blocks = []
            self._render(self._text.catch_up(stored))
        self.blocks += self._markdown.finish()
        self.tail = ""
        self.is_over = True
        self.mark_sent()

    def mark_sent(self) -> None:
        self.unsent_blocks = []
        self.unsent_reasoning = ""
        self.is_tail_unsent = False

    def _render(self, grown: str) -> None:
        if not grown:
            return
        new_blocks, self.tail = self._markdown.append(grown)
        self.blocks += new_blocks
        self.unsent_blocks += new_blocks
        self.is_tail_unsent = True
