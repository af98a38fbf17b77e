"""What a planned call may do on the web, and who does it, in the words of the new-run page."""

from dataclasses import dataclass

from panels.choices import CallRole
from panels.engine.providers import web_tools
from panels.engine.seat_prompt import is_small
from panels.engine.web_access import web_access
from panels.panel import Fallbacks, Panel
from panels.providers.client import Provider
from panels.providers.errors import NotConfigured
from panels.providers.registry import Registry
from panels.providers.requests import WebAccess

_ENGINES = {"searxng": "SearXNG", "brave": "Brave", "tavily": "Tavily"}


@dataclass(frozen=True, kw_only=True)
class PlannedWeb:
    """`note` "" for a call without web tools; `problem` says why nothing of it can be done here."""

    note: str = ""
    problem: str = ""


def planned_web(
    panel: Panel, role: CallRole, model: str, fallbacks: Fallbacks, registry: Registry
) -> PlannedWeb:
    """The writer is asked without them; in the default lane its model is asked as a seat."""
    if not panel.web_tools.are_on or not model:
        return PlannedWeb()
    is_writer = role == CallRole.WRITER
    asked = CallRole.SEAT if is_writer else role
    web = _web_of(panel, asked, model, registry)
    if is_writer:
        return PlannedWeb(note=f"if asked alone: {web.note}" if web.note else "")
    others = {other: _web_of(panel, asked, other, registry).note for other in fallbacks.models}
    differing = [f"{other}: {note}" for other, note in others.items() if note not in ("", web.note)]
    return PlannedWeb(note="; ".join(filter(None, [web.note, *differing])), problem=web.problem)


def _web_of(panel: Panel, role: CallRole, model: str, registry: Registry) -> PlannedWeb:
    try:
        provider, slug = registry.provider_of(model)
    except NotConfigured:  # Said beside the call already.
        return PlannedWeb()
    info = registry.info(model)
    access = web_access(panel, role, info)
    if access is None:
        return PlannedWeb(note="no web tools: the model is too small" if is_small(info) else "")
    if provider.serves_web(slug, access):
        return PlannedWeb(note=_by_provider(provider, access))
    return _by_us(access)


def _by_provider(provider: Provider, access: WebAccess) -> str:
    """Its limit holds for each tool by itself."""
    uses = [
        f"{access.most_steps} {name}"
        for name, is_on in (("searches", access.can_search), ("fetches", access.can_fetch))
        if is_on
    ]
    return f"up to {' and '.join(uses)}, by {provider.name} itself"


def _by_us(access: WebAccess) -> PlannedWeb:
    tools = web_tools()
    try:
        tools.check(access)
    except NotConfigured as error:
        return PlannedWeb(problem=error.detail)
    steps = "step" if access.most_steps == 1 else "steps"
    engine = _ENGINES.get(tools.engine_name, tools.engine_name)
    search = f"search by {engine}" if engine else "no search, since no engine is configured"
    uses = [
        words for words, is_on in ((search, access.can_search), ("fetch by us", access.can_fetch))
        if is_on
    ]  # fmt: skip
    return PlannedWeb(note=f"up to {access.most_steps} tool {steps}: {', '.join(uses)}")
