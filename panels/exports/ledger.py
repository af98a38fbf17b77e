"""The ledger as a Markdown table: every call, and the totals."""

from collections.abc import Iterator
from decimal import Decimal

from panels.choices import CallRole, CallState, CostSource
from panels.exports.inert import one_line
from panels.snapshot import CallSnapshot, RunSnapshot

_HEADER = (
    "| # | Role | Asked | Answered | Waited | Streamed "
    "| Tokens in | Tokens out | Cost | Outcome |\n"
    "|--:|---|---|---|--:|--:|--:|--:|--:|---|"
)
_UNKNOWN = "–"


def ledger(run: RunSnapshot) -> Iterator[str]:
    yield "## Ledger"
    if not run.calls:
        yield "No calls."
        return
    rows = (_row(number, call) for number, call in enumerate(run.calls, 1))
    yield "\n".join([_HEADER, *rows, _totals(run)])
    if run.has_unknown_cost:
        yield "The total leaves out calls whose cost is not known."


def call_outcome(call: CallSnapshot) -> str:
    """The call's fate in words."""
    label = CallState(call.state).label.lower()
    why = call.error_code or (call.finish_reason if call.finish_reason != "stop" else "")
    outcome = f"{label} ({one_line(why)})" if why else label
    return f"{outcome}: {one_line(call.error_detail)}" if call.error_detail.strip() else outcome


def _row(number: int, call: CallSnapshot) -> str:
    cells = (
        str(number),
        _role(call),
        one_line(call.model_asked),
        one_line(call.model_served) or _UNKNOWN,
        _seconds(call.waiting_seconds),
        _seconds(call.streaming_seconds),
        _count(call.tokens_in),
        _count(call.tokens_out),
        _cost(call),
        call_outcome(call),
    )
    return f"| {' | '.join(cells)} |"


def _totals(run: RunSnapshot) -> str:
    wall = f"{_seconds(run.wall_seconds)} in all"
    tokens = f"{run.tokens_in:,} | {run.tokens_out:,}"
    return f"| | **Total** | | | {wall} | | {tokens} | {_dollars(run.cost_usd)} | |"


def _role(call: CallSnapshot) -> str:
    role = CallRole(call.role).label
    attempt = f", attempt {call.attempt}" if call.attempt > 1 else ""
    return f"{role} {one_line(call.seat)}".rstrip() + attempt


def _seconds(seconds: float | None) -> str:
    return _UNKNOWN if seconds is None else f"{seconds:.1f} s"


def _count(tokens: int | None) -> str:
    return _UNKNOWN if tokens is None else f"{tokens:,}"


def _cost(call: CallSnapshot) -> str:
    if call.cost_usd is None:
        return CostSource.UNKNOWN.label
    return f"{_dollars(call.cost_usd)} ({CostSource(call.cost_source).label})"


def _dollars(amount: Decimal) -> str:
    return f"${amount:f}"
