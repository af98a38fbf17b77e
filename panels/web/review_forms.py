"""What people send from the review: decisions, their own cards, and the word to write."""

from typing import Any

from django import forms

from panels.choices import AnswerChanged, CritiqueKind, Verdict
from panels.panel import SEAT_LETTERS

MOST_NOTE_CHARACTERS = 4_000


class ReviewForm(forms.Form):
    @property
    def first_error(self) -> str:
        """The first complaint as a sentence; only for a form that isn't valid."""
        field, messages = next(iter(self.errors.items()))
        return f"{self.fields[field].label or field}: {messages[0]}"


class DecisionForm(ReviewForm):
    verdict = forms.ChoiceField(choices=Verdict.choices, required=False)
    side = forms.ChoiceField(choices=[(letter, letter) for letter in SEAT_LETTERS], required=False)
    note = forms.CharField(max_length=MOST_NOTE_CHARACTERS, required=False)

    @property
    def sent_values(self) -> dict[str, Any]:
        """Only the fields that were sent: an absent one says nothing, an empty one clears."""
        sent = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        if not sent.get("verdict"):
            sent.pop("verdict", None)
        return sent


class CritiqueForm(ReviewForm):
    kind = forms.ChoiceField(
        choices=[(kind, kind.label) for kind in (CritiqueKind.FRAMING, CritiqueKind.REMARK)]
    )
    title = forms.CharField(max_length=300, label="Your point")
    body = forms.CharField(max_length=MOST_NOTE_CHARACTERS, required=False, label="Why it matters")


class AnswerChangedForm(ReviewForm):
    """An empty answer takes the last one back."""

    answer = forms.ChoiceField(choices=AnswerChanged.choices, required=False, label="Answer")


class SynthesisForm(ReviewForm):
    add = forms.TypedMultipleChoiceField(
        choices=[(str(n), f"C{n}") for n in range(1, 1000)], coerce=int, required=False
    )
