"""Who may do what with a run: the one place that decides, for pages and websockets alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User

from panels.choices import ShareScope
from panels.models import Run, ShareLink

#: Session key: run id → primary key of the share link that was opened.
SHARE_LINKS = "share_links"
#: Session key: the name that a guest chose.
GUEST_NAME = "guest_name"
#: How a guest who was not asked for a name is called.
UNNAMED = "Guest"

Scope = Literal["owner", "review", "view"]


@dataclass(frozen=True, kw_only=True)
class Access:
    """One person's standing with one run."""

    run: Run
    scope: Scope
    #: What decisions carry; empty while a reviewing guest has not given one.
    name: str
    user: User | None = None
    share_link: ShareLink | None = None

    @property
    def is_owner(self) -> bool:
        return self.scope == "owner"

    @property
    def needs_name(self) -> bool:
        return self.scope == "review" and not self.name

    @property
    def can_review(self) -> bool:
        return self.is_owner or (self.scope == "review" and not self.needs_name)


def find_access(
    user: User | AnonymousUser | None,
    session_data: Mapping[str, Any],
    run_id: UUID | str,
    now: datetime,
) -> Access | None:
    """The standing of whoever holds this session; None for a stranger, and for no such run.

    The share link is read anew on every call, so revoking one takes effect at once.
    Drafts belong to the new-run page alone and are never found.
    """
    run = Run.objects.started().filter(pk=run_id, deleted_at=None).first()
    if run is None:
        return None
    person = user if isinstance(user, User) and user.is_active else None
    if person and person.pk == run.owner_id:
        return Access(run=run, scope="owner", name=name_of(person), user=person)
    link = _opened_link(session_data, run, now)
    if link is None:
        return None
    scope: Scope = "review" if link.can_review else "view"
    name = name_of(person) if person else _guest_name(session_data, link)
    return Access(run=run, scope=scope, name=name, user=person, share_link=link)


def name_of(user: User) -> str:
    return user.get_full_name() or user.get_username()


def _opened_link(session_data: Mapping[str, Any], run: Run, now: datetime) -> ShareLink | None:
    opened = session_data.get(SHARE_LINKS, {}).get(str(run.pk))
    if opened is None:
        return None
    return ShareLink.objects.usable(now).filter(pk=opened, run=run).first()


def _guest_name(session_data: Mapping[str, Any], link: ShareLink) -> str:
    fallback = "" if link.scope == ShareScope.REVIEW else UNNAMED
    return str(session_data.get(GUEST_NAME) or fallback)
