from django.conf import settings
from django.db import models

from panels.choices import CritiqueKind, CritiqueOrigin, Verdict


class Critique(models.Model):
    """One card. Numbered C1, C2… in its run. Its state is derived from its decisions."""

    run = models.ForeignKey("panels.Run", models.CASCADE, related_name="critiques")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=CritiqueKind)
    origin = models.CharField(max_length=11, choices=CritiqueOrigin)
    call = models.ForeignKey("panels.Call", models.SET_NULL, null=True, blank=True)
    #: None for a person's own card.
    judging = models.ForeignKey(
        "panels.Judging", models.SET_NULL, null=True, blank=True, related_name="critiques"
    )
    author_name = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=300)
    #: Why it matters.
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="critique_number_is_unique")
        ]

    def __str__(self) -> str:
        return f"C{self.number} of {self.run_id}"


class Stance(models.Model):
    """What one seat holds on a critique's point, with the quote that shows it.

    `start` and `end` are offsets into the answer's plain text (`judging/plaintext.py`);
    they are null, and the quote is shown as unverified, when code could not find it.
    """

    critique = models.ForeignKey(Critique, models.CASCADE, related_name="stances")
    seat = models.CharField(max_length=1)
    position = models.TextField(blank=True)
    quote = models.TextField(blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.seat} on {self.critique_id}"


class Decision(models.Model):
    """One reviewer's word on a critique: the whole of it, verdict, side and note. Append-only.

    Undoing appends a row that `undoes` an earlier one; both then count for nothing.
    """

    critique = models.ForeignKey(Critique, models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=8, choices=Verdict)
    side = models.CharField(max_length=1, blank=True)
    note = models.TextField(blank=True)
    undoes = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="undone_by"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    share_link = models.ForeignKey(
        "panels.ShareLink", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reviewer_name = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.verdict} by {self.reviewer_name} on {self.critique_id}"
