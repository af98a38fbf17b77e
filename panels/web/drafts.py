"""The draft: what a person has typed and attached for their next run, kept until it starts."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404

from panels.choices import RunState
from panels.models import Run


def open_draft(user: User, now: datetime) -> Run:
    """The person's one open draft, made on first need."""
    return _find(user) or _make(user, now)


def own_run_or_404(user: User, run_id: UUID) -> Run:
    """The draft, or what has become of it."""
    return get_object_or_404(Run.objects.of(user).select_related("owner"), pk=run_id)


def own_draft_or_404(user: User, run_id: UUID) -> Run:
    run = own_run_or_404(user, run_id)
    if not run.is_draft:
        raise Http404
    return run


def keep_typed(
    user: User,
    draft_id: UUID,
    *,
    question: str,
    preset_key: str,
    is_local_only: bool,
    **cap: Decimal | None,
) -> bool:
    """Keep what was typed, unless the draft was started meanwhile; say which.

    `cap_usd` is left as it is where it is not given.
    """
    return bool(
        Run.objects.of(user)
        .filter(pk=draft_id, state=RunState.DRAFT)
        .update(
            question=question,
            preset_key=preset_key,
            panel_json={"is_local_only": True} if is_local_only else None,
            **cap,
        )
    )


def _find(user: User) -> Run | None:
    drafts = Run.objects.of(user).in_state(RunState.DRAFT).filter(is_tour=False)
    return drafts.order_by("created_at", "pk").first()


@transaction.atomic
def _make(user: User, now: datetime) -> Run:
    # The lock makes two windows that open at once agree on one draft.
    User.objects.select_for_update().get(pk=user.pk)
    return _find(user) or Run.objects.create(owner=user, created_at=now)
