from datetime import datetime
from typing import Self

from django.db import models


class ToolStepQuerySet(models.QuerySet["ToolStep"]):
    def of(self, call_id: int) -> Self:
        return self.filter(call_id=call_id)

    def close_open(self, *, error_code: str, now: datetime) -> None:
        """End those whose call has ended."""
        self.filter(ended_at=None).update(error_code=error_code, ended_at=now)


class ToolStep(models.Model):
    """One use of a web tool in a call: what was asked for, what came, how long it took."""

    call = models.ForeignKey("panels.Call", models.CASCADE, related_name="tool_steps")
    number = models.PositiveSmallIntegerField()
    tool = models.CharField(max_length=20)
    #: The query, or the address.
    argument = models.CharField(max_length=500)
    outcome = models.CharField(max_length=300, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ToolStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="tool_step_number_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.tool} step {self.number} of call {self.call_id}"
