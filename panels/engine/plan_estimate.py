"""What a draft will cost and take, from the very prompts that its run would send.

The prompts are built by the engine's own builders, without documents and answers; documents are
counted apart, since that is done once for each, and answers are what history says of their lengths.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor

from panels.choices import CallRole
from panels.engine.call_estimate import TOKENS_PER_MESSAGE, TOKENS_PER_STEP
from panels.engine.seat_prompt import build_seat_prompt, document_budget
from panels.engine.web_access import web_access
from panels.estimating import (
    Comparison,
    History,
    PlannedCall,
    PriceOf,
    Range,
    compare,
    tokens_in_text,
)
from panels.judging.judge_prompt import build_judge_prompt
from panels.judging.schema import json_schema
from panels.panel import Panel, Seat
from panels.providers.requests import ModelInfo
from panels.snapshot import RunSnapshot
from panels.writing.writer_prompt import build_writer_prompt

#: The marks around a run's documents, and around each answer with its heading, in tokens.
_FENCE = Range(10, 45)
#: Decisions, sides and notes beside an accepted critique, with its fence.
_PER_CRITIQUE = Range(0, 60)
_MOST_CRITIQUES = 12

InfoOf = Callable[[str], ModelInfo | None]


@dataclass(frozen=True, kw_only=True)
class DocumentSizes:
    """All documents of a draft together."""

    words: int
    tokens: Range[int]


def estimate_draft(
    draft: RunSnapshot,
    documents: DocumentSizes,
    *,
    best_model: str,
    history: History,
    price_of: PriceOf,
    info_of: InfoOf,
) -> Comparison:
    """`draft` has a panel of concrete models. `best_model` is what one call is compared with."""
    plan = _Plan(draft, documents, info_of)
    return compare(plan.calls(), best_model, history, price_of)


class _Plan:
    def __init__(self, draft: RunSnapshot, documents: DocumentSizes, info_of: InfoOf) -> None:
        self._draft = draft
        self._documents = documents
        self._info_of = info_of

    def calls(self) -> list[PlannedCall]:
        panel = self._draft.panel
        seats = [self._seat(seat) for seat in panel.seats]
        judge = [] if panel.judge.is_local else [self._judge(panel)]
        return [*seats, *judge, self._writer(panel, has_model_judge=bool(judge))]

    def _seat(self, seat: Seat) -> PlannedCall:
        info = self._info_of(seat.model)
        prompt = build_seat_prompt(self._draft, seat, info)
        texts = [message.content for message in prompt.messages]
        return PlannedCall(
            role=CallRole.SEAT,
            seat=seat.letter,
            model=seat.model,
            tokens_in=self._with_web(
                CallRole.SEAT, info, _sum(_of_texts(texts), self._shown_to(info))
            ),
            max_tokens=prompt.max_tokens,
            reasoning_effort=seat.reasoning_effort,
        )

    def _judge(self, panel: Panel) -> PlannedCall:
        # Any order will do here: nobody is asked.
        prompt = build_judge_prompt(self._draft, random.Random(0), document_text="")  # noqa: S311
        texts = [content for _, content in prompt.messages]
        schema = Range(0, tokens_in_text(str(json_schema())).high)
        info = self._info_of(panel.judge.model)
        tokens = _sum(_of_texts(texts), self._shown_to(info), schema, self._fences())
        return PlannedCall(
            role=CallRole.JUDGE,
            model=panel.judge.model,
            tokens_in=self._with_web(CallRole.JUDGE, info, tokens),
            max_tokens=panel.judge.max_tokens,
            reads=(CallRole.SEAT,),
        )

    def _writer(self, panel: Panel, *, has_model_judge: bool) -> PlannedCall:
        messages = build_writer_prompt(self._draft, (), (), rng=random.Random(0))  # noqa: S311
        texts = [content for _, content in messages]
        shown = self._shown_to(self._info_of(panel.writer.model))
        critiques = Range(0, _PER_CRITIQUE.high * _MOST_CRITIQUES)
        return PlannedCall(
            role=CallRole.WRITER,
            model=panel.writer.model,
            tokens_in=_sum(_of_texts(texts), shown, self._fences(), critiques),
            max_tokens=panel.writer.max_tokens,
            reads=(CallRole.SEAT, CallRole.JUDGE) if has_model_judge else (CallRole.SEAT,),
        )

    def _with_web(self, role: CallRole, info: ModelInfo | None, tokens: Range[int]) -> Range[int]:
        """All turns together: each tool step has the prompt read again, with what was found."""
        access = web_access(self._draft.panel, role, info)
        if access is None:
            return tokens
        turns = 1 + access.most_steps
        found = TOKENS_PER_STEP * access.most_steps * turns // 2
        return Range(tokens.low, tokens.high * turns + found)

    def _fences(self) -> Range[int]:
        count = len(self._draft.panel.seats)
        return Range(_FENCE.low * count, _FENCE.high * count)

    def _shown_to(self, info: ModelInfo | None) -> Range[int]:
        """The documents' tokens, as far as the model is given them."""
        words, tokens = self._documents.words, self._documents.tokens
        if not words:
            return Range(0, 0)
        share = min(1.0, document_budget(info) / words)
        return _sum(Range(floor(tokens.low * share), ceil(tokens.high * share)), _FENCE)


def _of_texts(texts: list[str]) -> Range[int]:
    per_message = Range(TOKENS_PER_MESSAGE.low * len(texts), TOKENS_PER_MESSAGE.high * len(texts))
    return _sum(per_message, *map(tokens_in_text, texts))


def _sum(*ranges: Range[int]) -> Range[int]:
    return Range(sum(each.low for each in ranges), sum(each.high for each in ranges))
