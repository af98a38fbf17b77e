"""What a judge replies, and what we make of it.

In the reply the reason stands before the verdict: `why` before `kind`, a quote before the position
that it shows. A model that must name its evidence first has less room to invent some afterwards.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict

from panels.choices import JUDGED_KINDS

Kind = Literal["contradiction", "blind_spot", "partial_coverage", "unique_insight", "consensus"]

if set(get_args(Kind)) != {kind.value for kind in JUDGED_KINDS}:
    raise RuntimeError("schema.Kind and choices.JUDGED_KINDS must name the same kinds")


def _fold_kind(value: Any) -> Any:
    """Weak judges write "Blind spots" for `blind_spot`; nothing else is forgiven."""
    if not isinstance(value, str):
        return value
    word = value.strip().lower().replace(" ", "_").replace("-", "_")
    return word[:-1] if word not in get_args(Kind) and word.endswith("s") else word


class JudgeStance(BaseModel):
    """`answer` is the blind label under which the judge read the answer."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    answer: str
    quote: str
    position: str = ""


class JudgeCritique(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    why: str = ""
    kind: Annotated[Kind, BeforeValidator(_fold_kind)]
    title: str
    #: Judged one by one in `parsing.py`: a malformed stance costs itself, not its critique.
    stances: list[Any] = []


@dataclass(frozen=True, kw_only=True)
class FoundStance:
    """`start` and `end` are offsets into the answer's plain text; None: the quote is unverified."""

    seat: str
    position: str
    quote: str
    start: int | None = None
    end: int | None = None

    @property
    def is_verified(self) -> bool:
        return self.start is not None


@dataclass(frozen=True, kw_only=True)
class FoundCritique:
    """A card that a judge found, before it has a number."""

    kind: str
    title: str
    body: str = ""
    stances: tuple[FoundStance, ...] = ()

    @property
    def seats(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(stance.seat for stance in self.stances))


def json_schema() -> dict[str, Any]:
    """The reply's JSON Schema in the strict form that vendors ask for.

    Every property required, nothing else allowed, no references.
    """
    text = {"type": "string"}
    stance = _closed_object({"answer": text, "quote": text, "position": text})
    critique = _closed_object(
        {
            "why": text,
            "kind": {"type": "string", "enum": list(get_args(Kind))},
            "title": text,
            "stances": {"type": "array", "items": stance},
        }
    )
    return _closed_object({"critiques": {"type": "array", "items": critique}})


def _closed_object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
