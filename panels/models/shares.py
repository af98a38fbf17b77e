import hashlib
import secrets
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from panels.choices import ShareScope


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def usable(self, now: datetime) -> Self:
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None, run__deleted_at=None
        )

    def with_token(self, token: str) -> Self:
        return self.filter(token_hash=hash_token(token))


class ShareLink(models.Model):
    """A revocable link to one run. The token is shown once; only its hash is stored."""

    run = models.ForeignKey("panels.Run", models.CASCADE, related_name="share_links")
    token_hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=6, choices=ShareScope)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.scope} link of {self.run_id}"

    @property
    def can_review(self) -> bool:
        return self.scope == ShareScope.REVIEW

    def revoke(self, now: datetime) -> None:
        self.revoked_at = now
        self.save(update_fields=["revoked_at"])

    @staticmethod
    def new_token() -> str:
        return secrets.token_urlsafe(24)
