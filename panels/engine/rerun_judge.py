"""A person has the answers judged again, by the same judge or another. Decisions stay."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from panels.choices import DECIDABLE_RUNS
from panels.engine.judgings import begin_judging, record_past_judging
from panels.engine.wishes import (
    UnableToAsk,
    locked,
    refuse_single,
    refuse_tour,
    refuse_unless_open,
    store_panel,
    tell,
)
from panels.models import Run


def rerun_judge(
    run: Run, model: str, *, privacies: Mapping[str, str], requested_by: str, now: datetime
) -> None:
    """`model` is a model reference, or `LOCAL_JUDGE`.

    :raises UnableToAsk: before and while the answers are judged, and in a run that is over.
    """
    with transaction.atomic():
        row = locked(run.pk)
        refuse_unless_open(row)
        refuse_single(row)
        refuse_tour(row)
        if row.state not in DECIDABLE_RUNS:
            raise UnableToAsk("The panel has not finished; the judge comes after it.")
        if row.judgings.open().exists():
            raise UnableToAsk("The judge is reading the answers already.")
        record_past_judging(row.pk, now=now)
        store_panel(row, row.panel.with_judge(model), privacies)
        judging = begin_judging(row.pk, now=now, requested_by=requested_by)
    tell(row, *([judging.call] if judging.call else []))
