"""What a run will cost and how long it will take, before anything is paid for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import ceil, floor

from panels.choices import CallRole
from panels.estimating.forecasting import Forecast, Part, forecast_from, longest_of, sum_of
from panels.estimating.habits import Habits, habits_of
from panels.estimating.history import History
from panels.estimating.ranges import Range
from panels.pricing import Price, cost_of

#: Costs are rounded outwards to what a ledger row can hold.
_LEDGER_UNIT = Decimal("0.00000001")

#: The price of a model reference, None where it is not known.
PriceOf = Callable[[str], Price | None]


@dataclass(frozen=True, kw_only=True)
class PlannedCall:
    """A call that a run is going to make.

    `tokens_in` counts what is known of the prompt by now. `reads` names the roles whose text is
    added to it: ("seat",) for a judge, ("seat", "judge") for a writer.
    """

    role: str
    model: str
    tokens_in: Range[int]
    seat: str = ""
    max_tokens: int | None = None
    reasoning_effort: str = ""
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CallEstimate:
    """`cost_usd` is None where the price is not known. `samples`: past calls that it rests on."""

    call: PlannedCall
    tokens_in: Range[int]
    tokens_out: Range[int]
    cost_usd: Range[Decimal] | None
    seconds: Range[float]
    samples: int


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Of a whole run without retries. `cost_usd` adds up what has a price, None if nothing has.

    Its range is narrower than the sum of its calls' ranges: they are not all long at once.
    """

    calls: tuple[CallEstimate, ...]
    cost_usd: Range[Decimal] | None
    seconds: Range[float]

    @property
    def unpriced(self) -> tuple[CallEstimate, ...]:
        return tuple(estimate for estimate in self.calls if estimate.cost_usd is None)


def estimate_call(call: PlannedCall, history: History, price: Price | None) -> CallEstimate:
    """One call, its prompt being `call.tokens_in` and no more."""
    return _estimate(_Forecasted(call, _habits(call, history), price))


def estimate_run(calls: Sequence[PlannedCall], history: History, price_of: PriceOf) -> Estimate:
    """All calls of a run, in the order of its phases: those of one role are asked together."""
    habits = [_habits(call, history) for call in calls]
    texts = _texts_by_role(calls, habits)
    forecasted = [
        _Forecasted(_with_what_it_reads(call, texts), its, price_of(call.model))
        for call, its in zip(calls, habits, strict=True)
    ]
    return Estimate(
        calls=tuple(_estimate(one) for one in forecasted),
        cost_usd=_cost_of_all(forecasted),
        seconds=_seconds_of_all(forecasted),
    )


@dataclass(frozen=True)
class _Forecasted:
    """A call with the whole of its prompt, its habits and its price."""

    call: PlannedCall
    habits: Habits
    price: Price | None

    @property
    def cap(self) -> float | None:
        return None if self.call.max_tokens is None else float(max(1, self.call.max_tokens))


def _habits(call: PlannedCall, history: History) -> Habits:
    return habits_of(
        history, role=call.role, model=call.model, reasoning_effort=call.reasoning_effort
    )


def _texts_by_role(
    calls: Sequence[PlannedCall], habits: Sequence[Habits]
) -> Mapping[str, Range[float]]:
    """How many tokens a reader of all texts of a role gets."""
    parts: dict[str, list[Part]] = {}
    for call, its in zip(calls, habits, strict=True):
        cap = None if call.max_tokens is None else float(max(1, call.max_tokens))
        parts.setdefault(call.role, []).append(Part(forecast=its.text, cap=cap))
    return {role: sum_of(of_role) for role, of_role in parts.items()}


def _with_what_it_reads(call: PlannedCall, texts: Mapping[str, Range[float]]) -> PlannedCall:
    low, high = call.tokens_in.low, call.tokens_in.high
    for role in call.reads:
        text = texts.get(role, Range(0.0, 0.0))
        # Of a judge's cards only those are read on that people accept: maybe none.
        low += 0 if role == CallRole.JUDGE else floor(text.low)
        high += ceil(text.high)
    return replace(call, tokens_in=Range(low, high))


def _estimate(one: _Forecasted) -> CallEstimate:
    ends = sum_of([Part(forecast=one.habits.tokens_out, cap=one.cap)])
    tokens_out = Range(floor(ends.low), ceil(ends.high))
    return CallEstimate(
        call=one.call,
        tokens_in=one.call.tokens_in,
        tokens_out=tokens_out,
        cost_usd=_cost_of_one(one.price, one.call.tokens_in, tokens_out),
        seconds=one.habits.seconds.ends,
        samples=one.habits.samples,
    )


def _cost_of_one(
    price: Price | None, tokens_in: Range[int], tokens_out: Range[int]
) -> Range[Decimal] | None:
    """The prompt may be on either side of a length at which prices change, and any part of the
    output may be reasoning at a price of its own."""
    if price is None:
        return None
    costs = [
        cost_of(price, tokens_in=count_in, tokens_out=count_out, tokens_reasoning=reasoning)
        for count_in in price.turning_points(tokens_in.low, tokens_in.high)
        for count_out in (tokens_out.low, tokens_out.high)
        for reasoning in (0, count_out)
    ]
    return Range(min(costs), max(costs))


def _cost_of_all(forecasted: Iterable[_Forecasted]) -> Range[Decimal] | None:
    """Prompts are long or short together, since they hold the same documents: their ends add up."""
    priced = [(one, one.price) for one in forecasted if one.price is not None]
    if not priced:
        return None
    prompts = [_cost_of_one(price, one.call.tokens_in, Range(0, 0)) for one, price in priced]
    weights = [_prices_out(price, one.call.tokens_in) for one, price in priced]
    outputs = [
        sum_of([_part(one, usd) for (one, _), usd in zip(priced, of_calls, strict=True)])
        for of_calls in ([w.low for w in weights], [w.high for w in weights])
    ]
    low = sum((p.low for p in prompts if p), Decimal(str(outputs[0].low)))
    high = sum((p.high for p in prompts if p), Decimal(str(outputs[1].high)))
    return Range(_outwards(low, ROUND_FLOOR), _outwards(high, ROUND_CEILING))


def _prices_out(price: Price, tokens_in: Range[int]) -> Range[Decimal]:
    """What a token of output may cost after a prompt of any of these lengths."""
    prices = [price.at(count) for count in price.turning_points(tokens_in.low, tokens_in.high)]
    usd = [p.out_usd for p in prices] + [
        p.reasoning_usd for p in prices if p.reasoning_usd is not None
    ]
    return Range(min(usd), max(usd))


def _part(one: _Forecasted, usd: Decimal) -> Part:
    return Part(forecast=one.habits.tokens_out, weight=float(usd), cap=one.cap)


def _outwards(usd: Decimal, rounding: str) -> Decimal:
    return usd.quantize(_LEDGER_UNIT, rounding=rounding)


def _seconds_of_all(forecasted: Sequence[_Forecasted]) -> Range[float]:
    """Each phase takes as long as its longest call, and the phases follow each other."""
    phases: dict[str, list[Forecast]] = {}
    for one in forecasted:
        phases.setdefault(one.call.role, []).append(one.habits.seconds)
    return sum_of([Part(forecast=forecast_from(longest_of(phase))) for phase in phases.values()])
