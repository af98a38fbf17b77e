"""What a person types when they wish for more of a panel that has begun."""

from dataclasses import replace
from typing import Any

from django import forms

from panels.panel import BEST_MODEL, LOCAL_JUDGE, Panel, Seat
from panels.web.preset_fields import MOST_PERSONA_CHARACTERS, ModelCheckingForm, ModelField


class WishForm(ModelCheckingForm):
    """A wish without a word: it only says who is asked."""

    def panel(self, panel: Panel) -> Panel:
        """The panel as the wish would have it."""
        return panel


class SeatWishForm(WishForm):
    """The seat's own model, or another one."""

    model = ModelField(help_text="Another model takes the seat; what was said stays.")

    def __init__(self, *args: Any, letter: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._letter = letter

    def clean_model(self) -> str:
        return self.checked_model("model")

    def panel(self, panel: Panel) -> Panel:
        return panel.with_model(self._letter, self.cleaned_data["model"])


class NewSeatForm(WishForm):
    model = ModelField(initial=BEST_MODEL)
    persona_name = forms.CharField(label="Persona (optional)", required=False, max_length=80)
    persona = forms.CharField(
        label="Who it is and what it looks for (optional)",
        required=False,
        max_length=MOST_PERSONA_CHARACTERS,
        widget=forms.Textarea({"rows": 3}),
    )

    def clean_model(self) -> str:
        return self.checked_model("model")

    def seat(self, letter: str) -> Seat:
        return Seat(letter=letter, **self.cleaned_data)

    def panel(self, panel: Panel) -> Panel:
        return replace(panel, seats=(*panel.seats, self.seat(panel.next_letter)))


class JudgeWishForm(WishForm):
    model = ModelField(
        suggestions="judges",
        label="Judge",
        help_text="“local-judge” compares the answers without a model call.",
    )

    def clean_model(self) -> str:
        if self.cleaned_data["model"] == LOCAL_JUDGE:
            return LOCAL_JUDGE
        return self.checked_model("model")

    def panel(self, panel: Panel) -> Panel:
        return panel.with_judge(self.cleaned_data["model"])
