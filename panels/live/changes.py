"""Which cards of the page must be rendered anew: by what events say, and by what has changed.

Events are hints that come early; one that got lost is found by comparing the run with how it was
drawn before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from panels.cards.wishes import is_open_to_wishes
from panels.engine.events import (
    AnswerChosen,
    CallChanged,
    CritiqueChanged,
    CritiquesFound,
    CritiquesGone,
    RunChanged,
    RunEvent,
)
from panels.live import frames
from panels.live.live_call import LiveCall
from panels.snapshot import AnswerSnapshot, CallSnapshot, RunSnapshot


@dataclass
class Changes:
    calls: set[int] = field(default_factory=set)
    critiques: set[int] = field(default_factory=set)
    #: Seats of which another answer counts now.
    seats: set[str] = field(default_factory=set)
    is_run_changed: bool = False
    #: Text came for a call that the hub has not met.
    has_unknown_call: bool = False

    @property
    def needs_facts(self) -> bool:
        return bool(self.calls) or self.is_urgent

    @property
    def is_urgent(self) -> bool:
        """Somebody waits for it; what calls alone tell may be gathered for a moment."""
        is_of_cards = self.critiques or self.seats or self.is_run_changed
        return bool(is_of_cards or self.has_unknown_call)

    def note(self, event: RunEvent) -> None:
        match event:
            case CallChanged(call_id=call_id):
                self.calls.add(call_id)
            case CritiquesFound(numbers=numbers) | CritiquesGone(numbers=numbers):
                self.critiques.update(numbers)
            case CritiqueChanged(number=number):
                self.critiques.add(number)
            case AnswerChosen(seat=seat):
                self.seats.add(seat)
            case RunChanged():
                self.is_run_changed = True

    def add(self, other: "Changes") -> None:
        self.calls |= other.calls
        self.critiques |= other.critiques
        self.seats |= other.seats
        self.is_run_changed |= other.is_run_changed
        self.has_unknown_call |= other.has_unknown_call

    def add_differences(self, before: RunSnapshot | None, run: RunSnapshot) -> None:
        """What differs from the run as every watcher's page shows it. A call that was told of, and
        that every page shows as it is, is not drawn again.
        """
        if before is None:
            return
        known = {call.id: call for call in before.calls}
        counting = {c.id for c in run.calls if c.is_queued and c.not_before_at}
        self.calls &= counting
        self.calls.update(c.id for c in run.calls if _card(known.get(c.id)) != _card(c))
        if before == run:
            return
        for old, new in zip(before.answers, run.answers, strict=False):
            if _counting(before, old) != _counting(run, new):
                self.seats.add(new.letter)
        drawn = {critique.number: critique for critique in before.critiques}
        self.critiques.update(c.number for c in run.critiques if c != drawn.pop(c.number, c))
        self.critiques.update(drawn)
        self.is_run_changed |= _own(before) != _own(run)
        if is_open_to_wishes(before) != is_open_to_wishes(run):
            # Every seat's card offers to ask it again, or does so no more.
            self.calls.update(answer.call.id for answer in run.answers if answer.call)

    def partials(self, run: RunSnapshot, live: Mapping[int, LiveCall]) -> list[str]:
        """The cards that changed, as the run stands now."""
        found = [_call_partial(run, call, live) for call in run.calls if call.id in self.calls]
        for letter in sorted(self.seats | self._seats_answered_again(run)):
            found += frames.chosen_partials(run, letter, live)
        found += [
            frames.critique_partial(run, number)
            for number in sorted(self.critiques)
            if run.critique(number)
        ]
        if any(run.critique(number) is None for number in self.critiques):
            found += frames.group_partials(run)
        has_judge_changed = any(call.is_judge and call.id in self.calls for call in run.calls)
        if self.critiques or self.is_run_changed or has_judge_changed:
            found += frames.review_partials(run)
        if self.calls or self.is_run_changed:
            found.append(frames.head_partial(run))
        if self.is_run_changed:
            found.append(frames.synthesis_partial(run, _writer_of(run, live)))
        return [html for html in found if html]

    @property
    def is_in_ledger(self) -> bool:
        return self.is_run_changed or bool(self.calls)

    def _seats_answered_again(self, run: RunSnapshot) -> set[str]:
        """An answer came after an earlier one: from now on it counts."""
        again = (a for a in run.answers if len(a.answers) > 1 and a.latest in a.answers)
        return {
            answer.letter for answer in again if answer.latest and answer.latest.id in self.calls
        }


def _card(call: CallSnapshot | None) -> CallSnapshot | None:
    """Without the text while it streams, which has its own way to the page."""
    return replace(call, text="", reasoning="") if call and call.is_active else call


def _counting(run: RunSnapshot, answer: AnswerSnapshot) -> tuple[int | None, bool, bool]:
    """Which of the seat's answers counts, and what of it the judge has read."""
    judging = run.standing_judging
    was_read = judging is None or answer.letter in judging.reads
    return (answer.call.id if answer.call else None, run.was_judged(answer), was_read)


def _own(run: RunSnapshot) -> RunSnapshot:
    """Without what has cards of its own; the judge's and the writer's calls grow as they stream."""
    return replace(
        run,
        calls=(),
        answers=(),
        critiques=(),
        documents=(),
        judgings=tuple(replace(judging, call=None) for judging in run.judgings),
        syntheses=tuple(replace(synthesis, call=None) for synthesis in run.syntheses),
    )


def _call_partial(run: RunSnapshot, call: CallSnapshot, live: Mapping[int, LiveCall]) -> str:
    if call.is_judge:
        return ""
    if call.is_writer:
        return frames.synthesis_partial(run, _writer_of(run, live))
    return frames.answer_of_call(run, call, live)


def _writer_of(run: RunSnapshot, live: Mapping[int, LiveCall]) -> LiveCall | None:
    latest = run.latest_synthesis
    return live.get(latest.call.id) if latest and latest.call else None
