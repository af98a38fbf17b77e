"""How long a model's answers will be and how long they will take: from history, else by role."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

from panels.choices import CallRole, ReasoningEffort
from panels.estimating.forecasting import Belief, Forecast
from panels.estimating.history import History, Sample

#: Of a quantity nobody has seen yet.
_FEW_VALUES, _FEW_SPREAD_VALUES, _SPREAD = 2.0, 6.0, 0.5
#: How far apart two models' typical lengths are, as a spread of the logarithm.
_BETWEEN_MODELS = 0.5
#: What the other models of a role tell of one that has values of its own: little.
_HINT = Belief(mean_log=0.0, values=0.5, spread_log=0.45, spread_values=3.0)

_TOKENS_BY_ROLE: dict[str, float] = {CallRole.SEAT: 700, CallRole.JUDGE: 1200, CallRole.WRITER: 900}
_SECONDS_BY_ROLE: dict[str, float] = {CallRole.SEAT: 20, CallRole.JUDGE: 30, CallRole.WRITER: 25}
#: How many times more a model writes that thinks this hard, where its own history can't tell.
_TIMES_BY_EFFORT: dict[str, float] = {
    ReasoningEffort.LOW: 1.5,
    ReasoningEffort.MEDIUM: 2.5,
    ReasoningEffort.HIGH: 4.0,
}


@dataclass(frozen=True, kw_only=True)
class Habits:
    """Forecasts for one call. `text` is what others read of it; `tokens_out` includes reasoning.

    `samples` is how many past calls of this model, in this role, they rest on.
    """

    tokens_out: Forecast
    text: Forecast
    seconds: Forecast
    samples: int


def habits_of(history: History, *, role: str, model: str, reasoning_effort: str = "") -> Habits:
    of_role = history.of_role(role)
    same = of_role.of_model(model)
    levels = (of_role.samples, same.samples, same.of_effort(reasoning_effort).samples)
    tokens = _TOKENS_BY_ROLE[role]
    seconds = _SECONDS_BY_ROLE[role]
    times = _TIMES_BY_EFFORT.get(reasoning_effort, 1.0)
    return Habits(
        tokens_out=_forecast(levels, lambda s: s.tokens_out, typical=tokens, times=times),
        text=_forecast(levels, lambda s: s.tokens_of_text, typical=tokens, times=1.0),
        seconds=_forecast(levels, lambda s: s.seconds, typical=seconds, times=times),
        samples=len(same.samples),
    )


def _forecast(
    levels: tuple[Sequence[Sample], Sequence[Sample], Sequence[Sample]],
    measure: Callable[[Sample], float | None],
    *,
    typical: float,
    times: float,
) -> Forecast:
    """From the role's samples, the model's among them, and those of the same effort among these."""
    of_role, of_model, of_effort = (_logs(samples, measure) for samples in levels)
    role = Belief(
        mean_log=log(typical),
        values=_FEW_VALUES,
        spread_log=_SPREAD,
        spread_values=_FEW_SPREAD_VALUES,
    ).after(of_role)
    if not of_model:
        return _with_effort(role.forecast().widened(_BETWEEN_MODELS), times)
    model = role.as_hint(_HINT).after(of_model)
    if not of_effort:
        return _with_effort(model.forecast(), times)
    return model.as_hint(_HINT).after(of_effort).forecast()


def _with_effort(forecast: Forecast, times: float) -> Forecast:
    """The usual length and `times` that are both within a spread of the new middle."""
    half = log(times) / 2
    return forecast.widened(half, shift=half)


def _logs(samples: Sequence[Sample], measure: Callable[[Sample], float | None]) -> list[float]:
    values = (measure(sample) for sample in samples)
    return [log(max(1.0, value)) for value in values if value is not None]
