from datetime import datetime
from typing import Self

from django.db import models

from panels.choices import ACTIVE_CALLS, Because, CallRole, CallState, CostSource


class CallQuerySet(models.QuerySet["Call"]):
    def in_ledger_order(self) -> Self:
        return self.order_by("pk")

    def active(self) -> Self:
        return self.filter(state__in=ACTIVE_CALLS)

    def unsettled(self) -> Self:
        return self.filter(state__in=[CallState.QUEUED, *ACTIVE_CALLS])


class Call(models.Model):
    """One request to a model, with its fate. The calls of a run, in order, are its ledger."""

    run = models.ForeignKey("panels.Run", models.CASCADE, related_name="calls", db_index=False)
    role = models.CharField(max_length=6, choices=CallRole)
    seat = models.CharField(max_length=1, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=11, choices=CallState, default=CallState.QUEUED)
    error_code = models.CharField(max_length=60, blank=True)
    #: What the provider said, cut to size; hostile text.
    error_detail = models.CharField(max_length=500, blank=True)

    because = models.CharField(max_length=11, choices=Because, blank=True)
    #: Not to be asked before: a retry waits.
    not_before_at = models.DateTimeField(null=True, blank=True)
    retry_after_seconds = models.FloatField(null=True, blank=True)

    model_asked = models.CharField(max_length=200)
    model_served = models.CharField(max_length=200, blank=True)
    provider_served = models.CharField(max_length=100, blank=True)
    generation_id = models.CharField(max_length=200, blank=True)
    finish_reason = models.CharField(max_length=40, blank=True)
    #: The same in the words of the vendor behind a router.
    native_finish_reason = models.CharField(max_length=40, blank=True)

    text = models.TextField(blank=True)
    reasoning = models.TextField(blank=True)
    #: Words of the documents that the prompt carried, and that there were (see documents/fitting).
    words_shown = models.PositiveIntegerField(null=True, blank=True)
    words_total = models.PositiveIntegerField(null=True, blank=True)
    #: For the judge: random label → seat letter. Never part of the prompt.
    labels = models.JSONField(default=dict, blank=True)
    #: What the answer rests on: `[{"url", "title"}]`, each address once.
    sources = models.JSONField(default=list, blank=True)

    tokens_in = models.PositiveIntegerField(null=True, blank=True)
    tokens_out = models.PositiveIntegerField(null=True, blank=True)
    tokens_reasoning = models.PositiveIntegerField(null=True, blank=True)
    tokens_cached = models.PositiveIntegerField(null=True, blank=True)
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    cost_source = models.CharField(max_length=10, choices=CostSource, default=CostSource.UNKNOWN)
    #: The price that an estimated cost was computed with (`pricing/stored.py`).
    price_json = models.JSONField(null=True, blank=True)
    #: What it may cost at most, from the moment it was admitted; held while its cost is not known.
    reserved_usd = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)

    #: A person stopped it from another process than the one that has it open.
    is_stop_asked = models.BooleanField(default=False, db_default=False)

    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    first_token_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            # One live attempt per seat, judge or synthesis: the database refuses a second payment.
            models.UniqueConstraint(
                fields=["run", "role", "seat"],
                condition=models.Q(
                    state__in=[CallState.QUEUED, CallState.WAITING, CallState.STREAMING]
                ),
                name="one_open_call_per_place",
            ),
        ]
        # They hold all that their readers need: a row's own columns lie behind its long texts.
        indexes = [
            models.Index(
                fields=[
                    "finished_at",
                    "run",
                    "cost_usd",
                    "reserved_usd",
                    "cost_source",
                    "model_asked",
                    "tokens_in",
                    "tokens_out",
                ],
                name="call_spend",
            ),
            models.Index(
                fields=["run", "finished_at", "asked_at", "cost_usd", "reserved_usd"],
                name="call_of_run",
            ),
            models.Index(
                fields=[
                    "role",
                    "state",
                    "-finished_at",
                    "model_asked",
                    "tokens_out",
                    "tokens_reasoning",
                    "asked_at",
                ],
                name="call_history",
            ),
            models.Index(
                fields=["state", "run", "asked_at", "reserved_usd"],
                condition=models.Q(cost_usd=None),
                name="call_without_cost",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.seat} #{self.attempt} of {self.run_id}"

    def cut(self, state: CallState, *, error_code: str, now: datetime) -> None:
        """End an open call that nobody reads any more; its committed pieces become its text."""
        for piece in self.pieces.order_by("pk"):
            if piece.is_reasoning:
                self.reasoning += piece.text
            else:
                self.text += piece.text
        self.state = state
        self.error_code = error_code
        self.finished_at = now
        self.save(update_fields=["text", "reasoning", "state", "error_code", "finished_at"])
        self.pieces.all().delete()
        self.tool_steps.close_open(error_code=error_code, now=now)


class TextPiece(models.Model):
    """Text of a call that is still streaming, as it was committed; folded into the call at its end.

    Appending rows costs the same however long the answer is; rewriting `Call.text` would not.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="pieces")
    is_reasoning = models.BooleanField(default=False)
    text = models.TextField()

    def __str__(self) -> str:
        return f"piece {self.pk} of call {self.call_id}"
