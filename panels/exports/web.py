"""What calls did on the web, in the Markdown export. Addresses stand in it as text, not as links:
nobody should follow one without having read it."""

from collections.abc import Iterator

from panels.exports.inert import one_line
from panels.snapshot import CallSnapshot, RunSnapshot, ToolStepSnapshot
from panels.step_words import provider_steps, step_outcome, tool_name

_HEADER = "| Call | Step | Tool | Asked for | Took | Outcome |\n|--:|--:|---|---|--:|---|"


def sources(call: CallSnapshot) -> Iterator[str]:
    if call.sources:
        yield "Sources:"
        yield "\n".join(
            f"- {one_line(source.title)} {one_line(source.url)}".replace("-  ", "- ")
            for source in call.sources
        )


def tool_steps(run: RunSnapshot) -> Iterator[str]:
    """`Call` is the call's number in the ledger."""
    rows = [row for number, call in enumerate(run.calls, 1) for row in _rows(number, call)]
    if rows:
        yield "## Tool steps"
        yield "\n".join([_HEADER, *rows])


def _rows(number: int, call: CallSnapshot) -> list[str]:
    if words := provider_steps(call):
        return [f"| {number} | – | the provider's own | not told | – | {words} |"]
    return [_row(number, step) for step in call.tool_steps]


def _row(number: int, step: ToolStepSnapshot) -> str:
    took = "–" if step.seconds is None else f"{step.seconds:.1f} s"
    words = [one_line(text) or "–" for text in (tool_name(step), step.argument)]
    cells = (str(number), str(step.number), *words, took, one_line(step_outcome(step)))
    return f"| {' | '.join(cells)} |"
