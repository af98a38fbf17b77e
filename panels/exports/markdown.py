"""A run as one Markdown file, in the order in which it happened."""

from collections.abc import Iterator
from datetime import datetime

from panels.choices import RunState
from panels.exports.inert import fenced, one_line, quoted
from panels.exports.lane import baseline, lane_facts
from panels.exports.ledger import call_outcome, ledger
from panels.exports.web import sources, tool_steps
from panels.panel import Panel, Seat
from panels.snapshot import (
    AnswerSnapshot,
    CallSnapshot,
    CritiqueSnapshot,
    RunSnapshot,
    StanceSnapshot,
    SynthesisSnapshot,
)

_ORIGINS = {"judge": "found by the judge", "local_judge": "found by the local judge"}


def export_markdown(run: RunSnapshot) -> str:
    """The whole run. What models and people wrote stands in it as text that can't act."""
    blocks = [
        *_head(run),
        *_documents(run),
        *_panel(run.panel),
        *_answers(run),
        *_critiques(run),
        *_replaced(run),
        *_syntheses(run),
        *baseline(run),
        *ledger(run),
        *tool_steps(run),
    ]
    return "\n\n".join(blocks) + "\n"


def written_time(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S %Z").strip() if moment else "–"


def _head(run: RunSnapshot) -> Iterator[str]:
    yield f"# {one_line(run.title) or 'Untitled run'}"
    facts = [
        f"State: {RunState(run.state).label}"
        + (f" ({one_line(run.reason)})" if run.reason else ""),
        f"Preset: {one_line(run.preset_name) or '–'}",
        f"Started: {written_time(run.started_at)}",
        f"Finished: {written_time(run.finished_at)}",
        f"Run: {one_line(run.id)}",
    ]
    facts += lane_facts(run)
    if run.is_tour:
        facts.insert(0, "This is the guided tour: every answer comes from a script.")
    if run.judge_reason:
        facts.append(f"About the judge: {one_line(run.judge_reason)}")
    yield "\n".join(f"- {fact}" for fact in facts)
    yield "## Question"
    yield (
        fenced(run.question)
        if run.question.strip()
        else "None: the documents speak for themselves."
    )


def _documents(run: RunSnapshot) -> Iterator[str]:
    yield "## Documents"
    yield (
        "\n".join(
            f"- {one_line(document.name)} ({document.word_count:,} words)"
            for document in run.documents
        )
        or "None."
    )


def _panel(panel: Panel) -> Iterator[str]:
    yield "## Panel"
    rows = [
        "| Seat | Persona | Model | Temperature | Most tokens | Reasoning |",
        "|---|---|---|---|---|---|",
        *(_seat_row(seat) for seat in panel.seats),
    ]
    yield "\n".join(rows)
    for seat in panel.seats:
        if seat.persona.strip():
            yield f"Persona of seat {one_line(seat.letter)}:"
            yield fenced(seat.persona)
    yield f"Judge: {one_line(panel.judge.model)}"
    yield "\n".join(f"- {one_line(item)}" for item in panel.judge.rubric) or "No rubric."
    yield f"Writer: {one_line(panel.writer.model)}"
    if panel.writer.instructions.strip():
        yield fenced(panel.writer.instructions)


def _seat_row(seat: Seat) -> str:
    values = (
        seat.letter,
        seat.title,
        seat.model,
        "default" if seat.temperature is None else str(seat.temperature),
        "default" if seat.max_tokens is None else str(seat.max_tokens),
        seat.reasoning_effort or "default",
    )
    return f"| {' | '.join(one_line(value) for value in values)} |"


def _answers(run: RunSnapshot) -> Iterator[str]:
    yield "## Answers"
    for answer in run.answers:
        yield f"### {one_line(answer.letter)} · {one_line(answer.seat.title)}"
        if answer.call and answer.call.is_answer and not run.was_judged(answer):
            yield "The judge did not read this answer."
        yield from _attempts(answer)


def _attempts(answer: AnswerSnapshot) -> Iterator[str]:
    if answer.call is None:
        yield "Not asked."
        return
    yield from _said(answer.call)
    for attempt in answer.attempts:
        if attempt.id != answer.call.id:
            what = "Another answer" if attempt in answer.answers else f"Attempt {attempt.attempt}"
            yield f"{what}, which does not count:"
            yield from _said(attempt)


def _said(call: CallSnapshot) -> Iterator[str]:
    served = f", answered by {one_line(call.model_served)}" if call.was_swapped else ""
    yield f"{one_line(call.model_asked)}{served}: {call_outcome(call)}"
    if call.is_fitted:
        yield f"It was shown {call.words_shown:,} of {call.words_total:,} words of the documents."
    if call.text.strip():
        yield fenced(call.text)
    yield from sources(call)


def _critiques(run: RunSnapshot) -> Iterator[str]:
    yield "## Critiques"
    if not run.critiques:
        yield "None."
    for critique in run.critiques:
        yield f"### {critique.label} · {one_line(critique.title)}"
        earlier = ", from an earlier judge" if critique.is_earlier else ""
        yield f"{critique.kind_label}, {_origin(critique)}{earlier}"
        if critique.body.strip():
            yield quoted(critique.body)
        if critique.stances:
            yield "\n".join(f"- {_stance(stance)}" for stance in critique.stances)
        yield _decision(critique)


def _replaced(run: RunSnapshot) -> Iterator[str]:
    """Nobody had decided on them when the answers were judged again."""
    if run.replaced_critiques:
        yield "## Critiques that a later judge replaced"
        yield "\n".join(f"- {c.label} · {one_line(c.title)}" for c in run.replaced_critiques)


def _origin(critique: CritiqueSnapshot) -> str:
    return _ORIGINS.get(critique.origin) or f"by {one_line(critique.author_name) or 'a reviewer'}"


def _stance(stance: StanceSnapshot) -> str:
    said = f"{one_line(stance.seat)}: {one_line(stance.position)}".rstrip(": ")
    if not stance.quote.strip():
        return said
    found = "verified" if stance.is_verified else "unverified: not found in the answer"
    return f"{said} “{one_line(stance.quote)}” ({found})"


def _decision(critique: CritiqueSnapshot) -> str:
    decision = critique.decision
    if decision is None:
        return "**Open**"
    side = f", side with {one_line(decision.side)}" if decision.side else ""
    who = f" by {one_line(decision.reviewer_name)}" if decision.reviewer_name else ""
    line = f"**{decision.verdict.capitalize()}**{who}{side}, {written_time(decision.created_at)}"
    return f"{line}\n\n{quoted(decision.note)}" if decision.note.strip() else line


def _syntheses(run: RunSnapshot) -> Iterator[str]:
    yield "## Synthesis"
    if not run.syntheses:
        yield "None."
    for synthesis in run.syntheses:
        yield from _synthesis(synthesis)


def _synthesis(synthesis: SynthesisSnapshot) -> Iterator[str]:
    yield f"### Version {synthesis.version}"
    by = f" by {one_line(synthesis.requested_by)}" if synthesis.requested_by else ""
    yield f"Asked for{by}, {written_time(synthesis.created_at)}"
    yield "Written from:\n\n" + (
        "\n".join(
            f"- {accepted.label} · {one_line(accepted.title)}"
            + (f" (side with {one_line(accepted.side)})" if accepted.side else "")
            for accepted in synthesis.accepted
        )
        or "- no accepted critique"
    )
    if synthesis.rejected:
        yield f"Rejected: {', '.join(f'C{number}' for number in synthesis.rejected)}"
    if synthesis.call:
        yield from _said(synthesis.call)
