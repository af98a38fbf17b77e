"""Values of `_escalation.html` and `_changed.html`: from one model to the panel, and back."""

from dataclasses import dataclass

from panels.choices import AnswerChanged, Privacy
from panels.markdown import render
from panels.panel import Panel
from panels.snapshot import RunSnapshot
from panels.templatetags.figures import money, slug
from panels.wording import count_of

#: The keys that give each answer.
_KEYS = {AnswerChanged.YES: "y", AnswerChanged.PARTLY: "p", AnswerChanged.NO: "o"}
_LABELS = {AnswerChanged.YES: "Yes, it did", AnswerChanged.PARTLY: "Partly", AnswerChanged.NO: "No"}


@dataclass(frozen=True, kw_only=True)
class LaterCall:
    """A call that the panel will make."""

    css_class: str
    mark: str
    name: str
    model: str
    privacy: Privacy | None


@dataclass(frozen=True, kw_only=True)
class EscalationCard:
    """`refusal` says in words why the panel can't be asked now; "" when it can."""

    run_id: str
    preset_name: str
    calls: tuple[LaterCall, ...]
    call_words: str
    refusal: str
    panel_run_id: str


@dataclass(frozen=True, kw_only=True)
class ChangedChoice:
    value: str
    label: str
    key: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class ChangedCard:
    """`text` is safe HTML: what the single model had said."""

    run_id: str
    baseline_id: str
    words: str
    can_say: bool
    said: str
    choices: tuple[ChangedChoice, ...]
    model: str
    text: str


def escalation_card(run: RunSnapshot) -> EscalationCard:
    panel = run.whole_panel or run.panel
    calls = tuple(_later_calls(panel))
    return EscalationCard(
        run_id=run.id,
        preset_name=run.preset_name,
        calls=calls,
        call_words=count_of(sum(bool(call.model) for call in calls), "call"),
        refusal="" if run.is_finished else "The model is still answering.",
        panel_run_id=run.escalation_ids[0] if run.escalation_ids else "",
    )


def changed_card(run: RunSnapshot) -> ChangedCard | None:
    """None for a run that followed no single model's."""
    baseline = run.baseline
    if baseline is None:
        return None
    call = baseline.call
    said = AnswerChanged(run.panel_changed_answer)
    return ChangedCard(
        run_id=run.id,
        baseline_id=baseline.run_id,
        words=_changed_words(run),
        can_say=any(synthesis.is_done for synthesis in run.syntheses),
        said=said.label.lower() if said else "",
        choices=tuple(
            ChangedChoice(value=value, label=_LABELS[value], key=key, is_chosen=value == said)
            for value, key in _KEYS.items()
        ),
        model=slug(call.model_asked) if call else "",
        text=render(baseline.text),
    )


def times_the_lane(run: RunSnapshot) -> str:
    """`21.6×`: both runs against the single model's; "" unless all of it is known and paid."""
    single = run.baseline.cost_usd if run.baseline else None
    if not single or not run.cost_usd or run.has_unknown_cost:
        return ""
    return f"{(run.cost_usd + single) / single:,.1f}×"


def _later_calls(panel: Panel) -> list[LaterCall]:
    judge = "" if panel.judge.is_local else panel.judge.model
    rows = [
        *((f"seat-{seat.letter}", seat.letter, seat.title, seat.model) for seat in panel.seats),
        ("seat-judge", "⚖", "Judge", judge),
        ("seat-writer", "✎", "Synthesis, when you ask", panel.writer.model),
    ]
    return [
        LaterCall(
            css_class=css_class,
            mark=mark,
            name=name,
            model=model,
            privacy=panel.privacy_of(model) if model else None,
        )
        for css_class, mark, name, model in rows
    ]


def _changed_words(run: RunSnapshot) -> str:
    """What came first and what the panel added to it, as far as that is known."""
    baseline = run.baseline
    assert baseline is not None
    model = slug(baseline.call.model_asked) if baseline.call else "One model"
    cost = f" for {money(baseline.cost_usd)}" if baseline.cost_usd else ""
    added = f"The panel added {count_of(len(run.accepted), 'accepted critique')}"
    times = times_the_lane(run)
    return f"{model} answered first{cost}. {added}{f' for {times} the cost' if times else ''}."
