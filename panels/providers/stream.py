"""Server-sent events of the chat-completions protocol: bytes in, typed events out. Pure."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class TextDelta:
    text: str


@dataclass(frozen=True)
class ReasoningDelta:
    text: str


@dataclass(frozen=True, kw_only=True)
class UsageReported:
    """Token counts of the whole call; `cost_usd` where the provider reports money."""

    tokens_in: int | None = None
    tokens_out: int | None = None
    tokens_reasoning: int | None = None
    tokens_cached: int | None = None
    cost_usd: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Served:
    """Who answers: the model, the provider behind a router, the generation's id. "" if unsaid."""

    model: str = ""
    provider: str = ""
    generation_id: str = ""


@dataclass(frozen=True)
class ToolCalled:
    """The model asks for a tool. `arguments_json` is hostile, and need not even be JSON.

    `extra_json` is what the vendor wants back with the call, unread: Gemini's thought signature.
    """

    id: str
    name: str
    arguments_json: str
    extra_json: str = ""


@dataclass(frozen=True)
class ReasoningKept:
    """Thoughts in the vendor's own form, which it wants back with the results of its tool calls."""

    details_json: str


@dataclass(frozen=True)
class Cited:
    """A web page that the provider's own search gave as a source. Each address comes once."""

    url: str
    title: str = ""


@dataclass(frozen=True)
class Finished:
    """`reason` is the protocol's word, `native_reason` the model's own behind a router."""

    reason: str
    native_reason: str = ""


StreamEvent = (
    TextDelta
    | ReasoningDelta
    | UsageReported
    | Served
    | ToolCalled
    | ReasoningKept
    | Cited
    | Finished
)
