"""A run's state and age, and where its calls go, in a word each."""

from datetime import datetime

from django import template
from django.utils import timezone

from panels.choices import Privacy, RunState
from panels.panel import Panel

register = template.Library()

_STATES: dict[str, str] = {
    RunState.DRAFT: "draft",
    RunState.PANEL: "panel at work",
    RunState.JUDGING: "judging",
    RunState.REVIEW: "ready to review",
    RunState.WRITING: "writing",
    RunState.DONE: "done",
    RunState.FAILED: "failed",
    RunState.CANCELLED: "stopped",
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400  # seconds
_DAYS_SHOWN = 30


@register.filter
def state_words(state: str) -> str:
    return _STATES[state]


@register.inclusion_tag("panels/cards/_privacy.html")
def privacy_label(panel: Panel, model: str) -> dict[str, Privacy | None]:
    """Who reads what the model is sent, where the run wrote it down."""
    return {"privacy": panel.privacy_of(model)}


@register.filter
def age(moment: datetime, now: datetime | None = None) -> str:
    """`now`, `5 min ago`, `3 h ago`, `2 days ago`, then the date."""
    now = now or timezone.now()
    seconds = int((now - moment).total_seconds())
    if seconds < _MINUTE:
        return "now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min ago"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h ago"
    days = seconds // _DAY
    if days <= _DAYS_SHOWN:
        return "yesterday" if days == 1 else f"{days} days ago"
    return timezone.localtime(moment).strftime("%-d %b %Y")
