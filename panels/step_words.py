"""What a call does and did on the web, in words. Queries, addresses and outcomes are hostile."""

from urllib.parse import urlsplit

from panels.snapshot import CallSnapshot, ToolStepSnapshot
from panels.wording import count_of

_DOING = {"web_search": "searching", "web_fetch": "reading"}
_NAMES = {"web_search": "Search", "web_fetch": "Read"}
#: How a step ended that its call took with it.
_TAKEN = {
    "stopped_by_person": "stopped",
    "interrupted": "cut off when the server stopped",
}
MOST_SHOWN = 80


def activity(call: CallSnapshot) -> str:
    """`searching: …` or `reading: host` while a step runs; "" while none does."""
    running = [step for step in call.tool_steps if step.is_running]
    if not running or not call.is_active:
        return ""
    more = f" and {len(running) - 1} more" if len(running) > 1 else ""
    return _doing(running[0]) + more


def tool_name(step: ToolStepSnapshot) -> str:
    return _NAMES.get(step.tool, step.tool)


def step_outcome(step: ToolStepSnapshot) -> str:
    if step.is_running:
        return "running"
    if not step.error_code:
        return step.outcome
    return _TAKEN.get(step.error_code) or f"failed: {step.outcome or 'its call ended'}"


def provider_steps(call: CallSnapshot) -> str:
    """What is known of the searching that the provider did by itself; "" where it did none."""
    if not call.sources or call.tool_steps:
        return ""
    return f"{count_of(len(call.sources), 'source')} given"


def host_of(url: str) -> str:
    """The host of a web address; "" for anything else, which must not become a link."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host if parts.scheme in ("http", "https") else ""


def _doing(step: ToolStepSnapshot) -> str:
    what = host_of(step.argument) if step.tool == "web_fetch" else step.argument
    what = what or step.argument
    shown = what if len(what) <= MOST_SHOWN else f"{what[:MOST_SHOWN].rstrip()}…"
    return f"{_DOING.get(step.tool, step.tool)}: {shown}"
