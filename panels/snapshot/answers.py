from collections.abc import Sequence
from dataclasses import dataclass

from panels.panel import Seat
from panels.snapshot.attempts import Chain, chains_of
from panels.snapshot.calls import CallSnapshot


@dataclass(frozen=True)
class Choice:
    """A person's word that the call counts, until one that was asked for after `after_id` is."""

    call_id: int
    after_id: int


@dataclass(frozen=True, kw_only=True)
class AnswerSnapshot:
    """A seat and what it said: the call that counts as its answer, and every attempt."""

    seat: Seat
    call: CallSnapshot | None
    attempts: tuple[CallSnapshot, ...] = ()

    @property
    def letter(self) -> str:
        return self.seat.letter

    @property
    def title(self) -> str:
        return self.seat.title

    @property
    def model(self) -> str:
        """The model whose answer counts: the seat's own, a fallback, or one that sat there."""
        return self.call.model_asked if self.call else self.seat.model

    @property
    def latest(self) -> CallSnapshot | None:
        return self.attempts[-1] if self.attempts else self.call

    @property
    def is_open(self) -> bool:
        """It is answering, for the first time or again."""
        return self.latest is not None and self.latest.is_open

    @property
    def is_settled(self) -> bool:
        return self.latest is not None and self.latest.is_settled

    @property
    def is_asked_again(self) -> bool:
        """An answer is coming while an earlier one counts."""
        return self.is_open and self.latest is not self.call

    @property
    def shown(self) -> CallSnapshot | None:
        """What its column shows: the answer that is coming, else the one that counts."""
        return self.latest if self.is_open else self.call

    @property
    def failed_again(self) -> CallSnapshot | None:
        """The end of a later wish that brought no answer: the one before still counts."""
        latest = self.latest
        if latest is None or latest is self.call or latest.is_answer or not latest.is_settled:
            return None
        return latest

    @property
    def chains(self) -> tuple[Chain, ...]:
        return chains_of(self.attempts)

    @property
    def answers(self) -> tuple[CallSnapshot, ...]:
        """All that can be read, each the end of a chain, in order."""
        return tuple(chain[-1] for chain in self.chains if chain[-1].is_answer)


def counting_call(attempts: Sequence[CallSnapshot], choice: Choice | None) -> CallSnapshot | None:
    """The attempt that counts: the newest answer that was asked for since a person's choice, else
    what they chose; while nothing can be read, the latest.
    """
    since = choice.after_id if choice else 0
    newer = [c[-1] for c in chains_of(attempts) if c[0].id > since and c[-1].is_answer]
    if newer:
        return newer[-1]
    chosen = [call for call in attempts if choice and call.id == choice.call_id]
    return chosen[0] if chosen else attempts[-1] if attempts else None
