"""What is asked of a provider, as frozen values."""

from dataclasses import dataclass
from typing import Any

from panels.choices import Privacy
from panels.providers.stream import ToolCalled


@dataclass(frozen=True)
class Message:
    """`role` is "system", "user", "assistant" or "tool".

    An assistant's message may hold the calls it made, and the thoughts that led to them in the
    vendor's own form (`ReasoningKept`). A tool's message answers the call with its id.
    """

    role: str
    content: str
    tool_calls: tuple[ToolCalled, ...] = ()
    tool_call_id: str = ""
    reasoning: str = ""
    reasoning_details_json: str = ""


@dataclass(frozen=True)
class ToolSpec:
    """A tool that the model may ask for. `parameters` is the JSON schema of its arguments."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class WebAccess:
    """What a model may do on the web when the provider itself does the searching and fetching."""

    can_search: bool = True
    can_fetch: bool = True
    most_steps: int = 8
    most_results: int = 5
    allowed_domains: tuple[str, ...] = ()
    blocked_domains: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CompletionRequest:
    """One completion. None or empty means: not sent, the provider's default holds.

    `grammar` (GBNF) binds the output's form where the provider can do that, and is not sent where
    it can't; `json_schema` likewise. `tool_choice` is "none", "auto", "required" or a tool's name.
    `web` is sent only to a provider that `serves_web` it.

    `reach` is how far the request may go; a provider beyond refuses it before a socket is opened.
    `refuses_data_collection` is passed on by a provider that `can_refuse_data_collection`.
    """

    model: str
    messages: tuple[Message, ...]
    temperature: float | None = None
    max_tokens: int | None = None
    reasoning_effort: str = ""
    json_schema: dict[str, Any] | None = None
    grammar: str = ""
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: str = ""
    web: WebAccess | None = None
    reach: Privacy = Privacy.THIRD_PARTY
    refuses_data_collection: bool = False


@dataclass(frozen=True, kw_only=True)
class PriceConditions:
    """Prices that hold for prompts of more than `min_prompt_tokens`, at a time of day, or both.

    `utc_start` and `utc_end` are minutes of the day. A price that is None is the usual one.
    """

    min_prompt_tokens: int = 0
    utc_start: int | None = None
    utc_end: int | None = None
    price_in_usd: str | None = None
    price_out_usd: str | None = None
    price_cached_in_usd: str | None = None
    price_reasoning_usd: str | None = None


@dataclass(frozen=True, kw_only=True)
class ModelInfo:
    """A row of a provider's model list.

    `prompt_tokens` is how much prompt the model copes with well, where that is less than its
    context. Prices are US dollars per token, `price_request_usd` per request, as decimal strings,
    None where the list has none. `panels.pricing.listed_price` reads them.
    """

    slug: str
    name: str = ""
    context_tokens: int | None = None
    prompt_tokens: int | None = None
    price_in_usd: str | None = None
    price_out_usd: str | None = None
    price_cached_in_usd: str | None = None
    price_reasoning_usd: str | None = None
    price_request_usd: str | None = None
    price_overrides: tuple[PriceConditions, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """`first_token_seconds` counts from the request; `silence_seconds` from the last byte.

    `overall_seconds` bounds a stream that never falls silent and never ends, `most_characters`
    one that never ends and is fast; thoughts count.
    """

    connect_seconds: float = 10.0
    first_token_seconds: float = 120.0
    silence_seconds: float = 60.0
    overall_seconds: float = 1800.0
    most_characters: int = 1_000_000
