"""A panel as frozen values: who sits on it, who judges, who writes.

A preset stores one, a run keeps a copy of its own. The JSON form is what `to_json` returns.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from panels.choices import Privacy

SEAT_LETTERS = "ABCDEFGH"
MOST_SEATS = len(SEAT_LETTERS)
#: Stands for "the best configured provider's model" until a run is started.
BEST_MODEL = "best"
#: The judge that needs no model call (`judging/local_judge.py`).
LOCAL_JUDGE = "local-judge"
#: How long the judge waits for the others once a quorum has answered.
GRACE_SECONDS = 20
MOST_GRACE_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class Fallbacks:
    """Model references that take over by the kind of failure; "" where there is none."""

    outage: str = ""
    overflow: str = ""
    refusal: str = ""

    @property
    def models(self) -> tuple[str, ...]:
        return tuple(model for model in (self.outage, self.overflow, self.refusal) if model)

    def mapped(self, change: Callable[[str], str]) -> "Fallbacks":
        """With each model replaced by what `change` makes of it."""
        return Fallbacks(
            outage=change(self.outage),
            overflow=change(self.overflow),
            refusal=change(self.refusal),
        )


@dataclass(frozen=True, kw_only=True)
class WebTools:
    """Search and fetch for seats and judge. An empty list of allowed domains allows all."""

    can_search: bool = False
    can_fetch: bool = False
    most_steps: int = 4
    allowed_domains: tuple[str, ...] = ()
    blocked_domains: tuple[str, ...] = ()

    @property
    def are_on(self) -> bool:
        return self.can_search or self.can_fetch


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One place on a panel. `model` is a model reference, `provider:slug`."""

    letter: str
    model: str
    persona_name: str = ""
    persona: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    reasoning_effort: str = ""
    fallbacks: Fallbacks = Fallbacks()
    #: Models that sat here before, in this run: what they said is still there.
    past_models: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.persona_name or f"Seat {self.letter}"


@dataclass(frozen=True, kw_only=True)
class Judge:
    """`model` is a model reference, or `LOCAL_JUDGE`. The rubric is a list of yes/no items."""

    model: str = LOCAL_JUDGE
    rubric: tuple[str, ...] = ()
    max_tokens: int | None = None
    fallbacks: Fallbacks = Fallbacks()
    past_models: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        return self.model == LOCAL_JUDGE


@dataclass(frozen=True, kw_only=True)
class Writer:
    model: str
    instructions: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    fallbacks: Fallbacks = Fallbacks()


@dataclass(frozen=True, kw_only=True)
class Panel:
    seats: tuple[Seat, ...]
    judge: Judge = field(default_factory=Judge)
    writer: Writer
    web_tools: WebTools = WebTools()
    #: With so many readable answers the judge need not wait for the rest; None: it waits for all.
    quorum: int | None = None
    #: It still gives the rest this long, from the answer on that made the quorum.
    grace_seconds: int = GRACE_SECONDS
    #: No call may leave this machine and its own network.
    is_local_only: bool = False
    #: Ask providers not to keep or train on what they are sent, where they take such a wish.
    refuses_data_collection: bool = False
    #: Provider name → its class when the panel was frozen; empty in a preset.
    privacies: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def reach(self) -> Privacy:
        """How far its calls may go."""
        return Privacy.OWN_NETWORK if self.is_local_only else Privacy.THIRD_PARTY

    def privacy_of(self, model: str) -> Privacy | None:
        """As it was when the panel was frozen; None where that was not written down."""
        known = self.privacies.get(model.partition(":")[0])
        return Privacy(known) if known else None

    def alone(self) -> "Panel":
        """What is asked in the default lane: the writer's model, as the only seat, as nobody."""
        seat = Seat(
            letter=SEAT_LETTERS[0],
            model=self.writer.model,
            persona_name="One model",
            temperature=self.writer.temperature,
            max_tokens=self.writer.max_tokens,
            fallbacks=self.writer.fallbacks,
        )
        return replace(self, seats=(seat,), quorum=None)

    def frozen(self, privacy_of: Callable[[str], Privacy]) -> "Panel":
        """With the class of every provider that it may ask; `privacy_of` takes a model reference.

        A panel that is local only loses its web tools and the fallbacks that lead outside.
        """
        privacies = {model.partition(":")[0]: privacy_of(model).value for model in self.models}
        panel = replace(self, privacies=privacies)
        return _kept_inside(panel) if self.is_local_only else panel

    @property
    def models(self) -> frozenset[str]:
        """Every model reference that a run may ask or has asked, fallbacks included."""
        roles: tuple[Seat | Judge | Writer, ...] = (*self.seats, self.judge, self.writer)
        named = {model for role in roles for model in (role.model, *role.fallbacks.models)}
        past = {model for seat in self.seats for model in seat.past_models}
        past |= set(self.judge.past_models)
        return frozenset((named | past) - {LOCAL_JUDGE})

    def seat(self, letter: str) -> Seat:
        return next(seat for seat in self.seats if seat.letter == letter)

    def with_model(self, letter: str, model: str) -> "Panel":
        """With another model in a seat; the one that sat there before is remembered."""
        seats = tuple(_swapped(s, model) if s.letter == letter else s for s in self.seats)
        return replace(self, seats=seats)

    def with_judge(self, model: str) -> "Panel":
        return replace(self, judge=_swapped(self.judge, model))

    @property
    def next_letter(self) -> str:
        """ "Empty when every place is taken."""
        return SEAT_LETTERS[len(self.seats)] if len(self.seats) < MOST_SEATS else ""

    def resolved(self, *, model: str, judge: str) -> "Panel":
        """This panel with every `BEST_MODEL` replaced: `judge` for the judge, `model` elsewhere."""

        def concrete(asked: str, best: str) -> str:
            return best if asked == BEST_MODEL else asked

        return replace(
            self,
            seats=tuple(replace(seat, model=concrete(seat.model, model)) for seat in self.seats),
            judge=replace(self.judge, model=concrete(self.judge.model, judge)),
            writer=replace(self.writer, model=concrete(self.writer.model, model)),
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


Role = TypeVar("Role", Seat, Judge)


def _swapped(role: Role, model: str) -> Role:
    if model == role.model:
        return role
    past = dict.fromkeys((*role.past_models, role.model))
    return replace(role, model=model, past_models=tuple(past))


def panel_from_json(data: dict[str, Any]) -> Panel:
    """The panel that `Panel.to_json` wrote.

    :raises KeyError, TypeError: when the data has another shape.
    """
    return Panel(
        seats=tuple(Seat(**_with_fallbacks(seat)) for seat in data["seats"]),
        judge=Judge(**_with_fallbacks(data["judge"], rubric=tuple(data["judge"]["rubric"]))),
        writer=Writer(**_with_fallbacks(data["writer"])),
        web_tools=_web_tools(data.get("web_tools", {})),
        quorum=data.get("quorum"),
        grace_seconds=data.get("grace_seconds", GRACE_SECONDS),
        is_local_only=data.get("is_local_only", False),
        refuses_data_collection=data.get("refuses_data_collection", False),
        privacies=data.get("privacies", {}),
    )


def _kept_inside(panel: Panel) -> Panel:
    def inside(fallbacks: Fallbacks) -> Fallbacks:
        return fallbacks.mapped(
            lambda model: "" if panel.privacy_of(model) == Privacy.THIRD_PARTY else model
        )

    return replace(
        panel,
        seats=tuple(replace(seat, fallbacks=inside(seat.fallbacks)) for seat in panel.seats),
        judge=replace(panel.judge, fallbacks=inside(panel.judge.fallbacks)),
        writer=replace(panel.writer, fallbacks=inside(panel.writer.fallbacks)),
        web_tools=WebTools(),
    )


def _with_fallbacks(role: dict[str, Any], **changes: Any) -> dict[str, Any]:
    if "past_models" in role:
        changes["past_models"] = tuple(role["past_models"])
    return {**role, "fallbacks": Fallbacks(**role.get("fallbacks", {})), **changes}


def _web_tools(data: dict[str, Any]) -> WebTools:
    lists = {name: tuple(data.get(name, ())) for name in ("allowed_domains", "blocked_domains")}
    return WebTools(**{**data, **lists})
