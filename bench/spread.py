"""A handful of measured values: their middle and their ends."""

import math
import statistics
from collections.abc import Sequence


class Spread:
    def __init__(self, values: Sequence[float]) -> None:
        self.values = sorted(values)

    @property
    def mean(self) -> float:
        return statistics.fmean(self.values)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def least(self) -> float:
        return self.values[0]

    @property
    def most(self) -> float:
        return self.values[-1]

    def at(self, share: float) -> float:
        """The value that this share stays under or reaches."""
        return self.values[max(math.ceil(share * len(self.values)) - 1, 0)]

    def __str__(self) -> str:
        return f"p50 {self.median:.0f}, p99 {self.at(0.99):.0f}"
