from django.db import models


class Synthesis(models.Model):
    """Version n of the final text: what was asked of the writer, and the call that answers it.

    `accepted_json` is the writer's input as it stood when the version was asked for:
    `[{"number", "title", "side", "note"}]`. The text is the call's. Its state is the call's too.
    """

    run = models.ForeignKey("panels.Run", models.CASCADE, related_name="syntheses")
    version = models.PositiveSmallIntegerField()
    accepted_json = models.JSONField(default=list)
    rejected_json = models.JSONField(default=list)
    #: Numbers of critiques that the writer was asked to add to the version before.
    added_json = models.JSONField(default=list)
    requested_by = models.CharField(max_length=80)
    call = models.OneToOneField(
        "panels.Call", models.SET_NULL, null=True, blank=True, related_name="synthesis"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "version"], name="synthesis_version_is_unique")
        ]

    def __str__(self) -> str:
        return f"v{self.version} of {self.run_id}"
