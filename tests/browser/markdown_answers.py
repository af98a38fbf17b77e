"""Long answers in Markdown, together with the text that a reader should see of them."""

from dataclasses import dataclass

TOKENS = 400
TOKENS_PER_SECOND = 50


@dataclass(frozen=True)
class MarkdownAnswer:
    letter: str
    markdown: str
    shown: str

    @property
    def script(self) -> dict[str, object]:
        return {"text": self.markdown, "tokens_per_second": TOKENS_PER_SECOND}


def markdown_answer(letter: str) -> MarkdownAnswer:
    """About `TOKENS` tokens, and no two parts alike, so that a lost or doubled one shows."""
    markdown, shown = "", ""
    part = 0
    while len(markdown.split()) < TOKENS:
        part += 1
        for source, seen in _part(letter, part):
            markdown += source + "\n\n"
            shown += seen + " "
    return MarkdownAnswer(letter, markdown, plain(shown))


def plain(text: str) -> str:
    return " ".join(text.split())


def _part(letter: str, part: int) -> list[tuple[str, str]]:
    mark = f"{letter}{part}"
    return [
        (f"## Part {part} of seat {letter}", f"Part {part} of seat {letter}"),
        (
            f"The **outbox of {mark}** is drained every `200 ms`, so *{mark} lags*; see "
            f"[the runbook {mark}](https://example.com/{mark}).",
            f"The outbox of {mark} is drained every 200 ms, so {mark} lags; "
            f"see the runbook {mark}.",
        ),
        (
            f"- first risk of {mark}\n- second {mark}\n  - a detail of {mark}\n- third {mark}",
            f"first risk of {mark} second {mark} a detail of {mark} third {mark}",
        ),
        (
            f"| Step {mark} | Owner |\n|---|---|\n| copy {mark} | no |\n| switch {mark} | team |",
            f"Step {mark} Owner copy {mark} no switch {mark} team",
        ),
        (
            f"```python\ndef drain_{mark}(rows):\n    return [row for row in rows]  # {mark}\n```",
            f"def drain_{mark}(rows): return [row for row in rows] # {mark}",
        ),
        (f"1. stop {mark}\n2. undo {mark}", f"stop {mark} undo {mark}"),
        (f"> Nobody is on call for {mark}.", f"Nobody is on call for {mark}."),
    ]
