"""What tells one server of one's own from another, as values."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

#: Asks the server at a path of its own, beside `/v1`: GET, or POST where there is a body. None
#: where it does not answer, or not in JSON.
Ask = Callable[[str, dict[str, Any] | None], Awaitable[Any]]
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ServerKind:
    """`wrote` knows the software by the rows of its model list; an endpoint may also be named
    after it. `context_lengths` is slug → tokens, for the models of which the server tells more
    than its list does.
    """

    name: str
    wrote: Callable[[list[Row]], bool]
    context_lengths: Callable[[Ask, list[Row]], Awaitable[dict[str, int]]]
    has_grammar: bool = False


def is_owned_by(rows: list[Row], *owners: str) -> bool:
    return any(row.get("owned_by") in owners for row in rows)


def tokens_in(value: Any, *path: str) -> int | None:
    """The whole positive number at this path through objects; None where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    is_count = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return value if is_count else None


def objects_in(value: Any, name: str) -> list[Row]:
    """The objects of the list under that name."""
    found = value.get(name) if isinstance(value, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
