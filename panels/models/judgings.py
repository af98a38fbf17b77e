from django.db import models

from panels.choices import CritiqueOrigin
from panels.panel import LOCAL_JUDGE


class JudgingQuerySet(models.QuerySet["Judging"]):
    def open(self) -> "JudgingQuerySet":
        return self.filter(ended_at=None)


class Judging(models.Model):
    """One time that a run's answers were judged: by whom, and which answers it was that were read.

    They are fixed when it begins, so that a crash, a retry and a late answer change nothing about
    them. The critiques of the last one that stands are the run's; see `docs/decisions/0014-*.md`.
    """

    run = models.ForeignKey("panels.Run", models.CASCADE, related_name="judgings")
    number = models.PositiveSmallIntegerField()
    #: A model reference, or `LOCAL_JUDGE`.
    model = models.CharField(max_length=200)
    #: Seat letter → primary key of the call whose text is read.
    reads_json = models.JSONField(default=dict)
    #: Whoever asked for it again; empty for the run's first.
    requested_by = models.CharField(max_length=80, blank=True)
    #: The last attempt; none for the local judge.
    call = models.OneToOneField(
        "panels.Call", models.SET_NULL, null=True, blank=True, related_name="judging"
    )
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    #: Machine code of why the model's reply could not stand alone; empty when it could.
    reason = models.CharField(max_length=60, blank=True)
    #: Its critiques took the place of those of the judgings before.
    stands = models.BooleanField(default=False)

    objects = JudgingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="judging_number_is_unique"),
            models.UniqueConstraint(
                fields=["run"], condition=models.Q(ended_at=None), name="one_open_judging"
            ),
        ]

    def __str__(self) -> str:
        return f"judging {self.number} of {self.run_id}"

    @property
    def is_local(self) -> bool:
        return self.model == LOCAL_JUDGE

    def adopt_critiques(self) -> None:
        """Those that were stored before judgings had rows."""
        judges = [CritiqueOrigin.JUDGE, CritiqueOrigin.LOCAL_JUDGE]
        self.run.critiques.filter(judging=None, origin__in=judges).update(judging=self)
