"""Whether a drill was survived: the upstream's log, the rows and the truth, laid side by side.

The hard rule: once an answer was stored, its place is never asked again. An answer whose last byte
was sent, but which was not committed yet when its process was killed or frozen, may be asked again;
those are counted, each needs such a blow as its reason, and its row keeps what had come.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.cluster.rows import DONE, INTERRUPTED, CallRow, RunRow
from tests.cluster.said import COST_USD, MODELS, quotes, text_of, titles
from tests.cluster.upstream import Asked
from tests.drills.storm import FREEZE, KILL, Trouble

#: From the last byte until its commit, on a machine that has all hands full.
COMMIT_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True)
class Expected:
    mark: str
    is_written: bool

    @property
    def state(self) -> str:
        return "done" if self.is_written else "review"

    @property
    def models(self) -> tuple[str, ...]:
        return MODELS if self.is_written else MODELS[:-1]


@dataclass
class Verdict:
    problems: list[str] = field(default_factory=list)
    requests: int = 0
    stored: int = 0
    #: Attempts that were cut, and what of their text was kept.
    cut: int = 0
    cut_characters: int = 0
    #: Finished at the upstream, cut before their commit, asked again; in words.
    in_flight: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        return [
            f"{self.stored} answers stored, each exact and each once; "
            f"{self.requests} requests at the upstream",
            f"{self.cut} attempts were cut and asked again, "
            f"{self.cut_characters} characters of their text are kept",
            f"{len(self.in_flight)} answers had been sent to the end, and were not committed yet "
            "when their process was hit",
            *(f"    {words}" for words in self.in_flight),
        ]


def judge(
    expected: Sequence[Expected],
    *,
    runs: Sequence[RunRow],
    calls: Sequence[CallRow],
    asked: Sequence[Asked],
    troubles: Sequence[Trouble],
    workers: Sequence[str],
    words: int,
) -> Verdict:
    """`workers`: names of the processes that advance runs."""
    verdict = Verdict(requests=len(asked))
    rows_of, asked_of = _by_place(calls), _by_place(asked)
    for each in expected:
        _judge_run(each, [run for run in runs if run.mark == each.mark], verdict)
        for model in each.models:
            place = (each.mark, model)
            truth = text_of(each.mark, model, words=words)
            if model == "judge":
                # Its labels are drawn anew for each call; its cards are compared instead.
                truth = ""
            kept = _judge_rows(place, rows_of[place], truth, verdict)
            if kept is not None:
                found = _Place(place, rows_of[place], asked_of[place], kept)
                _judge_requests(found, troubles, workers, verdict)
    strange = {place for place in asked_of if place[0] not in {e.mark for e in expected}}
    verdict.problems += [
        f"The upstream was asked for {place}, which nobody wanted" for place in strange
    ]
    return verdict


@dataclass(frozen=True)
class _Place:
    name: tuple[str, str]
    rows: Sequence[CallRow]
    asked: Sequence[Asked]
    kept: CallRow


def _by_place(
    items: Iterable[CallRow] | Iterable[Asked],
) -> defaultdict[tuple[str, str], list]:
    found = defaultdict(list)
    for item in items:
        found[item.mark, item.model].append(item)
    return found


def _judge_run(expected: Expected, runs: Sequence[RunRow], verdict: Verdict) -> None:
    if len(runs) != 1:
        verdict.problems.append(f"{expected.mark} is there {len(runs)} times")
        return
    run = runs[0]
    if (run.state, run.judge_reason) != (expected.state, ""):
        verdict.problems.append(
            f"{run.mark} is {run.state} ({run.reason or run.judge_reason}), not {expected.state}"
        )
    if (list(run.critiques), list(run.quotes)) != (titles(run.mark), quotes(run.mark)):
        verdict.problems.append(f"{run.mark} has the critiques {run.critiques}, {run.quotes}")


def _judge_rows(
    place: tuple[str, str], rows: Sequence[CallRow], truth: str, verdict: Verdict
) -> CallRow | None:
    """The one row that holds the answer."""
    done = [row for row in rows if row.state == DONE]
    if len(done) != 1 or rows[-1] is not done[0]:
        states = [f"{row.state} {row.error_code}".strip() for row in rows]
        verdict.problems.append(f"{place} should end with its one answer; its calls are {states}")
        return None
    verdict.stored += 1
    if (truth and done[0].text != truth) or not done[0].text:
        verdict.problems.append(f"{place} is not exact: “{done[0].text[-80:]}”")
    if done[0].cost_usd != COST_USD:
        verdict.problems.append(f"{place} cost {done[0].cost_usd}")
    for row in rows[:-1]:
        verdict.cut += 1
        verdict.cut_characters += len(row.text)
        if row.state != INTERRUPTED:
            verdict.problems.append(f"{place} has a call that is {row.state} {row.error_code}")
        if truth and not truth.startswith(row.text):
            verdict.problems.append(f"{place} kept what was never said: “{row.text[-80:]}”")
    return done[0]


def _judge_requests(
    place: _Place, troubles: Sequence[Trouble], workers: Sequence[str], verdict: Verdict
) -> None:
    name, asked = place.name, place.asked
    if len(asked) > len(place.rows):
        verdict.problems.append(f"{name} was asked {len(asked)} times by {len(place.rows)} calls")
    answering = [a for a in asked if a.generation_id == place.kept.generation_id]
    if len(answering) != 1 or not answering[0].is_finished:
        verdict.problems.append(f"{name} holds an answer that the upstream did not finish")
        return
    later = [a for a in asked if a.began_at > answering[0].began_at]
    if later:
        verdict.problems.append(f"{name} was answered, stored, and asked again: {later}")
    for lost in asked:
        if lost.is_finished and lost is not answering[0]:
            reason = _reason(lost, troubles, workers)
            verdict.in_flight.append(f"{name} #{lost.generation_id[-1]}: {reason or 'NO REASON'}")
            if not reason:
                verdict.problems.append(f"{name} finished undisturbed, and was asked again: {lost}")


def _reason(lost: Asked, troubles: Sequence[Trouble], workers: Sequence[str]) -> str:
    """The blow between the last byte and the first moment at which it could surely be stored."""
    assert lost.ended_at is not None
    outages = [t for t in troubles if t.part == "postgres"]
    storable = lost.ended_at
    for outage in sorted(outages, key=lambda t: t.since):
        if outage.since <= storable + COMMIT_SECONDS and outage.until > storable:
            storable = outage.until
    for trouble in troubles:
        if trouble.part not in workers:
            continue
        # A frozen process is sent answers to the end that it does not read.
        is_hit = trouble.how in (KILL, FREEZE) or storable > lost.ended_at
        if is_hit and trouble.since <= storable + COMMIT_SECONDS and trouble.until >= lost.ended_at:
            gap = trouble.since - lost.ended_at
            if gap < 0:
                return f"{trouble.part} was down and did not read it ({trouble.how})"
            words = f"{trouble.part} {trouble.how} {gap:.2f} s after its last byte"
            return words + (", while PostgreSQL was away" if storable > lost.ended_at else "")
    return ""
