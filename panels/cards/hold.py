"""Values of the notice of a run that waits at a cap: which, what was skipped, what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from panels.choices import CallRole, Hold
from panels.estimating import run_estimate_from_json
from panels.snapshot import CallSnapshot, RunSnapshot
from panels.templatetags.figures import amount, money

_CENT = Decimal("0.01")
_NAMES = {
    Hold.RUN_CAP: "the cap of this run",
    Hold.DAY_CAP: "the owner's cap of the day",
    Hold.MONTH_CAP: "the owner's cap of the month",
}


@dataclass(frozen=True, kw_only=True)
class HoldCard:
    """`suggested` is an amount that would do, as one types it; "" where no amount would."""

    sentence: str
    skipped: str
    needs: str
    suggested: str
    is_price_unknown: bool
    is_of_run: bool
    #: The owner's own word will not do: staff have to raise it.
    needs_staff: bool


def hold_card(run: RunSnapshot) -> HoldCard | None:
    """None where nothing waits."""
    if not run.hold or not run.hold_json:
        return None
    facts = run.hold_json
    is_price_unknown = run.hold == Hold.UNKNOWN_PRICE
    return HoldCard(
        sentence=_sentence(run, facts),
        skipped=_skipped(run),
        needs="" if is_price_unknown else _needs(facts),
        suggested="" if is_price_unknown else amount(_suggested(run, facts)),
        is_price_unknown=is_price_unknown,
        is_of_run=run.hold == Hold.RUN_CAP,
        needs_staff=run.hold in (Hold.DAY_CAP, Hold.MONTH_CAP),
    )


def _sentence(run: RunSnapshot, facts: Mapping[str, Any]) -> str:
    if run.hold == Hold.UNKNOWN_PRICE:
        return f"This run waits: nobody knows what a call to {facts['model']} costs."
    cap = money(Decimal(facts["cap_usd"]))
    return f"This run waits at {_NAMES[Hold(run.hold)]}, {cap}."


def _skipped(run: RunSnapshot) -> str:
    """`Not asked yet: seats B and C.`"""
    queued = [call for call in run.calls if call.is_queued]
    seats = sorted({call.seat for call in queued if call.role == CallRole.SEAT})
    names = [_seats(seats)] if seats else []
    names += [_other(call) for call in queued if call.role != CallRole.SEAT]
    return f"Not asked yet: {' and '.join(names)}." if names else ""


def _seats(letters: list[str]) -> str:
    if len(letters) == 1:
        return f"seat {letters[0]}"
    return f"seats {', '.join(letters[:-1])} and {letters[-1]}"


def _other(call: CallSnapshot) -> str:
    return "the judge" if call.is_judge else "the writer"


def _needs(facts: Mapping[str, Any]) -> str:
    spent, reserved = Decimal(facts["spent_usd"]), Decimal(facts["reserved_usd"])
    in_flight = f", {money(reserved)} may come due for calls in flight" if reserved else ""
    by_itself = " When those have ended it goes on by itself, if there is room." if reserved else ""
    return (
        f"{money(spent)} are spent{in_flight}, "
        f"and the next call may cost up to {money(Decimal(facts['needed_usd']))}.{by_itself}"
    )


def _suggested(run: RunSnapshot, facts: Mapping[str, Any]) -> Decimal:
    """Enough for the next call and, of a run's own cap, for all that was foreseen."""
    enough = sum((Decimal(facts[f"{n}_usd"]) for n in ("spent", "reserved", "needed")), Decimal(0))
    if run.hold == Hold.RUN_CAP and run.estimate_json:
        foreseen = run_estimate_from_json(run.estimate_json).cost_usd
        if foreseen is not None:
            enough = max(enough, foreseen.high)
    return enough.quantize(_CENT, rounding=ROUND_CEILING)
