"""Every call that a panel will make, as the new-run page lists them before anything is spent."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from panels.choices import CallRole, Lane, Privacy
from panels.engine.seat_prompt import document_budget
from panels.estimating import EstimatedCall, RunEstimate
from panels.panel import BEST_MODEL, Fallbacks, Panel
from panels.providers.errors import NotConfigured
from panels.providers.registry import Registry
from panels.web.planned_web import planned_web

LOCAL_PROVIDER = "local"


@dataclass(frozen=True, kw_only=True)
class PlannedFallback:
    model: str
    privacy: Privacy


@dataclass(frozen=True, kw_only=True)
class PlannedCall:
    role: str
    #: The seat's letter; empty for the judge and the writer.
    letter: str = ""
    #: Empty for a judge that needs no call.
    model: str = ""
    title: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    #: The panel asked for "best": this is what that means today.
    is_best: bool = False
    #: Why nobody can be called and what to do about it; empty when all is well.
    problem: str = ""
    #: About how many words of the documents the model will be shown, where not all of them.
    words_shown: int | None = None
    #: Who reads what it is sent; None where nothing is.
    privacy: Privacy | None = None
    #: The run is local only, and this would leave.
    is_refused: bool = False
    #: What becomes of the wish that data is not collected; empty without one, or where it is idle.
    data_note: str = ""
    #: What it may do on the web, and who does that; empty when nothing.
    web_note: str = ""
    #: What is asked in its place when it fails.
    fallbacks: tuple[PlannedFallback, ...] = ()
    #: What it will cost; None where nothing was estimated.
    estimate: EstimatedCall | None = None
    #: Why nobody knows whether it can be called; empty when somebody does.
    doubt: str = ""

    @property
    def is_seat(self) -> bool:
        return self.role == CallRole.SEAT

    @property
    def is_judge(self) -> bool:
        return self.role == CallRole.JUDGE

    @property
    def is_writer(self) -> bool:
        return self.role == CallRole.WRITER

    @property
    def is_call(self) -> bool:
        return bool(self.model)

    @property
    def provider(self) -> str:
        return self.model.partition(":")[0]

    @property
    def is_demonstration(self) -> bool:
        return self.provider == LOCAL_PROVIDER


@dataclass(frozen=True, kw_only=True)
class CallPlan:
    panel: Panel
    rows: tuple[PlannedCall, ...]
    document_words: int = 0

    def with_estimate(self, estimate: RunEstimate) -> "CallPlan":
        rows = (replace(row, estimate=estimate.of(row.role, row.letter)) for row in self.rows)
        return replace(self, rows=tuple(rows))

    @property
    def calls(self) -> tuple[PlannedCall, ...]:
        return tuple(row for row in self.rows if row.is_call)

    @property
    def writer(self) -> PlannedCall:
        return next(row for row in self.rows if row.is_writer)

    def rows_in(self, lane: Lane) -> tuple[PlannedCall, ...]:
        """What is asked first: everybody, or the writer's model alone."""
        return (self.writer,) if lane == Lane.SINGLE else self.rows

    @property
    def seat_count(self) -> int:
        return len(self.panel.seats)

    @property
    def has_local_judge(self) -> bool:
        return self.panel.judge.is_local

    @property
    def has_problem(self) -> bool:
        return any(row.problem for row in self.rows)

    @property
    def has_demonstration_model(self) -> bool:
        return any(row.is_demonstration for row in self.rows)


def plan_calls(asked: Panel, registry: Registry, *, document_words: int = 0) -> CallPlan:
    """The calls that `asked` leads to with the providers that are configured now.

    The plan's panel is what a run would freeze.
    """
    resolved = asked.resolved(model=registry.best_model(), judge=registry.best_judge())
    panel = resolved.frozen(registry.privacy_of)
    planner = _Planner(panel, registry)
    seats = (
        planner.call(
            CallRole.SEAT,
            seat.model,
            letter=seat.letter,
            title=seat.title,
            temperature=seat.temperature,
            max_tokens=seat.max_tokens,
            is_best=before.model == BEST_MODEL,
            fallbacks=seat.fallbacks,
            words_shown=_words_shown(seat.model, registry, document_words),
        )
        for before, seat in zip(asked.seats, panel.seats, strict=True)
    )
    judge = planner.call(
        CallRole.JUDGE,
        "" if panel.judge.is_local else panel.judge.model,
        title="Judge",
        max_tokens=None if panel.judge.is_local else panel.judge.max_tokens,
        is_best=asked.judge.model == BEST_MODEL,
        fallbacks=panel.judge.fallbacks,
    )
    writer = planner.call(
        CallRole.WRITER,
        panel.writer.model,
        title="Writer of the synthesis",
        temperature=panel.writer.temperature,
        max_tokens=panel.writer.max_tokens,
        is_best=asked.writer.model == BEST_MODEL,
        fallbacks=panel.writer.fallbacks,
    )
    return CallPlan(panel=panel, rows=(*seats, judge, writer), document_words=document_words)


def models_of(calls: Iterable[PlannedCall]) -> frozenset[str]:
    """All that these calls may ask, fallbacks included."""
    asked = [(call.model, *(f.model for f in call.fallbacks)) for call in calls if call.is_call]
    return frozenset(model for models in asked for model in models)


def problem_with(model: str, registry: Registry) -> str:
    """Why the model can't be called, in words that say what to do; "" when it can."""
    try:
        registry.provider_of(model)
    except NotConfigured as error:
        return error.detail
    return ""


def is_outside(model: str, registry: Registry) -> bool:
    """A local only run must not ask it."""
    return registry.privacy_of(model) == Privacy.THIRD_PARTY


@dataclass(frozen=True)
class _Planner:
    panel: Panel
    registry: Registry

    def call(
        self,
        role: CallRole,
        model: str,
        *,
        title: str,
        fallbacks: Fallbacks,
        letter: str = "",
        temperature: float | None = None,
        max_tokens: int | None = None,
        is_best: bool = False,
        words_shown: int | None = None,
    ) -> PlannedCall:
        """Without a model, the call is none."""
        problem = problem_with(model, self.registry) if model else ""
        is_refused = bool(model) and not problem and self._is_refused(model)
        web = planned_web(self.panel, role, model, fallbacks, self.registry)
        return PlannedCall(
            role=role,
            letter=letter,
            model=model,
            title=title,
            temperature=temperature,
            max_tokens=max_tokens,
            is_best=is_best,
            words_shown=words_shown,
            problem=self._refusal(model) if is_refused else problem or web.problem,
            web_note=web.note,
            is_refused=is_refused,
            privacy=self.registry.privacy_of(model) if model and not problem else None,
            data_note=self._data_note(model) if model and not problem and not is_refused else "",
            fallbacks=self._fallbacks(fallbacks) if model else (),
        )

    def _is_refused(self, model: str) -> bool:
        return self.panel.is_local_only and is_outside(model, self.registry)

    @staticmethod
    def _refusal(model: str) -> str:
        return f"This run is local only, and “{model.partition(':')[0]}” is a third party."

    def _data_note(self, model: str) -> str:
        """What stays inside needs no such wish."""
        if not (self.panel.refuses_data_collection and is_outside(model, self.registry)):
            return ""
        if self.registry.can_refuse_data_collection(model):
            return "is asked not to collect data"
        return "takes no wish about collecting data; its own terms hold"

    def _fallbacks(self, fallbacks: Fallbacks) -> tuple[PlannedFallback, ...]:
        return tuple(
            PlannedFallback(model=model, privacy=self.registry.privacy_of(model))
            for model in dict.fromkeys(fallbacks.models)
        )


def _words_shown(model: str, registry: Registry, document_words: int) -> int | None:
    budget = document_budget(registry.info(model))
    return budget if document_words > budget else None
