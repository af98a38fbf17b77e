"""Which calls of a run are attempts at one thing: a seat's answer, the judge's reply, a synthesis.

Attempt 1 begins anew: it is a run's start, or a person's wish. What follows by itself goes on.
"""

from collections.abc import Iterable

from panels.snapshot.calls import CallSnapshot

Chain = tuple[CallSnapshot, ...]


def chains_of(calls: Iterable[CallSnapshot]) -> tuple[Chain, ...]:
    """The calls, which are in the order of the ledger, in chains of attempts."""
    chains: list[list[CallSnapshot]] = []
    latest: dict[tuple[str, str], list[CallSnapshot]] = {}
    for call in calls:
        place = (call.role, call.seat)
        if call.attempt == 1 or place not in latest:
            latest[place] = []
            chains.append(latest[place])
        latest[place].append(call)
    return tuple(map(tuple, chains))


def chain_until(call: CallSnapshot, calls: Iterable[CallSnapshot]) -> Chain:
    """The attempts up to this call, which is the last."""
    for chain in chains_of(calls):
        ids = [attempt.id for attempt in chain]
        if call.id in ids:
            return chain[: ids.index(call.id) + 1]
    return (call,)
