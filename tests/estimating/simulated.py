"""Models whose answers have log-normal lengths, and runs over them, to try estimates on."""

from dataclasses import dataclass
from decimal import Decimal
from math import exp, sqrt
from random import Random

from panels.estimating import PlannedCall, Range, Sample
from panels.pricing import Price, cost_of


@dataclass(frozen=True)
class SimulatedModel:
    """`spread` is that of the logarithm of its lengths; `in_usd`, `out_usd` per million tokens."""

    typical_tokens: float
    spread: float
    reasoning_share: float
    tokens_per_second: float
    in_usd: str
    out_usd: str

    @property
    def price(self) -> Price:
        per_token = [Decimal(usd).scaleb(-6) for usd in (self.in_usd, self.out_usd)]
        return Price(in_usd=per_token[0], out_usd=per_token[1])


MODELS = {
    "a:big": SimulatedModel(1800, 0.45, 0.5, 60, "3", "15"),
    "b:fast": SimulatedModel(600, 0.35, 0.0, 180, "0.15", "0.6"),
    "c:thinker": SimulatedModel(4200, 0.7, 0.8, 90, "2", "8"),
    "d:terse": SimulatedModel(250, 0.25, 0.0, 100, "0.5", "1.5"),
    "e:wild": SimulatedModel(900, 0.9, 0.1, 70, "1", "5"),
}
PRICES = {name: model.price for name, model in MODELS.items()}
#: Judges and writers: steady, as their task always has the same form.
JUDGE, WRITER = "a:big", "d:terse"
#: A prompt's range, around its true number of tokens.
TOKENS_LOW, TOKENS_HIGH = 0.85, 1.2


@dataclass(frozen=True)
class RunOutcome:
    cost_usd: Decimal
    seconds: float
    samples: tuple[Sample, ...]


def plan(seats: list[str], tokens_in: int, max_tokens: int | None = None) -> list[PlannedCall]:
    known = Range(round(tokens_in * TOKENS_LOW), round(tokens_in * TOKENS_HIGH))
    calls = [
        PlannedCall(role="seat", seat=letter, model=model, tokens_in=known, max_tokens=max_tokens)
        for letter, model in zip("ABCDEFGH", seats, strict=False)
    ]
    return [
        *calls,
        PlannedCall(role="judge", model=JUDGE, tokens_in=known, reads=("seat",)),
        PlannedCall(role="writer", model=WRITER, tokens_in=known, reads=("seat", "judge")),
    ]


def simulate(rng: Random, calls: list[PlannedCall], tokens_in: int, together: float) -> RunOutcome:
    """Ask every call. `together`: how much of each length comes from the run's question."""
    common = rng.gauss(0, 1)
    cost, samples = Decimal(0), []
    texts: dict[str, int] = {}
    seconds: dict[str, float] = {}
    for call in calls:
        sample = _answer(rng, call, sqrt(together) * common, sqrt(1 - together))
        read = tokens_in + sum(_read(rng, role, texts.get(role, 0)) for role in call.reads)
        cost += cost_of(PRICES[call.model], tokens_in=read, tokens_out=sample.tokens_out)
        texts[call.role] = texts.get(call.role, 0) + sample.tokens_of_text
        seconds[call.role] = max(seconds.get(call.role, 0.0), sample.seconds)
        samples.append(sample)
    return RunOutcome(cost, sum(seconds.values()), tuple(samples))


def _answer(rng: Random, call: PlannedCall, common: float, own: float) -> Sample:
    model = MODELS[call.model]
    tokens = _tokens(rng, model, common, own)
    tokens_out = max(1, min(round(tokens), call.max_tokens or 10**9))
    wait, speed = 0.5 * exp(rng.gauss(0, 0.4)), model.tokens_per_second * exp(rng.gauss(0, 0.2))
    return Sample(
        role=call.role,
        model=call.model,
        tokens_out=tokens_out,
        tokens_reasoning=round(tokens_out * model.reasoning_share),
        seconds=wait + tokens_out / speed,
    )


def _tokens(rng: Random, model: SimulatedModel, common: float, own: float) -> float:
    return model.typical_tokens * exp(model.spread * (common + own * rng.gauss(0, 1)))


def _read(rng: Random, role: str, text: int) -> int:
    """Of a judge's cards a writer gets those that people accepted."""
    return round(text * rng.random()) if role == "judge" else text
