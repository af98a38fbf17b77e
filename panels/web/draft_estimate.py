"""The estimate of a draft, for its page and for the run that it becomes."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from panels.engine.plan_estimate import DocumentSizes, estimate_draft
from panels.estimating import (
    Comparison,
    Range,
    RunEstimate,
    run_estimate,
    single_estimate,
    tokens_in_text,
)
from panels.models import Document, Run
from panels.panel import Panel
from panels.providers.registry import Registry
from panels.queries import draft_snapshot
from panels.queries.history import load_history


def estimate_of(
    draft: Run, panel: Panel, documents: Iterable[Document], registry: Registry
) -> RunEstimate:
    """`panel` names concrete models. Of the documents only the text may be deferred."""
    return run_estimate(_compare(draft, panel, documents, registry, registry.best_model()))


def estimate_of_one(
    draft: Run, panel: Panel, documents: Iterable[Document], registry: Registry
) -> RunEstimate:
    """Of the default lane: the writer's model alone."""
    alone = panel.alone()
    seat = alone.seats[0]
    comparison = _compare(draft, alone, documents, registry, seat.model)
    return single_estimate(comparison, seat=seat.letter)


def _compare(
    draft: Run, panel: Panel, documents: Iterable[Document], registry: Registry, best_model: str
) -> Comparison:
    return estimate_draft(
        draft_snapshot(draft, panel),
        _sizes(documents),
        best_model=best_model,
        history=load_history(),
        price_of=registry.price_of,
        info_of=registry.info,
    )


def _sizes(documents: Iterable[Document]) -> DocumentSizes:
    words, low, high = 0, 0, 0
    for row in documents:
        tokens = _tokens_of(row.pk, row.size_bytes, row.created_at)
        words, low, high = words + row.word_count, low + tokens.low, high + tokens.high
    return DocumentSizes(words=words, tokens=Range(low, high))


@lru_cache(maxsize=256)
def _tokens_of(document_id: int, _size_bytes: int, _created_at: datetime) -> Range[int]:
    """A document never changes, and its draft is saved at every pause in typing."""
    return tokens_in_text(Document.objects.values_list("text", flat=True).get(pk=document_id))
