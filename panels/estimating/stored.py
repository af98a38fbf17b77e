"""An estimate as a run keeps it (`Run.estimate_json`), and as pages show it. Pure.

{"cost_usd": {"low": "0.08", "high": "0.14"}, "seconds": {"low": 35.0, "high": 60.0},
 "unpriced": ["ollama:qwen3"], "calls": [{"role": "seat", "seat": "A", "model": …, …}],
 "single": {"model": …, "cost_usd": …, "times": 4.2}, "repeated": {…}}
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from panels.choices import CallRole
from panels.estimating.comparing import Comparison
from panels.estimating.estimates import CallEstimate, Estimate
from panels.estimating.ranges import Range


@dataclass(frozen=True, kw_only=True)
class EstimatedCall:
    """`cost_usd` None: the price is not known. `samples`: past calls that it rests on."""

    role: str
    seat: str
    model: str
    cost_usd: Range[Decimal] | None
    seconds: Range[float]
    samples: int


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """What was not chosen. `times`: how many times as much the panel costs, where that is known."""

    model: str
    cost_usd: Range[Decimal] | None
    times: float | None


@dataclass(frozen=True, kw_only=True)
class RunEstimate:
    """`cost_usd` adds up what has a price; `unpriced` are the models that have none."""

    cost_usd: Range[Decimal] | None
    seconds: Range[float]
    calls: tuple[EstimatedCall, ...]
    unpriced: tuple[str, ...]
    single: Alternative
    repeated: Alternative

    @property
    def is_free(self) -> bool:
        return self.cost_usd is not None and self.cost_usd.high == 0 and not self.unpriced

    def of(self, role: str, seat: str = "") -> EstimatedCall | None:
        return next((c for c in self.calls if c.role == role and c.seat == seat), None)

    def sum_of(self, role: str) -> Range[Decimal] | None:
        """Of the priced calls of a role; None where none has a price."""
        costs = [c.cost_usd for c in self.calls if c.role == role and c.cost_usd is not None]
        if not costs:
            return None
        return Range(
            sum((cost.low for cost in costs), Decimal(0)),
            sum((cost.high for cost in costs), Decimal(0)),
        )

    @property
    def seats_usd(self) -> Range[Decimal] | None:
        return self.sum_of(CallRole.SEAT)

    @property
    def judge_usd(self) -> Range[Decimal] | None:
        return self.sum_of(CallRole.JUDGE)

    @property
    def writer_usd(self) -> Range[Decimal] | None:
        return self.sum_of(CallRole.WRITER)

    def to_json(self) -> dict[str, Any]:
        return {
            "cost_usd": usd_range_json(self.cost_usd),
            "seconds": _seconds_json(self.seconds),
            "unpriced": list(self.unpriced),
            "calls": [_call_json(call) for call in self.calls],
            "single": _alternative_json(self.single),
            "repeated": _alternative_json(self.repeated),
        }


def run_estimate(comparison: Comparison) -> RunEstimate:
    panel = comparison.panel
    return RunEstimate(
        cost_usd=panel.cost_usd,
        seconds=panel.seconds,
        calls=tuple(_estimated(estimate) for estimate in panel.calls),
        unpriced=tuple(_unique(estimate.call.model for estimate in panel.unpriced)),
        single=_alternative(comparison.model, comparison.single, comparison.times_single),
        repeated=_alternative(comparison.model, comparison.repeated, comparison.times_repeated),
    )


def single_estimate(comparison: Comparison, *, seat: str) -> RunEstimate:
    """Of the one call alone, in that seat."""
    one = comparison.single
    alone = _alternative(comparison.model, one, 1.0)
    return RunEstimate(
        cost_usd=one.cost_usd,
        seconds=one.seconds,
        calls=tuple(replace(_estimated(estimate), seat=seat) for estimate in one.calls),
        unpriced=tuple(_unique(estimate.call.model for estimate in one.unpriced)),
        single=alone,
        repeated=alone,
    )


def run_estimate_from_json(data: Mapping[str, Any]) -> RunEstimate:
    return RunEstimate(
        cost_usd=usd_range_from(data["cost_usd"]),
        seconds=_seconds(data["seconds"]),
        calls=tuple(
            EstimatedCall(
                role=call["role"],
                seat=call["seat"],
                model=call["model"],
                cost_usd=usd_range_from(call["cost_usd"]),
                seconds=_seconds(call["seconds"]),
                samples=call["samples"],
            )
            for call in data["calls"]
        ),
        unpriced=tuple(data["unpriced"]),
        single=_alternative_from(data["single"]),
        repeated=_alternative_from(data["repeated"]),
    )


def _estimated(estimate: CallEstimate) -> EstimatedCall:
    return EstimatedCall(
        role=estimate.call.role,
        seat=estimate.call.seat,
        model=estimate.call.model,
        cost_usd=estimate.cost_usd,
        seconds=estimate.seconds,
        samples=estimate.samples,
    )


def _alternative(model: str, estimate: Estimate, times: float | None) -> Alternative:
    is_priced = not estimate.unpriced
    return Alternative(model=model, cost_usd=estimate.cost_usd if is_priced else None, times=times)


def _alternative_from(data: Mapping[str, Any]) -> Alternative:
    return Alternative(
        model=data["model"], cost_usd=usd_range_from(data["cost_usd"]), times=data["times"]
    )


def _call_json(call: EstimatedCall) -> dict[str, Any]:
    return {
        "role": call.role,
        "seat": call.seat,
        "model": call.model,
        "cost_usd": usd_range_json(call.cost_usd),
        "seconds": _seconds_json(call.seconds),
        "samples": call.samples,
    }


def _alternative_json(other: Alternative) -> dict[str, Any]:
    return {"model": other.model, "cost_usd": usd_range_json(other.cost_usd), "times": other.times}


def usd_range_json(usd: Range[Decimal] | None) -> dict[str, str] | None:
    return None if usd is None else {"low": format(usd.low, "f"), "high": format(usd.high, "f")}


def usd_range_from(data: Mapping[str, str] | None) -> Range[Decimal] | None:
    return None if data is None else Range(Decimal(data["low"]), Decimal(data["high"]))


def _seconds_json(seconds: Range[float]) -> dict[str, float]:
    return {"low": seconds.low, "high": seconds.high}


def _seconds(data: Mapping[str, float]) -> Range[float]:
    return Range(data["low"], data["high"])


def _unique(models: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(models))
