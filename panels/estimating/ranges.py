from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

N = TypeVar("N", int, float, Decimal)


@dataclass(frozen=True)
class Range(Generic[N]):
    """From `low` to `high`, both within."""

    low: N
    high: N

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"{self.low} is above {self.high}")

    def holds(self, value: N) -> bool:
        return self.low <= value <= self.high
