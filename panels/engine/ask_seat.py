"""A seat is asked what its persona is to look at; it neither waits for nor sees another."""

from panels.engine.ask_call import ask_call
from panels.engine.call_model import Question
from panels.engine.seat_prompt import SeatPrompt, build_seat_prompt
from panels.engine.tools import Tools
from panels.panel import Seat
from panels.providers.requests import CompletionRequest, ModelInfo
from panels.snapshot import CallSnapshot, RunSnapshot


async def ask_seat(run: RunSnapshot, call: CallSnapshot, tools: Tools) -> None:
    """One attempt; what follows a failure is queued by then."""
    seat = run.panel.seat(call.seat)

    def prepare(slug: str, info: ModelInfo | None) -> Question:
        return seat_question(run, slug, seat, build_seat_prompt(run, seat, info))

    await ask_call(run, call, prepare, tools)


def seat_question(run: RunSnapshot, slug: str, seat: Seat, prompt: SeatPrompt) -> Question:
    return Question(
        request=CompletionRequest(
            model=slug,
            messages=prompt.messages,
            temperature=seat.temperature,
            max_tokens=prompt.max_tokens,
            reasoning_effort=seat.reasoning_effort,
            grammar=prompt.grammar,
        ),
        words_shown=prompt.fitted.words_shown if run.documents else None,
        words_total=prompt.fitted.words_total if run.documents else None,
    )
