"""Rows of GET /models → `ModelInfo`. Pure."""

import json
from fnmatch import fnmatchcase
from typing import Any

from panels.pricing import price_from_text
from panels.providers.requests import ModelInfo, PriceConditions

#: Field of `ModelInfo` and `PriceConditions` → OpenRouter's name for it.
_NAMES_OF_PRICES = {
    "price_in_usd": "prompt",
    "price_out_usd": "completion",
    "price_cached_in_usd": "input_cache_read",
    "price_reasoning_usd": "internal_reasoning",
}


class _Unreadable(ValueError):
    """Prices with a condition or an amount that we don't understand are no prices."""


def rows_of(body: bytes) -> list[dict[str, Any]]:
    """:raises ValueError: when the body holds no list of models."""
    parsed = json.loads(body)
    rows = parsed.get("data") if isinstance(parsed, dict) else parsed
    if not isinstance(rows, list):
        raise ValueError("no list under “data”")  # noqa: TRY004 (a value of the vendor's)
    return [row for row in rows if isinstance(row, dict)]


def model_from_row(row: dict[str, Any]) -> ModelInfo | None:
    """The model in a row of any vendor's shape; None where the row has no id."""
    slug = row.get("id")
    if not isinstance(slug, str) or not slug:
        return None
    pricing = row.get("pricing")
    return ModelInfo(
        slug=slug,
        name=_first_text(row.get("name"), row.get("display_name")),
        context_tokens=_context(row),
        **_prices(pricing if isinstance(pricing, dict) else {}),
    )


def is_listed(slug: str, listed: frozenset[str]) -> bool:
    """Ollama lists `qwen3:latest` for `qwen3`; LiteLLM may list patterns such as `team/*`."""
    if slug in listed or f"{slug}:latest" in listed:
        return True
    return any("*" in pattern and fnmatchcase(slug, pattern) for pattern in listed)


def _prices(pricing: dict[str, Any]) -> dict[str, Any]:
    """The prices of a row. None at all where a condition or a fee can't be read."""
    try:
        overrides = tuple(_conditions(entry) for entry in pricing.get("overrides") or ())
    except (_Unreadable, TypeError):
        return {}
    usual = {field: _price(pricing.get(name)) for field, name in _NAMES_OF_PRICES.items()}
    request = pricing.get("request")
    if request is not None and _price(request) is None:
        return {}
    return {**usual, "price_request_usd": request, "price_overrides": overrides}


def _conditions(entry: Any) -> PriceConditions:
    """An entry of OpenRouter's `pricing.overrides`.

    :raises _Unreadable: when a condition or a price is there and makes no sense.
    """
    if not isinstance(entry, dict):
        raise _Unreadable
    amounts = {field: entry[name] for field, name in _NAMES_OF_PRICES.items() if entry.get(name)}
    if any(_price(amount) is None for amount in amounts.values()):
        raise _Unreadable
    least = entry.get("min_prompt_tokens") or 0
    if not isinstance(least, int) or isinstance(least, bool) or least < 0:
        raise _Unreadable
    start, end = (_minute_of_day(entry.get(name)) for name in ("utc_start", "utc_end"))
    if (start is None) != (end is None):
        raise _Unreadable
    return PriceConditions(min_prompt_tokens=least, utc_start=start, utc_end=end, **amounts)


def _minute_of_day(value: Any) -> int | None:
    """From HHMM, as a number or as text; None where nothing is said."""
    if value is None:
        return None
    text = str(value).replace(":", "").zfill(4)
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise _Unreadable
    hours, minutes = int(text[:2]), int(text[2:])
    if hours > 24 or minutes > 59:
        raise _Unreadable
    return hours * 60 + minutes


def _context(row: dict[str, Any]) -> int | None:
    """Named by OpenRouter, vLLM, Groq and LiteLLM, and in `meta` by llama.cpp, in this order."""
    meta = row.get("meta")
    in_meta = meta if isinstance(meta, dict) else {}
    names = ("context_length", "max_model_len", "context_window", "max_input_tokens")
    named = (row.get(name) for name in names)
    values = (*named, in_meta.get("n_ctx"), in_meta.get("n_ctx_train"))
    sizes = (v for v in values if isinstance(v, int) and not isinstance(v, bool) and v > 0)
    return next(sizes, None)


def _price(value: Any) -> str | None:
    """A price per token. A router's row says "-1": it varies, so there is none to show.

    A number is no price: it may be per token or per million, and nobody says.
    """
    return value if isinstance(value, str) and price_from_text(value) is not None else None


def _first_text(*values: Any) -> str:
    return next((value for value in values if isinstance(value, str) and value), "")
