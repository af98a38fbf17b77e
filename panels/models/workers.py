from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

#: Without a heartbeat for this long, others take over what a worker held.
DEAD_AFTER_SECONDS = 8
#: A longer pause between two heartbeats, and the worker can't tell who is alive.
PAUSE_SECONDS = 5
#: So long after a pause, whoever is alive has beaten, too.
STEADY_AFTER_SECONDS = DEAD_AFTER_SECONDS + 1


class WorkerQuerySet(models.QuerySet["Worker"]):
    def living(self) -> Self:
        return self.filter(seen_at__gt=_ago(DEAD_AFTER_SECONDS))

    def steady(self) -> Self:
        """Those who may judge that others are dead: after an outage everybody seems to be."""
        return self.filter(
            seen_at__gt=_ago(PAUSE_SECONDS), steady_since__lt=_ago(STEADY_AFTER_SECONDS)
        )

    def beat(self) -> int:
        """One heartbeat of each; how many there are."""
        steady_since = models.Case(
            models.When(seen_at__lt=_ago(PAUSE_SECONDS), then=Now()),
            default=models.F("steady_since"),
        )
        return self.update(seen_at=Now(), steady_since=steady_since)


def _ago(seconds: float) -> CombinedExpression:
    return Now() - timedelta(seconds=seconds)


class Worker(models.Model):
    """A process that advances runs: alive while its heart beats. All times are the database's."""

    name = models.CharField(max_length=200)
    #: The machine (or container) that `pid` is a process number of; "" where that can't be told.
    machine = models.CharField(max_length=100, blank=True)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    #: The first heartbeat since which there was no pause.
    steady_since = models.DateTimeField(db_default=Now())

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
