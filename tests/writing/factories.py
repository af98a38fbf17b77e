"""A reviewed run: three answers, six critiques, and what people decided on them."""

from typing import Any

from panels.choices import CallRole
from panels.snapshot import (
    AcceptedCritique,
    CritiqueSnapshot,
    RunSnapshot,
    StanceSnapshot,
    SynthesisSnapshot,
)
from tests.factories import NOW, make_call, make_critique, make_decision, make_run, make_stance

TEXTS = {
    "A": "Do not split checkout before the peak. Alert on queue depth.",
    "B": "I would split checkout now. The restore takes four hours.",
    "C": "Nobody should split checkout now. Rolling back takes four hours.",
}


def stance(seat: str, quote: str, position: str = "") -> StanceSnapshot:
    start = TEXTS[seat].find(quote)
    found = (start, start + len(quote)) if start >= 0 else (None, None)
    return make_stance(seat, quote, position=position, start=found[0], end=found[1])


def split_critique(**changes: Any) -> CritiqueSnapshot:
    stances = (
        stance("A", "Do not split checkout before the peak.", "Not split"),
        stance("B", "I would split checkout now.", "Split"),
        stance("C", "Nobody should split checkout now.", "Not split"),
    )
    values = {"title": "Split checkout: yes or no?", "body": "They differ.", "stances": stances}
    return make_critique(1, "contradiction", **{**values, **changes})


def make_critiques() -> tuple[CritiqueSnapshot, ...]:
    return (
        split_critique(decision=make_decision("accepted", side="A"), decision_count=1),
        make_critique(
            2, "blind_spot", title="Not dealt with: security", body="No answer comes near it."
        ),
        make_critique(
            3,
            "consensus",
            title="The restore takes four hours",
            stances=(
                stance("B", "The restore takes four hours."),
                stance("C", "Rolling back takes four hours."),
            ),
        ),
        make_critique(
            4,
            "unique_insight",
            title="Alert on queue depth",
            stances=(stance("A", "Alert on queue depth."),),
            decision=make_decision("rejected", note="Out of scope"),
        ),
        make_critique(
            5, "remark", title="Think of Black Friday", decision=make_decision("deferred")
        ),
        make_critique(
            6, "unique_insight", title="Invented", stances=(stance("A", "Nobody said so"),)
        ),
    )


def make_reviewed_run(**changes: Any) -> RunSnapshot:
    return make_run(**{"texts": TEXTS, "critiques": make_critiques(), **changes})


def accept(run: RunSnapshot, *numbers: int, **changes: Any) -> tuple[AcceptedCritique, ...]:
    return tuple(
        AcceptedCritique(**{"number": n, "title": run.critique(n).title, **changes})
        for n in numbers
    )


def make_synthesis(text: str = "", **changes: Any) -> SynthesisSnapshot:
    call = make_call(
        id=9, seat="", role=CallRole.WRITER, text=text, state=changes.pop("state", "done")
    )
    values: dict[str, Any] = {
        "id": 1,
        "version": 1,
        "accepted": (),
        "rejected": (),
        "added": (),
        "requested_by": "Ada",
        "created_at": NOW,
        "call": call,
    }
    return SynthesisSnapshot(**{**values, **changes})
