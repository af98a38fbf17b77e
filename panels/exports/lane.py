"""The default lane in Markdown: which run led to which, and what was said about it."""

from collections.abc import Iterator

from panels.choices import AnswerChanged, Lane
from panels.exports.inert import fenced, one_line
from panels.exports.ledger import call_outcome
from panels.snapshot import RunSnapshot


def lane_facts(run: RunSnapshot) -> list[str]:
    facts = []
    if run.is_single:
        facts.append(f"Lane: {Lane.SINGLE.label.lower()}, without judge or review")
    facts += [f"The panel was asked next: run {one_line(pk)}" for pk in run.escalation_ids]
    if run.escalated_from_id:
        facts.append(f"Escalated from: run {one_line(run.escalated_from_id)}")
        said = AnswerChanged(run.panel_changed_answer).label.lower()
        facts.append(f"Did the panel change the answer? {said.capitalize()}")
    if run.panel.is_local_only:
        facts.append("Local only: no call may leave this machine and its own network")
    return facts


def baseline(run: RunSnapshot) -> Iterator[str]:
    """What the single model had said, where one was asked first."""
    if run.baseline is None or run.baseline.call is None:
        return
    call = run.baseline.call
    yield "## Baseline"
    yield f"{one_line(call.model_asked)}: {call_outcome(call)}"
    if call.text.strip():
        yield fenced(call.text)
