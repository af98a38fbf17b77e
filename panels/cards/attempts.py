"""Values of `_earlier.html`: what earlier attempts at an answer had said. It stays on the page."""

from collections.abc import Callable
from dataclasses import dataclass

from panels.snapshot import CallSnapshot, Chain
from panels.wording import explain_call_error


@dataclass(frozen=True, kw_only=True)
class EarlierAttempt:
    """`html` is safe."""

    number: int
    model: str
    sentence: str
    html: str


def earlier_attempts(chain: Chain, draw: Callable[[str], str]) -> tuple[EarlierAttempt, ...]:
    """Those before the last that said something. `draw`: Markdown → safe HTML."""
    return tuple(_earlier(call, draw) for call in chain[:-1] if call.text.strip())


def _earlier(call: CallSnapshot, draw: Callable[[str], str]) -> EarlierAttempt:
    return EarlierAttempt(
        number=call.attempt,
        model=call.model_asked,
        sentence=explain_call_error(call.error_code).sentence,
        html=draw(call.text),
    )
