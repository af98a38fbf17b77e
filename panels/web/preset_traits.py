"""What sets a preset apart beside its models, in a few words each."""

from panels.panel import Judge, Panel, Seat, WebTools, Writer
from panels.wording import count_of


def traits_of(panel: Panel) -> tuple[str, ...]:
    roles: tuple[Seat | Judge | Writer, ...] = (*panel.seats, panel.judge, panel.writer)
    fallbacks = sum(len(role.fallbacks.models) for role in roles)
    traits = (
        "local only" if panel.is_local_only else "",
        "asks not to collect data" if panel.refuses_data_collection else "",
        f"judge at {panel.quorum} of {len(panel.seats)}" if panel.quorum else "",
        _web(panel.web_tools),
        count_of(fallbacks, "fallback") if fallbacks else "",
    )
    return tuple(trait for trait in traits if trait)


def _web(tools: WebTools) -> str:
    uses = [
        word for word, is_on in (("search", tools.can_search), ("pages", tools.can_fetch)) if is_on
    ]
    if not uses:
        return ""
    domains = len(tools.allowed_domains)
    where = f" of {count_of(domains, 'domain')}" if domains else ""
    return f"web {' and '.join(uses)}{where}, up to {count_of(tools.most_steps, 'step')}"
