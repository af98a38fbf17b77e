from datetime import datetime
from typing import Self

from django.db import models


class DocumentQuerySet(models.QuerySet["Document"]):
    def attached(self) -> Self:
        return self.filter(removed_at=None)

    def removed(self) -> Self:
        return self.exclude(removed_at=None)


class Document(models.Model):
    """A document of a run, as the text that was read from it. The upload itself is not kept.

    A person may take one off their draft and put it back; when the run starts, what is off is gone.
    """

    run = models.ForeignKey("panels.Run", models.CASCADE, related_name="documents")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    text = models.TextField()
    word_count = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} ({self.run_id})"

    def remove(self, now: datetime) -> None:
        self.removed_at = now
        self.save(update_fields=["removed_at"])

    def restore(self) -> None:
        self.removed_at = None
        self.save(update_fields=["removed_at"])
