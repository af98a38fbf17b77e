from django.conf import settings
from django.db import models


class Allowance(models.Model):
    """What a person may spend in a day and in a month, where it differs from the site's default."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="allowance")
    day_cap_usd = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    month_cap_usd = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)

    def __str__(self) -> str:
        return f"allowance of {self.user_id}"
