"""What a scripted model says, as frozen values, and the book that hands the scripts out.

A scripts file is JSON: `{"slug": {"text": …, "tokens_per_second": 50, …}}`; the fields are those of
`Script`.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from panels.providers.scripted_conditions import check_conditions

FAULTS = frozenset(
    {
        "",
        "hang",  # nothing comes, not even headers
        "hang_after",  # silence in the middle
        "cut",  # the connection breaks
        "malformed",  # an event that is not JSON
        "error_chunk",  # an error object in the stream
        "no_finish",  # an end without a finish reason
        "empty",  # a finish without text
        "refusal",  # the text as a refusal
        "length",  # tokens run out
        "comments",  # comments for ever
        "drip",  # single bytes for ever, `tokens_per_second` of them
        "endless",  # tokens for ever
    }
)
#: A book remembers this many requests; a server may run for months.
MOST_REQUESTS = 10_000


@dataclass(frozen=True, kw_only=True)
class ScriptedUsage:
    """`cost_usd` None: no cost is reported."""

    tokens_in: int
    tokens_out: int
    cost_usd: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class ScriptedToolCall:
    """A tool that a scripted model asks for. `arguments_json` may be broken on purpose."""

    name: str
    arguments_json: str = "{}"


@dataclass(frozen=True, kw_only=True)
class Script:
    """One answer. A token is a word with the space after it; 0 tokens per second means at once.

    `text` may hold the placeholders of `scripted_labels` and `scripted_conditions`.
    `status` other than 200 refuses with `error_message`. A fault happens after
    `fault_after_tokens` tokens; with `error_chunk`, `status` is the code of the error in the
    stream. `usage` None is counted from the words. `tool_calls` come after the text, and make the
    finish "tool_calls" where it is "stop". `then` answers the following attempts.
    """

    text: str = ""
    reasoning: str = ""
    first_token_seconds: float = 0.0
    tokens_per_second: float = 0.0
    usage: ScriptedUsage | None = None
    finish_reason: str = "stop"
    served_model: str = ""
    status: int = 200
    error_message: str = ""
    retry_after_seconds: float | None = None
    fault: str = ""
    fault_after_tokens: int = 0
    tool_calls: tuple[ScriptedToolCall, ...] = ()
    then: "Script | None" = None

    def __post_init__(self) -> None:
        """:raises ValueError: for a script that can't be played."""
        if self.fault not in FAULTS:
            known = ", ".join(sorted(FAULTS - {""}))
            raise ValueError(f"“{self.fault}” is no fault; there are {known}.")
        for name in ("first_token_seconds", "tokens_per_second", "fault_after_tokens"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative.")
        if not 100 <= self.status <= 599:
            raise ValueError(f"{self.status} is no HTTP status.")
        check_conditions(self.text)

    def attempt(self, number: int) -> "Script":
        """The script of this attempt, counted from 1. The last one stays."""
        script = self
        for _ in range(number - 1):
            script = script.then or script
        return script


@dataclass(kw_only=True)
class ScriptedRequest:
    """What a scripted model was asked, and how that ended."""

    slug: str
    body: dict[str, Any]
    attempt: int
    #: The client closed the connection before the end.
    was_closed_early: bool = False
    is_complete: bool = False


@dataclass
class ScriptBook:
    scripts: Mapping[str, Script]
    requests: list[ScriptedRequest] = field(default_factory=list)
    _attempts: dict[str, int] = field(default_factory=dict)

    def ask(self, slug: str, body: dict[str, Any]) -> tuple[Script, ScriptedRequest]:
        """The script for this request, which is written down.

        :raises KeyError: when no script has that slug.
        """
        script = self.scripts[slug]
        attempt = self._attempts[slug] = self._attempts.get(slug, 0) + 1
        request = ScriptedRequest(slug=slug, body=body, attempt=attempt)
        self.requests.append(request)
        del self.requests[:-MOST_REQUESTS]
        return script.attempt(attempt), request

    def requests_to(self, slug: str) -> list[ScriptedRequest]:
        return [request for request in self.requests if request.slug == slug]


def script_from_json(data: Any) -> Script:
    """:raises ValueError: with a sentence that says what is wrong."""
    values = _checked(data, Script, "A script")
    if values.get("usage") is not None:
        values["usage"] = _usage_from_json(values["usage"])
    if "tool_calls" in values:
        values["tool_calls"] = _tool_calls_from_json(values["tool_calls"])
    if values.get("then") is not None:
        values["then"] = script_from_json(values["then"])
    return Script(**values)


def scripts_from_json(data: Any) -> dict[str, Script]:
    """:raises ValueError: naming the script that is wrong."""
    if not isinstance(data, dict):
        raise ValueError("A scripts file is an object: {“slug”: script}.")  # noqa: TRY004
    scripts = {}
    for slug, script in data.items():
        try:
            scripts[slug] = script_from_json(script)
        except ValueError as error:
            raise ValueError(f"Script “{slug}”: {error}") from None
    return scripts


def load_scripts(path: Path) -> dict[str, Script]:
    """:raises ValueError: naming the file, when it can't be read or holds no scripts."""
    try:
        return scripts_from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ValueError(f"The scripts file {path} can't be read: {error.strerror}.") from None
    except ValueError as error:
        raise ValueError(f"The scripts file {path}: {error}") from None


def _usage_from_json(data: Any) -> ScriptedUsage:
    values = _checked(data, ScriptedUsage, "“usage”")
    if values.get("cost_usd") is not None:
        try:
            values["cost_usd"] = Decimal(str(values["cost_usd"]))
        except InvalidOperation:
            raise ValueError("cost_usd is no amount.") from None
    return ScriptedUsage(**values)


def _tool_calls_from_json(data: Any) -> tuple[ScriptedToolCall, ...]:
    if not isinstance(data, list):
        raise ValueError("“tool_calls” is a list.")  # noqa: TRY004
    return tuple(ScriptedToolCall(**_checked(each, ScriptedToolCall, "A call")) for each in data)


_JSON_TYPES: dict[Any, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    float: (int, float),
    float | None: (int, float, type(None)),
}


def _checked(data: Any, kind: type, what: str) -> dict[str, Any]:
    """The object's fields, all known to `kind` and of its plain types."""
    if not isinstance(data, dict):
        raise ValueError(f"{what} is an object, not {type(data).__name__}.")  # noqa: TRY004
    known = {each.name: each for each in fields(kind)}
    if strange := sorted(set(data) - set(known)):
        raise ValueError(f"{what} has no field “{strange[0]}”; there are {', '.join(known)}.")
    required = {name for name, each in known.items() if each.default is MISSING}
    if missing := sorted(required - set(data)):
        raise ValueError(f"{what} lacks “{missing[0]}”.")
    for name, value in data.items():
        allowed = _JSON_TYPES.get(known[name].type)
        if allowed and (isinstance(value, bool) or not isinstance(value, allowed)):
            raise ValueError(f"“{name}” can't be {json.dumps(value)}.")
    return dict(data)
