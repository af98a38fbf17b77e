"""The spend page: what was spent, on what, by whom, and how estimates have held."""

from collections.abc import Iterator
from typing import Any

from asgiref.sync import async_to_sync
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from panels.access import name_of
from panels.engine import dispatch
from panels.engine.raise_cap import set_personal_cap
from panels.queries.drift import load_drift
from panels.queries.personal_caps import load_caps, load_caps_of_everybody
from panels.queries.spend import ended_calls, load_spend
from panels.web.csv_rows import csv_text
from panels.web.forms import PersonalCapForm
from panels.web.money_rights import may_manage_money
from panels.web.requests import SignedInRequest
from panels.web.spend_charts import drift_chart, spend_chart
from panels.web.spend_filter import SpendFilter, filter_from, groups_for

ROW_HEADER = ("group", "calls", "tokens_in", "tokens_out", "cost_usd", "calls_of_unknown_cost")
CALL_HEADER = (
    "ended_at", "person", "preset", "run", "role", "model", "state", "tokens_in", "tokens_out",
    "cost_usd", "cost_source",
)  # fmt: skip


@login_required
@require_safe
@never_cache
def spend(request: SignedInRequest) -> HttpResponse:
    return _render(request)


@login_required
@require_safe
@never_cache
def spend_csv(request: SignedInRequest, what: str) -> HttpResponse:
    """`what`: "rows" as on the page, or every one of the "calls"."""
    shown = _filter(request)
    if what == "rows":
        text = csv_text(ROW_HEADER, _rows(request.user, shown))
    elif what == "calls":
        text = csv_text(CALL_HEADER, _calls(request.user, shown))
    else:
        raise Http404
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    period = f"{shown.period.since}-{shown.period.until}"
    response["Content-Disposition"] = f'attachment; filename="fusionweb-spend-{period}.csv"'
    return response


@login_required
@require_POST
def set_cap(request: SignedInRequest, user_id: int) -> HttpResponse:
    """Staff set a person's cap; their runs that waited for it go on."""
    if not may_manage_money(request.user):
        raise Http404
    person = get_object_or_404(User, pk=user_id)
    form = PersonalCapForm(request.POST)
    if not form.is_valid():
        return _render(request, cap_form=form, cap_of=person.pk, status=422)
    for run_id in set_personal_cap(person.pk, form.hold, form.cleaned_data["cap"]):
        async_to_sync(dispatch.launch)(run_id)
    return redirect("spend")


def _render(
    request: SignedInRequest,
    *,
    cap_form: PersonalCapForm | None = None,
    cap_of: int | None = None,
    status: int = 200,
) -> HttpResponse:
    is_staff, now = may_manage_money(request.user), timezone.now()
    shown, user_id = _filter(request), _whose(request.user)
    report = load_spend(shown.period, shown.group, user_id=user_id)
    drift = load_drift(shown.period, user_id=user_id)
    context: dict[str, Any] = {
        "shown": shown,
        "groups": groups_for(is_staff=is_staff),
        "report": report,
        "chart": spend_chart(report),
        "drift": drift,
        "drift_chart": drift_chart(drift),
        "is_staff": is_staff,
        "caps": load_caps(request.user, now),
        "people": load_caps_of_everybody(now) if is_staff else (),
        "cap_form": cap_form,
        "cap_of": cap_of,
    }
    return render(request, "panels/pages/spend.html", context, status=status)


def _filter(request: SignedInRequest) -> SpendFilter:
    return filter_from(
        request.GET.dict(),
        today=timezone.localdate(),
        is_staff=may_manage_money(request.user),
    )


def _whose(user: User) -> int | None:
    """Whose calls are shown: everybody's to those who manage the money."""
    return None if may_manage_money(user) else user.pk


def _rows(user: User, shown: SpendFilter) -> Iterator[tuple[object, ...]]:
    report = load_spend(shown.period, shown.group, user_id=_whose(user))
    for row in (*report.rows, report.total):
        yield (
            row.label,
            row.calls,
            row.tokens_in,
            row.tokens_out,
            row.cost_usd,
            row.unknown_calls,
        )


def _calls(user: User, shown: SpendFilter) -> Iterator[tuple[object, ...]]:
    names = {person.pk: name_of(person) for person in User.objects.all()}
    rows = ended_calls(shown.period, _whose(user)).order_by("finished_at", "pk")
    for finished, owner, *rest in rows.values_list(
        "finished_at", "run__owner", "run__preset_name", "run", "role", "model_asked", "state",
        "tokens_in", "tokens_out", "cost_usd", "cost_source",
    ):  # fmt: skip
        yield (timezone.localtime(finished).isoformat(), names[owner], *rest)
