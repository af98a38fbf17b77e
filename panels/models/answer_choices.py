from django.conf import settings
from django.db import models


class AnswerChoice(models.Model):
    """A person's word on which of a seat's answers counts. Append-only; the last one holds.

    It holds until a later wish of theirs is answered: an answer that was asked for after `after`.
    """

    run = models.ForeignKey("panels.Run", models.CASCADE, related_name="answer_choices")
    seat = models.CharField(max_length=1)
    call = models.ForeignKey("panels.Call", models.CASCADE, related_name="+")
    #: The seat's last call when the choice was made.
    after = models.ForeignKey("panels.Call", models.CASCADE, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    share_link = models.ForeignKey(
        "panels.ShareLink", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reviewer_name = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"answer {self.call_id} for seat {self.seat} of {self.run_id}"
