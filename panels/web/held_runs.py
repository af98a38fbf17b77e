"""A run that waits at a cap: its owner raises the cap, and it goes on."""

from uuid import UUID

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from panels.choices import Hold
from panels.engine import dispatch, raise_cap
from panels.live import frames
from panels.models import Run
from panels.queries import load_run_snapshot
from panels.queries.personal_caps import caps_of
from panels.web.access import owned_run_or_404
from panels.web.forms import RunCapForm
from panels.web.money_rights import may_manage_money
from panels.web.refusals import refusal

_PERSONAL = frozenset({Hold.DAY_CAP, Hold.MONTH_CAP})


@require_POST
def go_on(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """With a new cap, in spite of an unknown price, or (`again`) in the hope for room."""
    run = owned_run_or_404(request, run_id)
    if not run.hold:
        return refusal(request, "This run does not wait any more.")
    try:
        released = raise_cap.try_again(run) if "again" in request.POST else _raise(request, run)
    except _NotRaised as refused:
        return refusal(request, str(refused), status=422)
    for released_id in released:
        async_to_sync(dispatch.launch)(released_id)
    return HttpResponse(frames.head_partial(load_run_snapshot(run_id)))


class _NotRaised(Exception):
    """With the sentence that says why."""


def _raise(request: HttpRequest, run: Run) -> list[UUID]:
    """Raise what holds the run; the runs that go on.

    :raises _NotRaised: when the person may not, or the amount is none.
    """
    is_personal = run.hold in _PERSONAL
    if run.hold == Hold.UNKNOWN_PRICE:
        is_personal = any(cap is not None for cap in caps_of(run.owner_id))
    if is_personal and not may_manage_money(request.user):
        raise _NotRaised("Only staff may raise the caps of a day and of a month.")
    if run.hold == Hold.UNKNOWN_PRICE:
        return raise_cap.allow_unknown_prices(run)
    form = RunCapForm(request.POST)
    if run.hold in _PERSONAL:
        form.fields["cap"].required = True
    if not form.is_valid():
        raise _NotRaised(str(form.errors["cap"][0]))
    cap_usd = form.cleaned_data["cap"]
    if run.hold in _PERSONAL:
        return raise_cap.set_personal_cap(run.owner_id, Hold(run.hold), cap_usd)
    return raise_cap.set_run_cap(run, cap_usd)
