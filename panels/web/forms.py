"""What people type, apart from presets (`preset_form.py`)."""

import re
import unicodedata
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from panels.choices import Hold, ShareScope

EXPIRIES = {
    "1-day": ("1 day", timedelta(days=1)),
    "7-days": ("7 days", timedelta(days=7)),
    "30-days": ("30 days", timedelta(days=30)),
    "never": ("Never", None),
}

_DIRECTION_MARKS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")


class LongText(forms.CharField):
    """Text as typed. Browsers send line ends as two characters, which would count twice."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, required=False, **options)

    def to_python(self, value: object) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class Dollars(forms.DecimalField):
    """An amount of money, or nothing. A sign before it and commas in it are read: `$1,000.50`."""

    def __init__(self, **options: Any) -> None:
        sentence = "Write US dollars, such as 0.50"
        usual: dict[str, Any] = {
            "required": False,
            "min_value": 0,
            "max_digits": 12,
            "decimal_places": 4,
            "widget": forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
            "error_messages": {
                "required": f"{sentence}.",
                "invalid": f"{sentence}.",
                "min_value": f"{sentence}; less than nothing can't be spent.",
                "max_decimal_places": f"{sentence}, with at most 4 digits after the point.",
                "max_digits": f"{sentence}; this is too much.",
                "max_whole_digits": f"{sentence}; this is too much.",
            },
        }
        super().__init__(**{**usual, **options})

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().removeprefix("$").strip()
        if _THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        return super().to_python(text.replace(",", "."))


class SignInForm(forms.Form):
    username = forms.CharField(
        label="Name",
        max_length=150,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class RunFilterForm(forms.Form):
    """The runs list's address; whatever can't be read counts as not given."""

    q = forms.CharField(required=False, max_length=200)
    state = forms.CharField(required=False, max_length=10)
    before = forms.CharField(required=False, max_length=100)
    after = forms.CharField(required=False, max_length=100)


class DraftForm(forms.Form):
    """The new-run page as it autosaves: anything goes that fits."""

    question = LongText(
        max_length=settings.MOST_QUESTION_CHARACTERS,
        error_messages={
            "max_length": "A question has at most %(limit_value)d characters; this has "
            "%(show_value)d. Attach the rest as a document."
        },
    )
    preset = forms.CharField(required=False, max_length=80)
    is_local_only = forms.BooleanField(required=False)
    cap = Dollars(label="Stop at")

    @property
    def can_be_kept(self) -> bool:
        """An amount that can't be read yet keeps nothing else from being saved."""
        return self.is_valid() or set(self.errors) == {"cap"}

    def typed(self) -> dict[str, Any]:
        """As `drafts.keep_typed` takes it."""
        has_cap = "cap" in self.data and "cap" in self.cleaned_data
        return {
            "question": self.cleaned_data["question"],
            "preset_key": self.cleaned_data["preset"],
            "is_local_only": self.cleaned_data["is_local_only"],
            **({"cap_usd": self.cleaned_data["cap"]} if has_cap else {}),
        }


class PastedDocumentForm(forms.Form):
    paste_name = forms.CharField(
        required=False,
        max_length=200,
        error_messages={"max_length": "A name has at most %(limit_value)d characters."},
    )
    paste_text = LongText()


class RunCapForm(forms.Form):
    """A held run's new cap; empty takes it away."""

    cap = Dollars()


class PersonalCapForm(forms.Form):
    """A person's cap of the day or of the month."""

    period = forms.ChoiceField(choices=[("day", "Day"), ("month", "Month")])
    cap = Dollars(required=True)

    @property
    def hold(self) -> Hold:
        return Hold.DAY_CAP if self.cleaned_data["period"] == "day" else Hold.MONTH_CAP


class ShareForm(forms.Form):
    scope = forms.ChoiceField(
        choices=ShareScope.choices,
        initial=ShareScope.REVIEW,
        error_messages={"invalid_choice": "Choose what the link allows."},
    )
    expiry = forms.ChoiceField(
        choices=[(key, label) for key, (label, _) in EXPIRIES.items()],
        initial="7-days",
        error_messages={"invalid_choice": "Choose when the link ends."},
    )

    def lifetime(self) -> timedelta | None:
        return EXPIRIES[self.cleaned_data["expiry"]][1]


def refuse_disguises(name: str) -> None:
    """Names stand beside other names; control and direction marks would scramble them."""
    if any(
        unicodedata.category(character) == "Cc" or character in _DIRECTION_MARKS
        for character in name
    ):
        raise ValidationError("Use visible characters only.")


class GuestNameForm(forms.Form):
    name = forms.CharField(
        label="Your name",
        max_length=80,
        validators=[refuse_disguises],
        error_messages={
            "required": "Give a name. Your decisions will carry it.",
            "max_length": "A name has at most %(limit_value)d characters.",
        },
        widget=forms.TextInput({"autocomplete": "name", "autofocus": True}),
    )

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())
