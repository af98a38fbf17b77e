"""Presets as people edit them: forms from a panel, and a panel from forms."""

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, BoundField, formset_factory

from panels.choices import ReasoningEffort
from panels.panel import (
    BEST_MODEL,
    LOCAL_JUDGE,
    MOST_SEATS,
    SEAT_LETTERS,
    Fallbacks,
    Judge,
    Panel,
    Seat,
    WebTools,
    Writer,
)
from panels.providers.registry import Registry
from panels.web.preset_fields import (
    MOST_PERSONA_CHARACTERS,
    DomainsField,
    FallbackField,
    GraceField,
    ModelCheckingForm,
    ModelField,
    MostStepsField,
    MostTokensField,
    QuorumField,
    RubricField,
    TemperatureField,
)
from panels.wording import count_of

SEATS_PREFIX = "seats"
OUTAGE, OVERFLOW, REFUSAL = "Out of order or rate limited", "Too long for it", "It refuses"


class FallbackForm(ModelCheckingForm):
    def fallbacks(self, prefix: str = "") -> Fallbacks:
        return Fallbacks(
            **{kind: self.cleaned_data[f"{prefix}fallback_{kind}"] for kind in FALLBACK_KINDS}
        )

    def fallback_fields(self, prefix: str = "") -> list[BoundField]:
        return [self[f"{prefix}fallback_{kind}"] for kind in FALLBACK_KINDS]

    def has_fallbacks(self, prefix: str = "") -> bool:
        """Something stands in one of the fields, or is wrong with it: they must not be folded."""
        return any(field.value() or field.errors for field in self.fallback_fields(prefix))


class SeatForm(FallbackForm):
    model = ModelField()
    persona_name = forms.CharField(label="Persona", required=False, max_length=80)
    persona = forms.CharField(
        label="Who it is and what it looks for",
        required=False,
        max_length=MOST_PERSONA_CHARACTERS,
        widget=forms.Textarea({"rows": 3}),
    )
    temperature = TemperatureField()
    max_tokens = MostTokensField()
    reasoning_effort = forms.ChoiceField(
        label="Reasoning", required=False, choices=ReasoningEffort.choices
    )
    fallback_outage = FallbackField(OUTAGE)
    fallback_overflow = FallbackField(OVERFLOW)
    fallback_refusal = FallbackField(REFUSAL)

    def clean_model(self) -> str:
        return self.checked_model("model")

    def seat(self, letter: str) -> Seat:
        plain = {name: self.cleaned_data[name] for name in _PLAIN_SEAT_FIELDS}
        return Seat(letter=letter, fallbacks=self.fallbacks(), **plain)


class PresetForm(FallbackForm):
    """Everything but the seats."""

    name = forms.CharField(max_length=80, error_messages={"required": "Give the preset a name."})
    description = forms.CharField(required=False, max_length=200)
    judge_model = ModelField(
        suggestions="judges",
        initial=LOCAL_JUDGE,
        help_text="“local-judge” compares the answers without a model call.",
    )
    judge_rubric = RubricField()
    judge_max_tokens = MostTokensField()
    judge_fallback_outage = FallbackField(OUTAGE, instead_of="judge_model")
    judge_fallback_overflow = FallbackField(OVERFLOW, instead_of="judge_model")
    judge_fallback_refusal = FallbackField(REFUSAL, instead_of="judge_model")
    writer_model = ModelField(initial=BEST_MODEL)
    writer_instructions = forms.CharField(
        label="Instructions",
        required=False,
        max_length=MOST_PERSONA_CHARACTERS,
        widget=forms.Textarea({"rows": 3}),
    )
    writer_temperature = TemperatureField()
    writer_max_tokens = MostTokensField()
    writer_fallback_outage = FallbackField(OUTAGE, instead_of="writer_model")
    writer_fallback_overflow = FallbackField(OVERFLOW, instead_of="writer_model")
    writer_fallback_refusal = FallbackField(REFUSAL, instead_of="writer_model")
    quorum = QuorumField()
    grace_seconds = GraceField()
    can_search = forms.BooleanField(required=False, label="Search the web")
    can_fetch = forms.BooleanField(required=False, label="Open web pages")
    most_steps = MostStepsField()
    allowed_domains = DomainsField(
        "Only these domains", help_text="One per line, subdomains included. Empty: any."
    )
    blocked_domains = DomainsField(
        "Never these domains", help_text="One per line, subdomains included."
    )
    is_local_only = forms.BooleanField(
        required=False,
        label="Local only",
        help_text="No call leaves this machine and your own network. A model outside is refused.",
    )
    refuses_data_collection = forms.BooleanField(
        required=False,
        label="Ask providers not to collect data",
        help_text="Passed on where a provider takes such a wish: today that is OpenRouter. "
        "Before a run starts, each call says whether it is.",
    )

    def __init__(self, *args: Any, taken_names: Collection[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self._taken_names = taken_names

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if name in self._taken_names:
            raise ValidationError("You have a preset of this name already.")
        return name

    def clean_judge_model(self) -> str:
        if self.cleaned_data["judge_model"] == LOCAL_JUDGE:
            return LOCAL_JUDGE
        return self.checked_model("judge_model")

    def clean_writer_model(self) -> str:
        return self.checked_model("writer_model")

    @property
    def judge_fallbacks(self) -> list[BoundField]:
        return self.fallback_fields("judge_")

    @property
    def writer_fallbacks(self) -> list[BoundField]:
        return self.fallback_fields("writer_")

    @property
    def has_judge_fallbacks(self) -> bool:
        return self.has_fallbacks("judge_")

    @property
    def has_writer_fallbacks(self) -> bool:
        return self.has_fallbacks("writer_")

    def judge(self) -> Judge:
        return Judge(
            model=self.cleaned_data["judge_model"],
            rubric=self.cleaned_data["judge_rubric"],
            max_tokens=self.cleaned_data["judge_max_tokens"],
            fallbacks=self.fallbacks("judge_"),
        )

    def writer(self) -> Writer:
        return Writer(
            model=self.cleaned_data["writer_model"],
            instructions=self.cleaned_data["writer_instructions"],
            temperature=self.cleaned_data["writer_temperature"],
            max_tokens=self.cleaned_data["writer_max_tokens"],
            fallbacks=self.fallbacks("writer_"),
        )

    def web_tools(self) -> WebTools:
        return WebTools(**{name: self.cleaned_data[name] for name in _TOOL_FIELDS})


class SeatForms(BaseFormSet):
    """The seats in order. Letters follow the order, so they are not typed."""

    def lettered(self) -> list[tuple[str, SeatForm]]:
        return list(zip(SEAT_LETTERS, self.forms, strict=False))

    @property
    def is_full(self) -> bool:
        return len(self.forms) >= MOST_SEATS

    @property
    def is_last(self) -> bool:
        return len(self.forms) == 1


FALLBACK_KINDS = ("outage", "overflow", "refusal")
_PLAIN_SEAT_FIELDS = tuple(name for name in SeatForm.base_fields if "fallback" not in name)
_TOOL_FIELDS = ("can_search", "can_fetch", "most_steps", "allowed_domains", "blocked_domains")

_SeatFormSet = formset_factory(
    SeatForm,
    formset=SeatForms,
    extra=0,
    min_num=1,
    max_num=MOST_SEATS,
    absolute_max=MOST_SEATS,
    validate_min=True,
    validate_max=True,
)


def seat_forms(
    data: Any = None, *, initial: list[dict[str, Any]] | None = None, registry: Registry
) -> SeatForms:
    forms = _SeatFormSet(
        data,
        initial=initial,
        prefix=SEATS_PREFIX,
        # A seat that was added must be filled in or removed: it is never dropped in silence.
        form_kwargs={"registry": registry, "empty_permitted": False},
    )
    return cast("SeatForms", forms)


def panel_from(form: PresetForm, seats: SeatForms) -> Panel:
    return Panel(
        seats=tuple(seat_form.seat(letter) for letter, seat_form in seats.lettered()),
        judge=form.judge(),
        writer=form.writer(),
        web_tools=form.web_tools(),
        quorum=form.cleaned_data["quorum"],
        grace_seconds=form.cleaned_data["grace_seconds"],
        is_local_only=form.cleaned_data["is_local_only"],
        refuses_data_collection=form.cleaned_data["refuses_data_collection"],
    )


def refuse_quorum_beyond(form: PresetForm, seats: SeatForms) -> bool:
    """Whether so many can answer; the form says so where they can't. Both are valid by now."""
    quorum = form.cleaned_data["quorum"]
    if quorum is None or quorum <= len(seats.forms):
        return True
    form.add_error("quorum", f"The panel has only {count_of(len(seats.forms), 'seat')}.")
    return False


def preset_initial(name: str, description: str, panel: Panel) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "judge_model": panel.judge.model,
        "judge_rubric": "\n".join(panel.judge.rubric),
        "judge_max_tokens": panel.judge.max_tokens,
        **_fallbacks_initial(panel.judge.fallbacks, "judge_"),
        "writer_model": panel.writer.model,
        "writer_instructions": panel.writer.instructions,
        "writer_temperature": panel.writer.temperature,
        "writer_max_tokens": panel.writer.max_tokens,
        **_fallbacks_initial(panel.writer.fallbacks, "writer_"),
        "quorum": panel.quorum,
        "grace_seconds": panel.grace_seconds,
        "can_search": panel.web_tools.can_search,
        "can_fetch": panel.web_tools.can_fetch,
        "most_steps": panel.web_tools.most_steps,
        "allowed_domains": "\n".join(panel.web_tools.allowed_domains),
        "blocked_domains": "\n".join(panel.web_tools.blocked_domains),
        "is_local_only": panel.is_local_only,
        "refuses_data_collection": panel.refuses_data_collection,
    }


def seats_initial(panel: Panel) -> list[dict[str, Any]]:
    return [
        {name: getattr(seat, name) for name in _PLAIN_SEAT_FIELDS}
        | _fallbacks_initial(seat.fallbacks)
        for seat in panel.seats
    ]


def _fallbacks_initial(fallbacks: Fallbacks, prefix: str = "") -> dict[str, str]:
    return {f"{prefix}fallback_{kind}": getattr(fallbacks, kind) for kind in FALLBACK_KINDS}
