"""How many runs are under way, from the small index that holds no others."""

from django.db.models import Count, QuerySet

from panels.choices import ACTIVE_RUNS
from panels.models import Run


def count_unfinished() -> dict[str, int]:
    """By state, each of them, also where there is none."""
    found = runs_under_way().order_by().values_list("state").annotate(count=Count("pk"))
    return {**dict.fromkeys(sorted(ACTIVE_RUNS), 0), **dict(found)}


def runs_under_way() -> QuerySet[Run]:
    return Run.objects.filter(state__in=sorted(ACTIVE_RUNS), deleted_at=None)
