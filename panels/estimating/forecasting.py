"""Forecasts of one positive quantity (tokens, seconds), learnt from a few past values.

Lengths and times of answers are near to log-normal: a few are many times longer than most. With 20
values, empirical percentiles of the range's ends would be the two extreme values, so the logarithms
are taken as normal with unknown mean and spread, under a weak prior (normal-inverse-chi-squared).
What comes next then follows Student's t, which is as wide as so few values make it, and which a
normal of the same ends stands in for, so that sums and maxima stay simple.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, hypot, log, log1p, prod, sqrt
from statistics import NormalDist

from panels.estimating.ranges import Range

#: The share of outcomes that a range leaves out at each of its ends.
TAIL = 0.03
_UPPER = NormalDist().inv_cdf(1 - TAIL)
#: How much the calls of one run are long or short together: a hard question is hard for all.
_TOGETHER = 0.4
_STANDARD = NormalDist()


@dataclass(frozen=True)
class Forecast:
    """A log-normal quantity: the mean and the spread (standard deviation) of its logarithm."""

    mean_log: float
    spread_log: float

    def at(self, share: float) -> float:
        """The value that this share of outcomes stays under."""
        return exp(self.mean_log + self.spread_log * _STANDARD.inv_cdf(share))

    @property
    def ends(self) -> Range[float]:
        return Range(self.at(TAIL), self.at(1 - TAIL))

    def share_under(self, value: float) -> float:
        return _STANDARD.cdf((log(value) - self.mean_log) / self.spread_log)

    def mean(self, cap: float | None = None) -> float:
        return self._moment(1, cap)

    def variance(self, cap: float | None = None) -> float:
        return max(0.0, self._moment(2, cap) - self._moment(1, cap) ** 2)

    def _moment(self, order: int, cap: float | None) -> float:
        """E[min(X, cap)**order] for a log-normal X, in closed form."""
        whole = exp(order * self.mean_log + (order * self.spread_log) ** 2 / 2)
        if cap is None:
            return whole
        steps = (log(cap) - self.mean_log) / self.spread_log
        under = whole * _STANDARD.cdf(steps - order * self.spread_log)
        return float(under + cap**order * _STANDARD.cdf(-steps))

    def widened(self, spread_log: float, *, shift: float = 0.0) -> "Forecast":
        """Less sure by an independent uncertainty, and moved."""
        return Forecast(self.mean_log + shift, hypot(self.spread_log, spread_log))


@dataclass(frozen=True, kw_only=True)
class Belief:
    """What is believed of the logarithms: their mean, as sure as `values` would make it, and their
    spread, as sure as `spread_values` would."""

    mean_log: float
    values: float
    spread_log: float
    spread_values: float

    def after(self, logs: Sequence[float]) -> "Belief":
        """The belief once these values were seen (Gelman et al., Bayesian Data Analysis, 3.3)."""
        count = len(logs)
        if not count:
            return self
        mean = sum(logs) / count
        values, spread_values = self.values + count, self.spread_values + count
        squares = self.spread_values * self.spread_log**2 + sum((x - mean) ** 2 for x in logs)
        squares += self.values * count / values * (mean - self.mean_log) ** 2
        return Belief(
            mean_log=(self.values * self.mean_log + sum(logs)) / values,
            values=values,
            spread_log=sqrt(squares / spread_values),
            spread_values=spread_values,
        )

    def as_hint(self, hint: "Belief") -> "Belief":
        """As unsure as `hint`, around the mean that is believed here."""
        return replace(hint, mean_log=self.mean_log)

    def forecast(self) -> Forecast:
        """What the next value will be."""
        spread = self.spread_log * sqrt(1 + 1 / self.values)
        return Forecast(self.mean_log, spread * _upper_of_t(self.spread_values) / _UPPER)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A summand: a forecast quantity, cut at `cap`, times `weight`."""

    forecast: Forecast
    weight: float = 1.0
    cap: float | None = None


def sum_of(parts: Sequence[Part]) -> Range[float]:
    """The range of a weighted sum: a log-normal of the same mean and variance (Fenton-Wilkinson).

    The parts are taken as partly moving together (`_TOGETHER`).
    """
    parts = [part for part in parts if part.weight > 0]
    if not parts:
        return Range(0.0, 0.0)
    if len(parts) == 1:
        return _ends_of(parts[0])
    mean = sum(part.weight * part.forecast.mean(part.cap) for part in parts)
    deviations = [part.weight * sqrt(part.forecast.variance(part.cap)) for part in parts]
    apart, together = sum(d * d for d in deviations), sum(deviations) ** 2
    variance = (1 - _TOGETHER) * apart + _TOGETHER * together
    spread_squared = log1p(variance / mean**2)
    ends = Forecast(log(mean) - spread_squared / 2, sqrt(spread_squared)).ends
    lowest, highest = _sum_of_ends(parts)
    low = max(lowest, ends.low)
    return Range(min(low, highest), max(low, min(highest, ends.high)))


def longest_of(forecasts: Sequence[Forecast]) -> Range[float]:
    """The range of the largest of several quantities that begin together.

    Each end lies between those of quantities that move together entirely and not at all.
    """
    together = Range(
        max(forecast.at(TAIL) for forecast in forecasts),
        max(forecast.at(1 - TAIL) for forecast in forecasts),
    )
    return Range(
        _between(_longest_at(TAIL, forecasts), together.low),
        _between(_longest_at(1 - TAIL, forecasts), together.high),
    )


def _between(apart: float, together: float) -> float:
    return float(apart ** (1 - _TOGETHER) * together**_TOGETHER)


def _longest_at(share: float, forecasts: Sequence[Forecast]) -> float:
    """The value that all of these quantities, if independent, stay under with this share."""
    under = max(forecast.at(share) for forecast in forecasts)
    over = max(forecast.at(share ** (1 / len(forecasts))) for forecast in forecasts)
    for _ in range(40):
        middle = sqrt(under * over)
        if prod(forecast.share_under(middle) for forecast in forecasts) < share:
            under = middle
        else:
            over = middle
    return over


def forecast_from(ends: Range[float]) -> Forecast:
    """The forecast with these ends, which are above 0."""
    low, high = log(ends.low), log(ends.high)
    return Forecast((low + high) / 2, (high - low) / (2 * _UPPER))


def _ends_of(part: Part) -> Range[float]:
    ends, cap = part.forecast.ends, part.cap
    low, high = (ends.low, ends.high) if cap is None else (min(ends.low, cap), min(ends.high, cap))
    return Range(part.weight * low, part.weight * high)


def _sum_of_ends(parts: Sequence[Part]) -> tuple[float, float]:
    """No sum's range is wider than that of parts that move together entirely."""
    ends = [_ends_of(part) for part in parts]
    return sum(end.low for end in ends), sum(end.high for end in ends)


def _upper_of_t(freedom: float) -> float:
    """Student's t at the upper end, by the Cornish-Fisher series (1 % off at three degrees)."""
    z = _UPPER
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )
