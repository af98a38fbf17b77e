"""What had been foreseen of a run's calls before it started, beside what they came to."""

from panels.estimating import RunEstimate, run_estimate_from_json, usd_range_from
from panels.snapshot import CallSnapshot, RunSnapshot
from panels.templatetags.figures import money_range


def foreseen(run: RunSnapshot) -> RunEstimate | None:
    """None for a run that began without an estimate: the tour."""
    return run_estimate_from_json(run.estimate_json) if run.estimate_json else None


def foreseen_of_call(run: RunSnapshot, call: CallSnapshot) -> str:
    """The range that was shown before; "" for attempts and versions beyond those."""
    estimate = foreseen(run)
    if estimate is None or call.attempt != 1:
        return ""
    wished = usd_range_from((run.estimate_json or {}).get("wishes", {}).get(str(call.id)))
    if wished is not None:
        return money_range(wished)
    if _is_later(run, call):
        return ""
    listed = estimate.of(call.role, call.seat)
    return money_range(listed.cost_usd) if listed and listed.cost_usd else ""


def foreseen_of_run(run: RunSnapshot) -> str:
    estimate = foreseen(run)
    return money_range(estimate.cost_usd) if estimate and estimate.cost_usd else ""


def against_foreseen(run: RunSnapshot) -> str:
    """Whether a finished run stayed within its estimate; "" while that can't be said."""
    estimate = foreseen(run)
    if estimate is None or estimate.cost_usd is None or not run.is_done or run.has_unknown_cost:
        return ""
    if estimate.is_free or estimate.unpriced or _has_wishes(run):
        return ""
    if run.cost_usd > estimate.cost_usd.high:
        return "above the estimate"
    return "below the estimate" if run.cost_usd < estimate.cost_usd.low else "within the estimate"


def _is_later(run: RunSnapshot, call: CallSnapshot) -> bool:
    """A further version, or a wish: nothing had been foreseen of it before the start."""
    place = (call.role, call.seat)
    return call.id != next((c.id for c in run.calls if (c.role, c.seat) == place), None)


def _has_wishes(run: RunSnapshot) -> bool:
    """More was asked than the estimate was of."""
    firsts = [call for call in run.calls if call.attempt == 1]
    return any(_is_later(run, call) and not call.is_writer for call in firsts)
