from dataclasses import dataclass
from decimal import Decimal

from panels.panel import Panel
from panels.snapshot.calls import CallSnapshot


@dataclass(frozen=True, kw_only=True)
class BaselineSnapshot:
    """The single model's run that a panel was called after: what it said, and what it took."""

    run_id: str
    panel: Panel
    calls: tuple[CallSnapshot, ...]

    @property
    def call(self) -> CallSnapshot | None:
        """The attempt that counts."""
        return self.calls[-1] if self.calls else None

    @property
    def text(self) -> str:
        return self.call.text if self.call else ""

    @property
    def cost_usd(self) -> Decimal | None:
        """None where the cost of an attempt is not known."""
        if not self.calls or any(not call.is_cost_known for call in self.calls if call.asked_at):
            return None
        return sum((call.cost_usd for call in self.calls if call.cost_usd is not None), Decimal(0))
