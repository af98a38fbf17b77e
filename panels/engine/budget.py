"""May the next call be asked? Pure: what was spent, what is in flight, what the call may cost.

A cap stops the next call, never one that is running. What was spent, what calls in flight may cost
at most and what the next call may cost at most have to fit under each cap together; to reach a cap
exactly is to fit. So a cap holds unless a call costs more than the high end of its estimate.

A call that costs nothing is asked whatever was spent. A call of unknown price can't be kept under
a cap: it is asked only where there is none, or where a person allows it (`allows_unknown_prices`);
then it counts as nothing until its cost is known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from panels.choices import Hold


class Cap(StrEnum):
    RUN = "run"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Caps in US dollars, None where there is none. The day's and the month's are a person's."""

    run_cap: Decimal | None = None
    day_cap: Decimal | None = None
    month_cap: Decimal | None = None
    allows_unknown_prices: bool = False

    def caps(self) -> dict[Cap, Decimal]:
        """The caps that are set."""
        named = {Cap.RUN: self.run_cap, Cap.DAY: self.day_cap, Cap.MONTH: self.month_cap}
        return {cap: amount for cap, amount in named.items() if amount is not None}


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What finished calls have cost, in US dollars: of the run, and of its person by day and month.

    Where a provider reported no cost, its estimate belongs in here.
    """

    run: Decimal = Decimal(0)
    day: Decimal = Decimal(0)
    month: Decimal = Decimal(0)

    def under(self, cap: Cap) -> Decimal:
        return {Cap.RUN: self.run, Cap.DAY: self.day, Cap.MONTH: self.month}[cap]


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """What a call may cost at most (`high_usd`, None where its price is not known).

    Held from the moment it may be asked until its cost is counted as spent. It is the person's:
    calls of their other runs count for the day and the month.
    """

    call_id: int
    run_id: str
    high_usd: Decimal | None


@dataclass(frozen=True)
class Allowed:
    """The call fits. Reserve it before the next one is looked at."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The first cap that the call would cross; `also` names the others.

    `needed_usd` is what the call may cost at most, None where its price is not known.
    """

    cap: Cap
    cap_usd: Decimal
    spent_usd: Decimal
    reserved_usd: Decimal
    needed_usd: Decimal | None
    also: tuple[Cap, ...] = ()

    @property
    def is_unknown_price(self) -> bool:
        return self.needed_usd is None

    @property
    def hold(self) -> Hold:
        """What the run waits at, as its row says it."""
        return Hold.UNKNOWN_PRICE if self.is_unknown_price else Hold(f"{self.cap}_cap")

    @property
    def short_usd(self) -> Decimal | None:
        """By how much to raise the cap for this call; None where its price is not known."""
        if self.needed_usd is None:
            return None
        return self.spent_usd + self.reserved_usd + self.needed_usd - self.cap_usd


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Calls that may be asked, and those that may not with the reason, in their order."""

    allowed: tuple[Reservation, ...]
    refused: tuple[tuple[Reservation, Refused], ...]


def may_ask(
    budget: Budget, spent: Spent, reserved: Iterable[Reservation], call: Reservation
) -> Allowed | Refused:
    """`reserved`: the calls of this person that are in flight, of this run and of others."""
    if call.high_usd is None and budget.allows_unknown_prices:
        return Allowed()
    if call.high_usd is not None and call.high_usd <= 0:
        return Allowed()
    held = tuple(other for other in reserved if other.call_id != call.call_id)
    crossed = [
        refused
        for cap, cap_usd in budget.caps().items()
        if (refused := _crossing(cap, cap_usd, spent.under(cap), _held(held, cap, call), call))
    ]
    if not crossed:
        return Allowed()
    first, *others = crossed
    return replace(first, also=tuple(other.cap for other in others))


def admit(
    budget: Budget, spent: Spent, reserved: Iterable[Reservation], calls: Sequence[Reservation]
) -> Admission:
    """Look at calls that would start together, one after the other, each allowed one reserved.

    A call that doesn't fit keeps no room from a cheaper one behind it.
    """
    held = list(reserved)
    allowed: list[Reservation] = []
    refused: list[tuple[Reservation, Refused]] = []
    for call in calls:
        answer = may_ask(budget, spent, held, call)
        if isinstance(answer, Refused):
            refused.append((call, answer))
        else:
            allowed.append(call)
            held.append(call)
    return Admission(allowed=tuple(allowed), refused=tuple(refused))


def _held(held: Iterable[Reservation], cap: Cap, call: Reservation) -> Decimal:
    """What is reserved under this cap. Unknown prices were allowed by a person and add nothing."""
    amounts = (
        other.high_usd
        for other in held
        if other.high_usd is not None and (cap != Cap.RUN or other.run_id == call.run_id)
    )
    return sum(amounts, Decimal(0))


def _crossing(
    cap: Cap, cap_usd: Decimal, spent: Decimal, reserved: Decimal, call: Reservation
) -> Refused | None:
    if call.high_usd is not None and spent + reserved + call.high_usd <= cap_usd:
        return None
    return Refused(
        cap=cap,
        cap_usd=cap_usd,
        spent_usd=spent,
        reserved_usd=reserved,
        needed_usd=call.high_usd,
    )
