"""Our own past calls, as estimates learn from them."""

from panels.choices import CallRole, CallState
from panels.estimating import History, Sample
from panels.models import Call

#: The newest of each role.
SAMPLES_PER_ROLE = 300


def load_history() -> History:
    """Finished calls with known lengths; three queries, all of them from an index."""
    return History(tuple(sample for role in CallRole for sample in _samples(role)))


def _samples(role: CallRole) -> list[Sample]:
    rows = (
        Call.objects.filter(role=role, state=CallState.DONE)
        .order_by("-finished_at")
        .values_list("model_asked", "tokens_out", "tokens_reasoning", "asked_at", "finished_at")
    )
    return [
        Sample(
            role=role,
            model=model,
            tokens_out=tokens_out,
            tokens_reasoning=tokens_reasoning or 0,
            seconds=(finished - asked).total_seconds() if asked and finished else None,
        )
        for model, tokens_out, tokens_reasoning, asked, finished in rows[:SAMPLES_PER_ROLE]
        if tokens_out is not None
    ]
