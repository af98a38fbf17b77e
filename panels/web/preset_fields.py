"""The fields of a preset's form: what each takes, and what it says about anything else."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from panels.panel import (
    BEST_MODEL,
    GRACE_SECONDS,
    MOST_GRACE_SECONDS,
    MOST_SEATS,
    WebTools,
)
from panels.providers.registry import Registry
from panels.tools.domains import domain_of
from panels.tools.loop import MOST_STEPS
from panels.web.planned_calls import problem_with

MOST_PERSONA_CHARACTERS = 4_000
MOST_RUBRIC_ITEMS = 30
MOST_DOMAINS = 50
MOST_TOKENS = 200_000


class TemperatureField(forms.FloatField):
    def __init__(self) -> None:
        super().__init__(
            label="Temperature",
            required=False,
            min_value=0,
            max_value=2,
            error_messages=dict.fromkeys(
                ("invalid", "min_value", "max_value"), "Give a number from 0 to 2."
            ),
            widget=forms.NumberInput({"step": "0.1", "placeholder": "model's own"}),
            help_text="0 to 2",
        )


class MostTokensField(forms.IntegerField):
    def __init__(self) -> None:
        super().__init__(
            label="Maximum tokens",
            required=False,
            min_value=1,
            max_value=MOST_TOKENS,
            error_messages=dict.fromkeys(
                ("invalid", "min_value", "max_value"),
                f"Give a whole number from 1 to {MOST_TOKENS:,}.",
            ),
            widget=forms.NumberInput({"placeholder": "model's own"}),
        )


class MostStepsField(forms.IntegerField):
    def __init__(self) -> None:
        super().__init__(
            label="Most steps per call",
            required=False,
            initial=WebTools().most_steps,
            min_value=1,
            max_value=MOST_STEPS,
            error_messages=dict.fromkeys(
                ("invalid", "min_value", "max_value"),
                f"Give a whole number from 1 to {MOST_STEPS}.",
            ),
            widget=forms.NumberInput(),
            help_text=f"1 to {MOST_STEPS}; a step is one search or one page.",
        )

    def clean(self, value: Any) -> Any:
        steps = super().clean(value)
        return WebTools().most_steps if steps is None else steps


class QuorumField(forms.IntegerField):
    def __init__(self) -> None:
        super().__init__(
            label="Answers that are enough",
            required=False,
            min_value=1,
            max_value=MOST_SEATS,
            error_messages=dict.fromkeys(
                ("invalid", "min_value", "max_value"),
                f"Give a whole number from 1 to {MOST_SEATS}, or leave it empty.",
            ),
            widget=forms.NumberInput({"placeholder": "all"}),
            help_text="Empty: the judge waits for every seat.",
        )


class GraceField(forms.IntegerField):
    def __init__(self) -> None:
        super().__init__(
            label="Seconds for the others",
            required=False,
            initial=GRACE_SECONDS,
            min_value=0,
            max_value=MOST_GRACE_SECONDS,
            error_messages=dict.fromkeys(
                ("invalid", "min_value", "max_value"),
                f"Give a whole number from 0 to {MOST_GRACE_SECONDS}.",
            ),
            widget=forms.NumberInput(),
            help_text="How long the judge still waits once so many have answered.",
        )

    def clean(self, value: Any) -> Any:
        seconds = super().clean(value)
        return GRACE_SECONDS if seconds is None else seconds


class ModelField(forms.CharField):
    def __init__(
        self,
        *,
        suggestions: str = "models",
        help_text: str = "“best” is the best configured model.",
        label: str = "Model",
        **options: Any,
    ) -> None:
        super().__init__(
            label=label,
            max_length=200,
            error_messages={"required": "Choose a model."},
            widget=forms.TextInput(
                {"list": suggestions, "autocomplete": "off", "spellcheck": "false"}
            ),
            help_text=help_text,
            **options,
        )


class FallbackField(ModelField):
    """A model that takes over from the one in the field named `instead_of`."""

    def __init__(self, label: str, *, instead_of: str = "model") -> None:
        super().__init__(label=label, help_text="", suggestions="fallbacks", required=False)
        self.instead_of = instead_of


class LinesField(forms.CharField):
    """One item per line, read into a tuple without doubles."""

    def __init__(self, *, rows: int, **options: Any) -> None:
        super().__init__(
            required=False, max_length=8_000, widget=forms.Textarea({"rows": rows}), **options
        )

    def clean(self, value: Any) -> Any:
        lines = str(super().clean(value)).splitlines()
        items = (self.item(" ".join(line.split())) for line in lines if line.strip())
        return tuple(dict.fromkeys(items))

    def item(self, line: str) -> str:
        """:raises ValidationError: for a line that is none."""
        return line


class RubricField(LinesField):
    def __init__(self) -> None:
        super().__init__(
            rows=6,
            label="Rubric",
            help_text="One yes-or-no item per line, for example “Says how to roll back”.",
        )

    def clean(self, value: Any) -> Any:
        items = super().clean(value)
        if len(items) > MOST_RUBRIC_ITEMS:
            raise ValidationError(
                f"A rubric has at most {MOST_RUBRIC_ITEMS} items; this has {len(items)}."
            )
        return items


class DomainsField(LinesField):
    def __init__(self, label: str, *, help_text: str) -> None:
        super().__init__(rows=3, label=label, help_text=help_text)

    def item(self, line: str) -> str:
        try:
            return domain_of(line)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def clean(self, value: Any) -> Any:
        domains = super().clean(value)
        if len(domains) > MOST_DOMAINS:
            raise ValidationError(f"Give at most {MOST_DOMAINS} domains; these are {len(domains)}.")
        return domains


class ModelCheckingForm(forms.Form):
    """Checks model references against the providers that are configured here."""

    def __init__(self, *args: Any, registry: Registry, **options: Any) -> None:
        super().__init__(*args, **options)
        self._registry = registry

    def clean(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, FallbackField) and self.cleaned_data.get(name):
                self._check_fallback(name, field)

    def checked_model(self, name: str) -> str:
        model = str(self.cleaned_data[name])
        if model != BEST_MODEL and (problem := self._problem(model)):
            raise ValidationError(problem)
        return model

    def _check_fallback(self, name: str, field: FallbackField) -> None:
        model = str(self.cleaned_data[name])
        if problem := self._problem(model):
            self.add_error(name, problem)
        elif model == self.cleaned_data.get(field.instead_of):
            self.add_error(name, "Choose another model than the one it stands in for.")

    def _problem(self, model: str) -> str:
        if any(character.isspace() for character in model):
            return "A model's name has no spaces in it."
        return problem_with(model, self._registry)
