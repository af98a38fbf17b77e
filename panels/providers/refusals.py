"""Which error a vendor means: by the names in its error object, its status and its words. Pure.

Names come first, since they say more than a status: an exhausted quota is 429 at one vendor and
402 at another, and a prompt that is too long is 400, 413 or an error in a 200 stream.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any

from panels.providers import errors
from panels.providers.errors import ProviderError

_BY_NAME: dict[str, type[ProviderError]] = {
    name: error
    for error, names in {
        # LiteLLM without a database knows one key, and says this of any other.
        errors.AuthFailed: "authentication authentication_error invalid_api_key unauthorized "
        "unauthenticated no_db_connection",
        errors.PaymentRequired: "payment_required insufficient_quota insufficient_credits "
        "billing_error billing_hard_limit_reached",
        errors.PermissionDenied: "permission_denied permission_error forbidden region_restricted",
        errors.ModelNotFound: "not_found not_found_error model_not_found no_endpoints "
        "model_deprecated free_variant_ended wrong_endpoint",
        errors.ContextOverflow: "context_length_exceeded exceed_context_size_error "
        "max_tokens_exceeded token_limit_exceeded string_too_long request_too_large "
        "payload_too_large",
        errors.ContentRefused: "content_policy_violation content_filter refusal moderation_blocked "
        "responsibleaipolicyviolation",
        errors.RateLimited: "rate_limit_exceeded rate_limit_error rate_limited too_many_requests "
        "resource_exhausted",
        errors.Overloaded: "overloaded overloaded_error provider_overloaded capacity_exhausted "
        "unavailable",
    }.items()
    for name in names.split()
}
_BY_STATUS: dict[int, type[ProviderError]] = {
    401: errors.AuthFailed,
    402: errors.PaymentRequired,
    403: errors.PermissionDenied,
    404: errors.ModelNotFound,
    408: errors.TemporarilyRefused,
    409: errors.TemporarilyRefused,
    # Of a request of ours only the documents can be that large.
    413: errors.ContextOverflow,
    425: errors.TemporarilyRefused,
    429: errors.RateLimited,
    503: errors.Overloaded,
    529: errors.Overloaded,
}
_SAYS_TOO_LONG = (
    "context length",
    "context window",
    "context size",
    "maximum context",
    "prompt is too long",
    "input is too long",
    "too many tokens",
)


#: LiteLLM's 400 for a model that it does not have.
_SAYS_NO_MODEL = ("invalid model name passed in",)


@dataclass(frozen=True, kw_only=True)
class ErrorReport:
    """An error object as a vendor sent it. `code` is a status, where it looks like one."""

    message: str = ""
    names: tuple[str, ...] = ()
    code: int | None = None
    was_moderated: bool = False
    retry_after_seconds: float | None = None


def report_from_json(error: Any) -> ErrorReport:
    """What an `error` value holds: an object of any vendor's shape, or a bare string."""
    if not isinstance(error, dict):
        return ErrorReport(message=_as_text(error))
    metadata = _dict(error.get("metadata"))
    availability = _dict(error.get("availability"))
    named = (
        metadata.get("error_type"),
        error.get("error_type"),
        availability.get("code"),
        error.get("code"),
        error.get("type"),
        error.get("status"),
    )
    return ErrorReport(
        message=_message(error, metadata),
        names=tuple(name.lower() for name in named if isinstance(name, str)),
        code=_status(error.get("code")) or _status(error.get("status")),
        was_moderated=bool(metadata.get("reasons")),
        retry_after_seconds=_seconds(availability.get("retry_after")),
    )


def report_from_body(body: bytes) -> ErrorReport:
    """The report in an answer that is not a 200. What isn't JSON is its own message."""
    text = body.decode(errors="replace").strip()
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return ErrorReport(message=text)
    # Google's endpoint wraps its error object in a list.
    if isinstance(parsed, list) and parsed:
        parsed = parsed[0]
    if not isinstance(parsed, dict):
        return ErrorReport(message=text)
    error = parsed.get("error")
    if error is None:
        # vLLM's older form has the fields at the top, FastAPI's has "detail".
        error = parsed if "message" in parsed else parsed.get("detail", text)
    return report_from_json(error)


def error_of_answer(
    status: int, report: ErrorReport, *, retry_after_seconds: float | None = None
) -> ProviderError:
    """The error for an answer with this status."""
    wait = retry_after_seconds if retry_after_seconds is not None else report.retry_after_seconds
    error = _named(report) or _by_words(status, report) or _BY_STATUS.get(status)
    if error is None:
        error = _by_hundreds(status)
    return error(_detail(report, f"status {status}"), retry_after_seconds=wait)


def error_in_stream(report: ErrorReport) -> ProviderError:
    """The error for an error object in an answer that began with 200."""
    code = report.code or 0
    error = _named(report) or _by_words(code, report) or _BY_STATUS.get(code)
    if error is None:
        error = errors.BadRequest if 400 <= code < 500 else errors.StreamBroken
    return error(
        _detail(report, "an error in the stream"), retry_after_seconds=report.retry_after_seconds
    )


def retry_after(headers: Any, now: datetime) -> float | None:
    """Seconds to wait by the `Retry-After` header (seconds or an HTTP date), None if unsaid."""
    if (milliseconds := _seconds(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    if value is None:
        return None
    if (seconds := _seconds(value)) is not None:
        return seconds
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _named(report: ErrorReport) -> type[ProviderError] | None:
    if report.was_moderated:
        return errors.ContentRefused
    return next((_BY_NAME[name] for name in report.names if name in _BY_NAME), None)


def _by_words(status: int, report: ErrorReport) -> type[ProviderError] | None:
    """`status` is 0 for an error in a stream that has no code, as LM Studio's have none."""
    message = report.message.lower()
    if status in (0, 400, 413, 422, 500) and any(words in message for words in _SAYS_TOO_LONG):
        return errors.ContextOverflow
    if status == 400 and any(words in message for words in _SAYS_NO_MODEL):
        return errors.ModelNotFound
    return None


def _by_hundreds(status: int) -> type[ProviderError]:
    if status >= 500:
        return errors.TemporarilyRefused
    return errors.BadRequest if status >= 400 else errors.RequestRefused


def _detail(report: ErrorReport, otherwise: str) -> str:
    return report.message or otherwise


def _message(error: dict[str, Any], metadata: dict[str, Any]) -> str:
    """The message; a router's "Provider returned error" is followed by what was returned."""
    parts = [error.get("message"), metadata.get("raw")]
    return ": ".join(_as_text(part) for part in parts if part) or json.dumps(error)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _status(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
        value = int(value)
    return value if isinstance(value, int) and 100 <= value < 1000 else None


def _seconds(value: Any) -> float | None:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return None
    return seconds if isfinite(seconds) and seconds >= 0 else None
