"""What a call may do on the web: the panel's word, and the room that its model has. Pure."""

from panels.choices import CallRole, Privacy
from panels.engine.seat_prompt import ANSWER_TOKENS, is_small
from panels.panel import Panel
from panels.providers.requests import CompletionRequest, ModelInfo, WebAccess
from panels.tools.loop import MOST_STEPS
from panels.tools.toolbox import MOST_CHARACTERS

_ROLES = frozenset({CallRole.SEAT, CallRole.JUDGE})
#: Less than the usual four: what is fetched may be code, tables or another language.
CHARACTERS_PER_TOKEN = 3


def web_access(panel: Panel, role: str, info: ModelInfo | None) -> WebAccess | None:
    """None for a call without web tools: the writer's, a small model's, one that must stay inside.

    What is searched for tells what the question is, so nothing of it may leave either.
    """
    tools = panel.web_tools
    is_outside = panel.reach == Privacy.THIRD_PARTY
    if not tools.are_on or role not in _ROLES or not is_outside or is_small(info):
        return None
    return WebAccess(
        can_search=tools.can_search,
        can_fetch=tools.can_fetch,
        most_steps=min(max(tools.most_steps, 1), MOST_STEPS),
        allowed_domains=tools.allowed_domains,
        blocked_domains=tools.blocked_domains,
    )


def characters_for_results(request: CompletionRequest, info: ModelInfo | None) -> int:
    """How much text tools may add to the conversation before the model's context is full."""
    if info is None or info.context_tokens is None:
        return MOST_CHARACTERS
    asked = sum(len(message.content) for message in request.messages)
    room = (info.context_tokens - ANSWER_TOKENS) * CHARACTERS_PER_TOKEN - asked
    return max(0, min(room, MOST_CHARACTERS))
