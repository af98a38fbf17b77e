import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models

from panels.choices import (
    ACTIVE_RUNS,
    FINISHED_RUNS,
    WRITABLE_RUNS,
    AnswerChanged,
    Hold,
    Lane,
    RunState,
)
from panels.models.calls import Call
from panels.models.judgings import Judging
from panels.panel import Panel, panel_from_json


class RunQuerySet(models.QuerySet["Run"]):
    def of(self, user: User) -> Self:
        return self.filter(owner=user, deleted_at=None)

    def started(self) -> Self:
        return self.exclude(state=RunState.DRAFT)

    def unfinished(self) -> Self:
        """Runs on which the engine has, or may have, work to do: their own, or a wish beside it.

        Asked for every second, so from indexes alone, however many runs are over.
        """
        busy = Run.objects.filter(state__in=sorted(ACTIVE_RUNS)).values("pk")
        wished = Call.objects.filter(finished_at=None).values("run")
        to_judge = Judging.objects.open().values("run")
        found = self.filter(pk__in=busy.union(wished, to_judge), deleted_at=None)
        return found.exclude(state__in=sorted(set(RunState) - ACTIVE_RUNS - WRITABLE_RUNS))

    def in_state(self, state: str) -> Self:
        return self.filter(state=state) if state else self

    def escalated(self, since: UUID) -> Self:
        """Runs of the panel that followed a single model's run, the first one first."""
        return self.filter(escalated_from=since, deleted_at=None).order_by("created_at", "pk")

    def mentioning(self, words: str) -> Self:
        """Runs whose title or question contains every one of the words."""
        found = self
        for word in words.split():
            found = found.filter(
                models.Q(title__icontains=word) | models.Q(question__icontains=word)
            )
        return found


class Run(models.Model):
    """One question, with its documents, through one panel. The panel is a frozen copy."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="runs")
    title = models.CharField(max_length=200, blank=True)
    question = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.DRAFT)
    #: Machine code of why it failed or was cancelled; words for it are in `web/wording.py`.
    reason = models.CharField(max_length=60, blank=True)
    #: Why the model judge's work was replaced by the local judge's; empty when it was not.
    judge_reason = models.CharField(max_length=60, blank=True)
    preset_key = models.CharField(max_length=80, blank=True)
    preset_name = models.CharField(max_length=80, blank=True)
    panel_json = models.JSONField(null=True, blank=True)
    lane = models.CharField(max_length=6, choices=Lane, default=Lane.PANEL)
    #: The single-model run that this panel was called after.
    escalated_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="escalations"
    )
    panel_changed_answer = models.CharField(max_length=6, choices=AnswerChanged, blank=True)
    #: Stops the next call, never a running one (`engine/budget.py`).
    cap_usd = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    hold = models.CharField(max_length=13, choices=Hold, blank=True)
    #: What the held call was refused for; see `engine/holding.py`.
    hold_json = models.JSONField(null=True, blank=True)
    #: Calls whose price nobody knows are asked under a cap, too: a person said so.
    allows_unknown_prices = models.BooleanField(default=False)
    #: What was shown before the start; see `estimating`.
    estimate_json = models.JSONField(null=True, blank=True)
    #: The guided tour: every answer comes from a script, and the page says so.
    is_tour = models.BooleanField(default=False)
    #: Who advances it now, and how often it changed hands: see `engine/leases.py`.
    worker = models.ForeignKey(
        "panels.Worker", models.SET_NULL, null=True, blank=True, related_name="runs"
    )
    epoch = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    reviewable_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                models.F("owner"), models.F("created_at").desc(), name="run_by_owner_newest_first"
            ),
            models.Index(fields=["finished_at"], name="run_by_end"),
            models.Index(fields=["state"], name="run_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.title or 'Untitled'} ({self.pk})"

    @property
    def panel(self) -> Panel:
        """The frozen panel; only a started run has one."""
        return panel_from_json(self.panel_json or {})

    @property
    def asked_panel(self) -> Panel:
        """Who is asked: in the default lane the writer's model alone."""
        return self.panel.alone() if self.lane == Lane.SINGLE else self.panel

    @property
    def is_local_only(self) -> bool:
        """Of a draft it is all that its `panel_json` holds: a wish that its panel will get."""
        return bool((self.panel_json or {}).get("is_local_only"))

    @property
    def is_draft(self) -> bool:
        return self.state == RunState.DRAFT

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED_RUNS

    def try_move(self, *, since: Collection[str], to: RunState, **changes: Any) -> bool:
        """Move to a state if the row is still in one of `since`; say whether it was."""
        moved = Run.objects.filter(pk=self.pk, state__in=since).update(state=to, **changes)
        if moved:
            self.state = to
            for name, value in changes.items():
                setattr(self, name, value)
        return bool(moved)

    def say_whether_answer_changed(self, answer: AnswerChanged) -> None:
        self.panel_changed_answer = answer
        self.save(update_fields=["panel_changed_answer"])

    def delete_softly(self, now: datetime) -> None:
        self.deleted_at = now
        self.save(update_fields=["deleted_at"])

    def restore(self) -> None:
        self.deleted_at = None
        self.save(update_fields=["deleted_at"])
