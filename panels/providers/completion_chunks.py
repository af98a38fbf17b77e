"""What one JSON object of a chat completion holds: text, reasoning, usage, who answers. Pure.

Reads a chunk of a stream (`choices[].delta`) and a whole completion (`choices[].message`) alike.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from panels.providers.storable import storable_count, storable_text, storable_usd
from panels.providers.stream import Cited, Served, UsageReported

MOST_CITED_CHARACTERS = 2000


def choices_of(chunk: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The choices that are ours: the first answer's. A usage chunk has none."""
    choices = chunk.get("choices")
    for choice in choices if isinstance(choices, list) else []:
        if isinstance(choice, dict) and choice.get("index") in (0, None):
            yield choice


def delta_of(choice: dict[str, Any]) -> dict[str, Any]:
    for name in ("delta", "message"):
        if isinstance(choice.get(name), dict):
            return choice[name]
    return {}


#: What a chunk of plain text may hold, at each of its levels.
_PLAIN_CHUNK = frozenset({"id", "object", "created", "model", "choices", "system_fingerprint"})
_PLAIN_CHOICE = frozenset({"index", "delta", "finish_reason", "logprobs"})
_PLAIN_DELTA = frozenset({"content", "role"})


def plain_text_of(chunk: dict[str, Any]) -> str:
    """The text of a chunk that holds nothing else to look at, as nearly all do; "" for any other.

    Who answers is left unread: look at the first chunks in full.
    """
    choices = chunk.get("choices")
    if not (chunk.keys() <= _PLAIN_CHUNK and isinstance(choices, list) and len(choices) == 1):
        return ""
    choice = choices[0]
    if not (
        isinstance(choice, dict) and choice.keys() <= _PLAIN_CHOICE and choice.get("index") == 0
    ):
        return ""
    delta, reason = choice.get("delta"), choice.get("finish_reason")
    if reason is not None or not (isinstance(delta, dict) and delta.keys() <= _PLAIN_DELTA):
        return ""
    content = delta.get("content")
    return storable_text(content) if isinstance(content, str) else ""


def text_of(delta: dict[str, Any]) -> str:
    """`content`: a string, null, or (Mistral) a list of parts."""
    content = delta.get("content")
    if isinstance(content, str):
        return storable_text(content)
    return _joined(content, "text") if isinstance(content, list) else ""


def reasoning_of(delta: dict[str, Any]) -> str:
    """The thoughts, under whichever name this server has for them. Encrypted ones are left out."""
    for name in ("reasoning", "reasoning_content"):
        value = delta.get(name)
        if isinstance(value, str) and value:
            return storable_text(value)
    details = delta.get("reasoning_details")
    return _joined(details, "text", "summary") if isinstance(details, list) else ""


def refusal_of(delta: dict[str, Any]) -> str:
    refusal = delta.get("refusal")
    return storable_text(refusal) if isinstance(refusal, str) else ""


def citations_of(delta: dict[str, Any]) -> Iterator[Cited]:
    """The web pages in `annotations`: nested as in chat completions, or flat as in responses."""
    annotations = delta.get("annotations")
    for each in annotations if isinstance(annotations, list) else []:
        if not isinstance(each, dict) or each.get("type") != "url_citation":
            continue
        page = each.get("url_citation", each)
        url, title = (page.get("url"), page.get("title")) if isinstance(page, dict) else ("", "")
        # Anything else (javascript:, data:) is no page that one could open.
        if isinstance(url, str) and url.lower().startswith(("http://", "https://")):
            title = storable_text(title) if isinstance(title, str) else ""
            url = storable_text(url)
            yield Cited(url[:MOST_CITED_CHARACTERS], title[:MOST_CITED_CHARACTERS])


def served_of(chunk: dict[str, Any], known: Served) -> Served:
    """`known`, completed by what this chunk says. What was known first stays."""

    def said(name: str) -> str:
        value = chunk.get(name)
        return storable_text(value) if isinstance(value, str) else ""

    return Served(
        model=known.model or said("model"),
        provider=known.provider or said("provider"),
        generation_id=known.generation_id or said("id"),
    )


def usage_of(chunk: dict[str, Any], known: UsageReported) -> UsageReported:
    """`known`, replaced by what this chunk says. Counts are of the whole call, never summed."""
    usage = chunk.get("usage")
    if not isinstance(usage, dict):
        return known
    said = UsageReported(
        tokens_in=storable_count(usage.get("prompt_tokens")),
        tokens_out=_tokens_out(usage),
        tokens_reasoning=_detail(usage, "completion_tokens_details", "reasoning_tokens"),
        tokens_cached=_detail(usage, "prompt_tokens_details", "cached_tokens"),
        cost_usd=_cost(usage),
    )
    news = {field.name: getattr(said, field.name) for field in fields(said)}
    return replace(known, **{name: value for name, value in news.items() if value is not None})


def _tokens_out(usage: dict[str, Any]) -> int | None:
    """All that was written, thoughts included, since they are billed as output.

    Google and xAI leave thoughts out of `completion_tokens`; only their total has them (docs.x.ai,
    "Consumption and rate limits"; github.com/vercel/ai/pull/12425). Where the total is larger by
    exactly what came from or went into a cache, that is what a gateway left out of the prompt.
    """
    total = storable_count(usage.get("total_tokens"))
    asked = storable_count(usage.get("prompt_tokens"))
    written = storable_count(usage.get("completion_tokens"))
    if total is None or asked is None or written is None:
        return written
    cached = _detail(usage, "prompt_tokens_details", "cached_tokens") or 0
    stored = _detail(usage, "prompt_tokens_details", "cache_write_tokens") or 0
    beyond = total - asked - written
    return written if beyond < 0 or beyond in (cached, stored, cached + stored) else total - asked


def recorded_usage(record: dict[str, Any]) -> UsageReported:
    """Of OpenRouter's generation record, whose native counts are what a stream's usage reports."""
    cost = _money(record.get("total_cost"))
    if cost is not None and record.get("is_byok") is True:
        upstream = _money(record.get("upstream_inference_cost"))
        cost = None if upstream is None else cost + upstream
    return UsageReported(
        tokens_in=storable_count(record.get("native_tokens_prompt")),
        tokens_out=storable_count(record.get("native_tokens_completion")),
        tokens_reasoning=storable_count(record.get("native_tokens_reasoning")),
        tokens_cached=storable_count(record.get("native_tokens_cached")),
        cost_usd=cost,
    )


def _joined(parts: list[Any], *names: str) -> str:
    found = (part.get(name) for part in parts if isinstance(part, dict) for name in names)
    return storable_text("".join(value for value in found if isinstance(value, str)))


def _detail(usage: dict[str, Any], group: str, name: str) -> int | None:
    return storable_count(_in(usage, group, name))


def _in(usage: dict[str, Any], group: str, name: str) -> Any:
    details = usage.get(group)
    return details.get(name) if isinstance(details, dict) else None


def _cost(usage: dict[str, Any]) -> Decimal | None:
    """US dollars. With a key of one's own at a router, its fee and the vendor's price together."""
    cost = _money(usage.get("cost"))
    if cost is None or usage.get("is_byok") is not True:
        return cost
    upstream = _money(_in(usage, "cost_details", "upstream_inference_cost"))
    return None if upstream is None else cost + upstream


def _money(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return storable_usd(amount)
