"""What stands around an estimate: the caps that it meets, and how old its prices are."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from panels.estimating import RunEstimate
from panels.models import Run
from panels.providers.registry import Registry
from panels.queries.personal_caps import CapUse, load_caps
from panels.templatetags.figures import money
from panels.wording import count_of


@dataclass(frozen=True, kw_only=True)
class MoneyAround:
    """`notes` are sentences; `warnings` too, of what may stop this run."""

    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def money_around(
    draft: Run, estimate: RunEstimate, registry: Registry, now: datetime
) -> MoneyAround:
    high = estimate.cost_usd.high if estimate.cost_usd else Decimal(0)
    notes: list[str] = []
    warnings: list[str] = []
    if draft.cap_usd is not None and draft.cap_usd < high:
        warnings.append(f"The run may stop at {money(draft.cap_usd)} before it is finished.")
    caps = load_caps(draft.owner, now)
    for name, use in (("today", caps.day), ("this month", caps.month)):
        if use.left_usd is not None:
            (warnings if use.left_usd < high else notes).append(_left(name, use))
    if draft.cap_usd is not None and estimate.unpriced:
        warnings.append("A call of unknown price can't be kept under a cap: the run waits there.")
    if age := _oldest_list(estimate, registry):
        notes.append(age)
    return MoneyAround(notes=tuple(notes), warnings=tuple(warnings))


def _left(name: str, use: CapUse) -> str:
    return f"{money(use.left_usd)} of your {money(use.cap_usd)} are left {name}."


def _oldest_list(estimate: RunEstimate, registry: Registry) -> str:
    priced = {c.model for c in estimate.calls if c.cost_usd is not None and c.cost_usd.high > 0}
    providers = {model.partition(":")[0] for model in priced}
    ages = [age for name in providers if (age := registry.list_age_seconds(name)) is not None]
    if not ages:
        return ""
    minutes = int(max(ages) // 60)
    age_words = "just now" if minutes < 1 else f"{count_of(minutes, 'minute')} ago"
    return f"Prices were listed {age_words}."
