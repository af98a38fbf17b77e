from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models

from panels.panel import Panel, panel_from_json


class PresetQuerySet(models.QuerySet["Preset"]):
    def of(self, user: User) -> Self:
        return self.filter(owner=user, deleted_at=None)

    def deleted_by(self, user: User) -> Self:
        return self.filter(owner=user, deleted_at__isnull=False)


class Preset(models.Model):
    """A person's named panel. The built-in ones are values (`builtin_presets.py`), not rows."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="presets")
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True)
    panel_json = models.JSONField()
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = PresetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=models.Q(deleted_at=None),
                name="preset_name_is_unique_per_owner",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.owner_id})"

    @property
    def panel(self) -> Panel:
        return panel_from_json(self.panel_json)

    def delete_softly(self, now: datetime) -> None:
        self.deleted_at = now
        self.save(update_fields=["deleted_at"])

    def restore(self, *, name: str) -> None:
        """Bring it back under a name that is free now."""
        self.name = name
        self.deleted_at = None
        self.save(update_fields=["name", "deleted_at"])
