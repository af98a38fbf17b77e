"""The panel's estimate beside its two alternatives: one call to one model, one model k times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from panels.choices import CallRole
from panels.estimating.estimates import Estimate, PlannedCall, PriceOf, estimate_run
from panels.estimating.history import History
from panels.estimating.ranges import Range


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`single`: one answer of `model`. `repeated`: the same panel with `model` in every seat."""

    model: str
    panel: Estimate
    single: Estimate
    repeated: Estimate

    @property
    def times_single(self) -> float | None:
        """How many times one call's cost the panel costs, by the middles of their ranges.

        None where a price is not known, or nothing costs anything.
        """
        return _times(self.panel, self.single)

    @property
    def times_repeated(self) -> float | None:
        return _times(self.panel, self.repeated)


def compare(
    calls: Sequence[PlannedCall], model: str, history: History, price_of: PriceOf
) -> Comparison:
    """`model` is the best single one, by the caller's choice."""
    return Comparison(
        model=model,
        panel=estimate_run(calls, history, price_of),
        single=estimate_run(_one_call(calls, model), history, price_of),
        repeated=estimate_run(_one_model(calls, model), history, price_of),
    )


def _one_call(calls: Sequence[PlannedCall], model: str) -> list[PlannedCall]:
    """The first seat's call, as this model would get it: no judge, no writer."""
    return [replace(call, seat="") for call in _one_model(calls, model) if _is_seat(call)][:1]


def _one_model(calls: Sequence[PlannedCall], model: str) -> list[PlannedCall]:
    """A seat that had this model keeps its prompt; the others get the widest of all prompts."""
    seats = [call for call in calls if _is_seat(call)]
    own = [call.tokens_in for call in seats if call.model == model]
    widest = own or [call.tokens_in for call in seats]
    if not widest:
        return list(calls)
    tokens_in = Range(max(r.low for r in widest), max(r.high for r in widest))
    return [
        replace(call, model=model, tokens_in=tokens_in) if _is_seat(call) else call
        for call in calls
    ]


def _is_seat(call: PlannedCall) -> bool:
    return call.role == CallRole.SEAT


def _times(estimate: Estimate, other: Estimate) -> float | None:
    if estimate.unpriced or other.unpriced or estimate.cost_usd is None or other.cost_usd is None:
        return None
    middle = other.cost_usd.low + other.cost_usd.high
    return float((estimate.cost_usd.low + estimate.cost_usd.high) / middle) if middle else None
