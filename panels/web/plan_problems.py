"""Why planned calls can't be made, in one sentence; each row says more."""

from collections.abc import Iterable

from panels.web.planned_calls import PlannedCall

MARKED_BELOW = "A model of this preset can't be called, as marked below."


def problem_of(calls: Iterable[PlannedCall]) -> str:
    """Names what would leave, where that is the problem; "" when all can be called."""
    calls = tuple(calls)
    refused = [_name_of(call) for call in calls if call.is_refused]
    if refused:
        return (
            f"This run is local only, and these would leave: {', '.join(refused)}. "
            "Nothing was sent."
        )
    return MARKED_BELOW if any(call.problem for call in calls) else ""


def _name_of(call: PlannedCall) -> str:
    if call.is_seat:
        return f"seat {call.letter}"
    return "the judge" if call.is_judge else "the writer"
