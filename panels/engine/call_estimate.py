"""What a call may cost at most, from the very request that is about to be sent. Pure."""

import json
from decimal import ROUND_CEILING, Decimal

from panels.engine.costs import LEDGER_UNIT
from panels.estimating import History, PlannedCall, Range, estimate_call, tokens_in_text
from panels.pricing import Price
from panels.providers.requests import CompletionRequest
from panels.snapshot import CallSnapshot

#: What the form of a conversation adds to each message, in tokens.
TOKENS_PER_MESSAGE = Range(2, 12)
#: What a tool step adds to the conversation at most, a page being cut at 20,000 characters.
TOKENS_PER_STEP = 5_000


def most_usd(
    call: CallSnapshot, request: CompletionRequest, history: History, price: Price | None
) -> Decimal | None:
    """The high end of its estimate in US dollars; None where the price is not known."""
    planned = PlannedCall(
        role=call.role,
        seat=call.seat,
        model=call.model_asked,
        tokens_in=tokens_of(request),
        max_tokens=request.max_tokens,
        reasoning_effort=request.reasoning_effort,
    )
    cost = estimate_call(planned, history, price).cost_usd
    if cost is None:
        return None
    return (cost.high * rounds_of(request)).quantize(LEDGER_UNIT, rounding=ROUND_CEILING)


def tokens_of(request: CompletionRequest) -> Range[int]:
    texts = [message.content for message in request.messages]
    if request.json_schema is not None:
        # Some vendors count it, some don't.
        schema = tokens_in_text(json.dumps(request.json_schema)).high
    else:
        schema = 0
    # On average over the turns: each reads what the steps before it found.
    found = TOKENS_PER_STEP * request.web.most_steps // 2 if request.web is not None else 0
    counts = [tokens_in_text(text) for text in texts]
    return Range(
        sum(count.low for count in counts) + TOKENS_PER_MESSAGE.low * len(texts),
        sum(count.high for count in counts) + TOKENS_PER_MESSAGE.high * len(texts) + schema + found,
    )


def rounds_of(request: CompletionRequest) -> int:
    """The prompt is read again after each tool step, whoever takes it."""
    return 1 + request.web.most_steps if request.web is not None else 1
