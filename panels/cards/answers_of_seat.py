"""What a column says of a seat with several answers, or with one that the judge did not read."""

from collections.abc import Callable
from dataclasses import dataclass

from panels.snapshot import AnswerSnapshot, RunSnapshot
from panels.templatetags.figures import slug
from panels.wording import Explanation, explain_call_error

LATE = "Arrived after the judge: no critique speaks of it."
NOT_WAITED_FOR = "The judge does not wait for it. Its answer joins when it comes."
OTHER_WAS_JUDGED = "The judge read another answer of this seat."


@dataclass(frozen=True, kw_only=True)
class OneAnswer:
    """`html` is safe; it is empty for the answer that counts, which the column shows."""

    call_id: int
    number: int
    model: str
    counts: bool
    html: str


@dataclass(frozen=True, kw_only=True)
class SeatAnswers:
    #: All that can be read; empty unless there is something to choose from.
    choices: tuple[OneAnswer, ...]
    #: What the judge did not read; "" when it read what counts.
    late: str
    #: Why a later wish brought no answer.
    failed_again: Explanation | None

    @property
    def others(self) -> tuple[OneAnswer, ...]:
        return tuple(choice for choice in self.choices if not choice.counts)

    @property
    def which(self) -> str:
        """`Answer 2 of 2`, of the one that counts."""
        counting = next((c.number for c in self.choices if c.counts), 0)
        return f"Answer {counting} of {len(self.choices)}"


def answers_of_seat(
    run: RunSnapshot, answer: AnswerSnapshot, draw: Callable[[str], str]
) -> SeatAnswers:
    """`draw`: Markdown → safe HTML."""
    failed = answer.failed_again
    return SeatAnswers(
        choices=_choices(answer, draw),
        late=_late(run, answer),
        failed_again=explain_call_error(failed.error_code) if failed else None,
    )


def _choices(answer: AnswerSnapshot, draw: Callable[[str], str]) -> tuple[OneAnswer, ...]:
    answers = answer.answers
    if not answers or (len(answers) == 1 and not answer.is_asked_again):
        return ()
    return tuple(
        OneAnswer(
            call_id=call.id,
            number=number,
            model=slug(call.model_asked),
            counts=call is answer.call,
            html="" if call is answer.shown else draw(call.text),
        )
        for number, call in enumerate(answers, 1)
    )


def _late(run: RunSnapshot, answer: AnswerSnapshot) -> str:
    judging = run.standing_judging
    if judging is None or run.is_single:
        return ""
    was_read = answer.letter in judging.reads
    if answer.is_open and not was_read:
        return NOT_WAITED_FOR
    if answer.call is None or not answer.call.is_answer or run.was_judged(answer):
        return ""
    return OTHER_WAS_JUDGED if was_read else LATE
