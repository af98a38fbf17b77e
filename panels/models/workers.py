from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models.functions import Now

#: Without a heartbeat for this long, others take over what a worker held.
DEAD_AFTER_SECONDS = 8


class WorkerQuerySet(models.QuerySet["Worker"]):
    def living(self) -> Self:
        return self.filter(seen_at__gt=Now() - timedelta(seconds=DEAD_AFTER_SECONDS))


class Worker(models.Model):
    """A process that advances runs: alive while its heart beats. Both times are the database's."""

    name = models.CharField(max_length=200)
    #: The machine (or container) that `pid` is a process number of; "" where that can't be told.
    machine = models.CharField(max_length=100, blank=True)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
