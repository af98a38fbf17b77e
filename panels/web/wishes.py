"""The wishes that people may have at a panel that has begun: what each asks, and what it calls.

A wish is shown with every call that it leads to before it can be made, and it is refused when what
it would call is not what was shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from panels.choices import CallRole
from panels.engine.add_seat import add_seat
from panels.engine.foresee_call import foresee_judge, foresee_seat
from panels.engine.rerun_judge import rerun_judge
from panels.engine.retry_failed import retry_failed
from panels.engine.retry_seat import retry_seat
from panels.engine.run_again import run_again, seats_to_ask
from panels.engine.swap_model import swap_model
from panels.engine.wishes import note_foreseen
from panels.estimating import CallEstimate, EstimatedCall, History
from panels.models import Run
from panels.panel import LOCAL_JUDGE
from panels.providers.registry import Registry
from panels.queries.history import load_history
from panels.snapshot import RunSnapshot
from panels.web.planned_calls import CallPlan, PlannedCall, plan_calls
from panels.web.wish_forms import JudgeWishForm, NewSeatForm, SeatWishForm, WishForm


@dataclass(frozen=True, kw_only=True)
class Wish:
    """`calls` are the calls of its plan that it leads to; empty where it asks nobody."""

    name: str
    letter: str
    title: str
    words: str
    button: str
    done: str
    form: WishForm
    #: None while what was typed is no wish yet.
    plan: CallPlan | None = None
    calls: tuple[PlannedCall, ...] = ()

    @property
    def shown(self) -> str:
        """What a person has seen would be asked, to compare with what would be."""
        return " ".join(f"{call.role}{call.letter}={call.model}" for call in self.calls)


@dataclass(frozen=True, kw_only=True)
class _Kind:
    title: str
    words: str
    button: str
    done: str
    form: type[WishForm]
    initial: Callable[[RunSnapshot, str], dict[str, Any]] = lambda _run, _letter: {}
    letters: Callable[[RunSnapshot, str], tuple[str, ...]] = lambda _run, _letter: ()
    asks_judge: Callable[[RunSnapshot], bool] = lambda _run: False


_KINDS = {
    "seat": _Kind(
        title="Ask seat {letter} again",
        words="Its answer so far stays and can be chosen again.",
        button="Ask it",
        done="Seat {letter} is asked.",
        form=SeatWishForm,
        initial=lambda run, letter: {"model": run.answer(letter).seat.model},
        letters=lambda _run, letter: (letter,),
    ),
    "failed": _Kind(
        title="Ask the failed seats again",
        words="Every seat without an answer is asked anew. What others said is left as it is.",
        button="Ask them",
        done="The failed seats are asked.",
        form=WishForm,
        letters=lambda run, _letter: tuple(a.letter for a in run.failed_answers),
    ),
    "add": _Kind(
        title="Add a seat",
        words="It is given what the others were given. What the judge found stays as it is; judge "
        "again to have its answer compared.",
        button="Add and ask it",
        done="A seat was added.",
        form=NewSeatForm,
        letters=lambda run, _letter: (run.panel.next_letter,),
    ),
    "judge": _Kind(
        title="Judge again",
        words="The answers that count now are read. Critiques that somebody decided on stay; "
        "undecided ones make room once the new judge has come to its end.",
        button="Judge again",
        done="The answers are judged again.",
        form=JudgeWishForm,
        initial=lambda run, _letter: {"model": run.panel.judge.model},
        asks_judge=lambda _run: True,
    ),
    "again": _Kind(
        title="Run it again",
        words="Only what had not finished is asked; what had, stays.",
        button="Run it again",
        done="The run goes on.",
        form=WishForm,
        letters=lambda run, _letter: tuple(seat.letter for seat in seats_to_ask(run)),
        asks_judge=lambda run: not (run.reviewable_at or run.is_single),
    ),
}
NAMES = frozenset(_KINDS)


def read_wish(
    name: str, letter: str, run: RunSnapshot, registry: Registry, typed: Mapping[str, Any] | None
) -> Wish:
    """With what it would call, as far as what was typed says so; None: nothing was typed yet."""
    kind = _KINDS[name]
    initial = kind.initial(run, letter)
    options: dict[str, Any] = {"letter": letter} if name == "seat" else {}
    for_initial = {field: f.initial for field, f in kind.form.base_fields.items()} | initial
    form = kind.form(for_initial if typed is None else typed, registry=registry, **options)
    wish = Wish(
        name=name,
        letter=letter,
        title=kind.title.format(letter=letter),
        words=kind.words,
        button=kind.button,
        done=kind.done.format(letter=letter),
        form=form,
    )
    return _with_calls(wish, kind, run, registry) if form.is_valid() else wish


def _with_calls(wish: Wish, kind: _Kind, run: RunSnapshot, registry: Registry) -> Wish:
    plan = plan_calls(wish.form.panel(run.panel), registry)
    wished = replace(run, panel=plan.panel)
    history = load_history()
    letters = kind.letters(run, wish.letter)
    calls = [
        _estimated(row, wished, registry, history)
        for row in plan.rows
        if row.is_call and (row.letter in letters if row.is_seat else _is_asked(row, kind, run))
    ]
    return replace(wish, plan=plan, calls=tuple(calls))


def _is_asked(row: PlannedCall, kind: _Kind, run: RunSnapshot) -> bool:
    return row.is_judge and kind.asks_judge(run)


def _estimated(
    row: PlannedCall, run: RunSnapshot, registry: Registry, history: History
) -> PlannedCall:
    if row.problem:
        return row
    if row.role == CallRole.SEAT:
        return replace(row, estimate=_of(foresee_seat(run, row.letter, registry, history)))
    return replace(row, estimate=_of(foresee_judge(run, registry, history)))


def _of(estimate: CallEstimate) -> EstimatedCall:
    return EstimatedCall(
        role=estimate.call.role,
        seat=estimate.call.seat,
        model=estimate.call.model,
        cost_usd=estimate.cost_usd,
        seconds=estimate.seconds,
        samples=estimate.samples,
    )


def grant(wish: Wish, run: Run, *, asked_by: str, now: datetime) -> None:
    """Make it so; the caller launches the run.

    :raises UnableToAsk: with the reason, for a person.
    """
    assert wish.plan is not None
    panel = wish.plan.panel
    match wish.name:
        case "seat" if panel.seat(wish.letter).model == run.asked_panel.seat(wish.letter).model:
            retry_seat(run, wish.letter, now=now)
        case "seat":
            model = panel.seat(wish.letter).model
            swap_model(run, wish.letter, model, privacies=panel.privacies, now=now)
        case "failed":
            retry_failed(run, now=now)
        case "add":
            add_seat(run, panel.seats[-1], privacies=panel.privacies, now=now)
        case "judge":
            rerun_judge(
                run, panel.judge.model, privacies=panel.privacies, requested_by=asked_by, now=now
            )
        case "again":
            run_again(run, now=now)
    # The judge of a run that goes on is not queued yet.
    queued = [call for call in wish.calls if call.is_seat or wish.name == "judge"]
    costs = {(c.role, c.letter): c.estimate.cost_usd for c in queued if c.estimate}
    note_foreseen(run.pk, {place: cost for place, cost in costs.items() if cost})


def names_local_judge(wish: Wish) -> bool:
    """The local judge will read the answers, and no model is asked for that."""
    return wish.name == "judge" and bool(wish.plan) and _judge_of(wish) == LOCAL_JUDGE


def _judge_of(wish: Wish) -> str:
    return wish.plan.panel.judge.model if wish.plan else ""
