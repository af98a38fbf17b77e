"""The promise: after 20 runs, a range holds the actual in nine of ten runs, and is not silly."""

from functools import cache
from random import Random
from statistics import median

import pytest

from panels.estimating import Estimate, History, Range, estimate_run
from tests.estimating.simulated import (
    MODELS,
    PRICES,
    TOKENS_HIGH,
    TOKENS_LOW,
    RunOutcome,
    plan,
    simulate,
)

#: How many runs of history an estimate rests on, how many histories are tried, and how many runs
#: are estimated from each.
RUNS_OF_HISTORY, HISTORIES, RUNS_EACH = 20, 25, 4
TOKENS_IN = 3000
PANELS = {
    "three models": ["a:big", "b:fast", "c:thinker"],
    "one model three times": ["a:big"] * 3,
    "five models": ["b:fast", "d:terse", "e:wild", "c:thinker", "a:big"],
    "one seat": ["d:terse"],
    "two wild ones": ["e:wild", "e:wild"],
    "eight seats": ["b:fast"] * 8,
}


def history_of(rng: Random, seats: list[str] | None, together: float, runs: int) -> History:
    """Past runs over documents of all sizes; without seats, over panels drawn at random."""
    samples = []
    for _ in range(runs):
        tokens_in = rng.randrange(500, 20_000)
        calls = plan(seats or random_seats(rng), tokens_in)
        samples += simulate(rng, calls, tokens_in, together).samples
    return History(tuple(samples))


def random_seats(rng: Random) -> list[str]:
    return rng.choices(sorted(MODELS), k=rng.randint(1, 8))


@cache
def tried(
    panel: str, together: float, runs: int = RUNS_OF_HISTORY
) -> list[tuple[Estimate, RunOutcome]]:
    """Estimates and what then happened; the same ones for every test that asks for them."""
    rng = Random(5)
    seats = PANELS.get(panel)
    pairs = []
    for _ in range(HISTORIES):
        history = history_of(rng, seats, together, runs)
        for _ in range(RUNS_EACH):
            calls = plan(seats or random_seats(rng), TOKENS_IN)
            estimate = estimate_run(calls, history, PRICES.get)
            pairs.append((estimate, simulate(rng, calls, TOKENS_IN, together)))
    return pairs


def share(held: list[bool]) -> float:
    return sum(held) / len(held)


def width(found: Range) -> float:
    return float(found.high / found.low)


def true_width(values: list[float]) -> float:
    """Between the 5th and the 95th percentile: the range of somebody who knows the models."""
    ordered = sorted(values)
    return ordered[len(ordered) * 95 // 100] / ordered[len(ordered) * 5 // 100]


@pytest.mark.parametrize("together", [0.0, 0.5])
def test_nine_of_ten_mixed_runs_stay_in_their_range_after_twenty(together):
    pairs = tried("mixed", together)
    assert share([estimate.cost_usd.holds(run.cost_usd) for estimate, run in pairs]) >= 0.9
    assert share([estimate.seconds.holds(run.seconds) for estimate, run in pairs]) >= 0.9


@pytest.mark.parametrize("together", [0.0, 0.5])
@pytest.mark.parametrize("panel", PANELS)
def test_nine_of_ten_runs_of_every_panel_stay_in_their_range(panel, together):
    pairs = tried(panel, together)
    assert share([estimate.cost_usd.holds(run.cost_usd) for estimate, run in pairs]) >= 0.9
    assert share([estimate.seconds.holds(run.seconds) for estimate, run in pairs]) >= 0.9


@pytest.mark.parametrize("panel", PANELS)
def test_nine_of_ten_calls_stay_in_their_own_range(panel):
    held = [
        one.tokens_out.holds(sample.tokens_out)
        for estimate, run in tried(panel, 0.0)
        for one, sample in zip(estimate.calls, run.samples, strict=True)
    ]
    assert share(held) >= 0.9


@pytest.mark.parametrize("together", [0.0, 0.5])
@pytest.mark.parametrize("panel", PANELS)
def test_a_range_is_not_wider_than_it_has_to_be(panel, together):
    """Somebody who knows every model's true habits needs the range between the true percentiles.

    Ours may be wider by the prompt's own range, which multiplies what prompts cost, and by half
    again for having seen 20 runs and not knowing how much lengths go together. For times, where
    speeds vary too and the longest of all seats counts, by as much again as that half.
    """
    estimates = [estimate for estimate, _ in tried(panel, together)]
    rng = Random(6)
    calls = plan(PANELS[panel], TOKENS_IN)
    runs = [simulate(rng, calls, TOKENS_IN, together) for _ in range(600)]
    of_costs = true_width([float(run.cost_usd) for run in runs])
    of_prompt = TOKENS_HIGH / TOKENS_LOW
    assert median(width(e.cost_usd) for e in estimates) <= of_costs * of_prompt * 1.5
    of_times = true_width([run.seconds for run in runs])
    assert median(width(e.seconds) for e in estimates) <= of_times * 1.5 * 1.5


def test_history_narrows_the_range():
    widths = [
        median(width(e.cost_usd) for e, _ in tried("three models", 0.3, runs))
        for runs in (0, 3, 20)
    ]
    assert widths[0] > widths[1] > widths[2]
    assert widths[2] < widths[0] / 1.5


@pytest.mark.parametrize("runs", [0, 1, 3, 8])
def test_the_range_is_honest_with_little_history_too(runs):
    pairs = tried("three models", 0.3, runs)
    assert share([estimate.cost_usd.holds(run.cost_usd) for estimate, run in pairs]) >= 0.9


@pytest.mark.parametrize("shape", ["constant", "uniform", "two kinds"])
def test_lengths_of_another_shape_stay_in_their_range_too(shape, monkeypatch):
    draw = {
        "constant": lambda rng: 500.0,
        "uniform": lambda rng: rng.uniform(200, 1000),
        "two kinds": lambda rng: rng.choice([300.0, 1500.0]) * rng.uniform(0.9, 1.1),
    }[shape]
    monkeypatch.setattr(
        "tests.estimating.simulated._tokens", lambda rng, model, common, own: draw(rng)
    )
    pairs = tried.__wrapped__("three models", 0.0)
    assert share([estimate.cost_usd.holds(run.cost_usd) for estimate, run in pairs]) >= 0.9
    calls = [
        one.tokens_out.holds(sample.tokens_out)
        for estimate, run in pairs
        for one, sample in zip(estimate.calls, run.samples, strict=True)
    ]
    assert share(calls) >= 0.9
