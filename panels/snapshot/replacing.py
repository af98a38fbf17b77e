"""A run with one of its calls as it is a moment later: known from news, not read again."""

from dataclasses import replace

from panels.snapshot.answers import AnswerSnapshot
from panels.snapshot.calls import CallSnapshot
from panels.snapshot.runs import RunSnapshot


def with_call(run: RunSnapshot, call: CallSnapshot) -> RunSnapshot:
    """The same run, with `call` in place of the one with its id."""

    def of(old: CallSnapshot | None) -> CallSnapshot | None:
        return call if old is not None and old.id == call.id else old

    def in_answer(answer: AnswerSnapshot) -> AnswerSnapshot:
        attempts = tuple(call if old.id == call.id else old for old in answer.attempts)
        return replace(answer, call=of(answer.call), attempts=attempts)

    return replace(
        run,
        calls=tuple(call if old.id == call.id else old for old in run.calls),
        answers=tuple(map(in_answer, run.answers)),
        judgings=tuple(replace(each, call=of(each.call)) for each in run.judgings),
        syntheses=tuple(replace(each, call=of(each.call)) for each in run.syntheses),
    )
