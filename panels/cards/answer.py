"""Values of `_answer.html`: one seat, and what it has said so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from panels.attempt_words import attempt_note, state_words
from panels.cards.answers_of_seat import SeatAnswers, answers_of_seat
from panels.cards.attempts import EarlierAttempt, earlier_attempts
from panels.cards.sources import SourceList, source_list
from panels.cards.wishes import is_open_to_wishes
from panels.markdown import LiveMarkdown, render
from panels.snapshot import CallSnapshot, RunSnapshot
from panels.step_words import activity
from panels.wording import Explanation, early_end, explain_call_error

#: Finished answers kept as HTML; about 10 MB at five thousand tokens each.
MOST_KEPT = 256


@dataclass(frozen=True, kw_only=True)
class AnswerCard:
    """`blocks` and `tail` are safe HTML: the settled part and the part that still grows."""

    run_id: str
    letter: str
    title: str
    model: str
    call: CallSnapshot | None
    state: str
    early_end: str
    error: Explanation | None
    note: str
    earlier: tuple[EarlierAttempt, ...]
    reasoning: str
    blocks: str
    tail: str
    sources: SourceList
    tokens_out: int | None
    seconds: float | None
    seat_answers: SeatAnswers
    #: It may be asked again, by its own model or by another.
    can_ask: bool
    #: What it does on the web right now; "" when nothing.
    activity: str = ""

    @property
    def is_open(self) -> bool:
        return self.call is not None and self.call.is_open


def answer_card(
    run: RunSnapshot,
    letter: str,
    *,
    now: datetime,
    blocks: Sequence[str] | None = None,
    tail: str = "",
    tokens_out: int | None = None,
    seconds: float | None = None,
) -> AnswerCard:
    """`blocks` and `tail` are the hub's live HTML; without them the stored text is rendered.

    `now` is what a wait counts down from. `tokens_out` and `seconds` stand in for what is not
    stored before the call has ended.
    """
    answer = run.answer(letter)
    call = answer.shown
    chain = run.chain_until(call) if call else ()
    if blocks is None:
        blocks, tail = _rendered(call)
    return AnswerCard(
        run_id=run.id,
        letter=letter,
        title=answer.seat.title,
        model=call.model_asked if call else answer.seat.model,
        call=call,
        state=state_words(chain, now, is_held=run.is_held),
        early_end=early_end(call) if call else "",
        error=_error(call),
        note=attempt_note(chain),
        earlier=earlier_attempts(chain, _finished_html),
        reasoning=call.reasoning if call else "",
        blocks="".join(blocks),
        tail=tail,
        sources=source_list(call.sources if call else ()),
        seat_answers=answers_of_seat(run, answer, _finished_html),
        can_ask=is_open_to_wishes(run) and not answer.is_open,
        activity=activity(call) if call else "",
        tokens_out=call.tokens_out if call and call.tokens_out is not None else tokens_out,
        seconds=call.seconds if call and call.seconds is not None else seconds,
    )


def _rendered(call: CallSnapshot | None) -> tuple[Sequence[str], str]:
    if call is None:
        return (), ""
    if call.is_open:
        return LiveMarkdown().append(call.text)
    return [_finished_html(call.text)], ""


@lru_cache(maxsize=MOST_KEPT)
def _finished_html(text: str) -> str:
    """A finished answer never changes, and is drawn for every visit and every joiner."""
    return render(text)


def _error(call: CallSnapshot | None) -> Explanation | None:
    return explain_call_error(call.error_code) if call and call.error_code else None
