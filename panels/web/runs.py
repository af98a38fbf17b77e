"""The runs list: search, filter, pages, and deleting with undo."""

from urllib.parse import urlencode
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from panels.choices import ACTIVE_RUNS, RunState
from panels.engine.cancel_run import stop_run
from panels.engine.dispatch import publish
from panels.engine.events import AccessChanged
from panels.models import Run
from panels.models.runs import RunQuerySet
from panels.queries import load_run_page, load_run_row
from panels.web.access import owned_run_or_404
from panels.web.forms import RunFilterForm
from panels.web.requests import SignedInRequest

#: What the address says → what the chip says, and the states that it stands for.
FILTERS = {
    "active": ("At work", ACTIVE_RUNS),
    "review": ("In review", {RunState.REVIEW}),
    "done": ("Done", {RunState.DONE}),
    "failed": ("Failed", {RunState.FAILED}),
    "cancelled": ("Stopped", {RunState.CANCELLED}),
}


@login_required
@require_safe
def runs(request: SignedInRequest) -> HttpResponse:
    wanted = _wanted(request)
    own = Run.objects.of(request.user)
    page = load_run_page(_matching(own, wanted), before=wanted["before"], after=wanted["after"])
    context = {
        "page": page,
        "wanted": wanted,
        "chips": _chips(wanted),
        "older_address": _address(wanted, before=page.older),
        "newer_address": _address(wanted, after=page.newer),
        "has_runs": bool(page.rows) or own.started().exists(),
        "deleted": _just_deleted(request),
    }
    template = "panels/pages/runs.html"
    return render(request, f"{template}#list" if request.htmx else template, context)


@require_safe
def run_row(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One row anew, for rows whose run is at work."""
    return _render_row(request, owned_run_or_404(request, run_id))


@require_POST
async def delete_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Hide the run and stop what it still does; the row turns into an offer to undo."""
    run = await sync_to_async(_delete)(request, run_id)
    publish(AccessChanged(run_id=str(run_id)))
    # Also one in review or done: a late seat or a wish may be open beside it.
    if run.state in ACTIVE_RUNS or await run.calls.unsettled().aexists():
        await stop_run(run, now=timezone.now())
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('runs')}?{urlencode({'deleted': str(run.pk)})}")
    return await sync_to_async(render)(request, "panels/pages/runs.html#deleted", {"run": run})


@require_POST
def restore_run(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    run = _deleted(request, run_id)
    if run is None:
        raise Http404
    run.restore()
    return _render_row(request, run) if request.htmx else redirect("runs")


def _wanted(request: HttpRequest) -> dict[str, str]:
    form = RunFilterForm(request.GET)
    form.is_valid()
    return {name: form.cleaned_data.get(name, "") for name in form.fields}


def _matching(runs: RunQuerySet, wanted: dict[str, str]) -> RunQuerySet:
    found = runs.mentioning(wanted["q"])
    if wanted["state"] in FILTERS:
        found = found.filter(state__in=FILTERS[wanted["state"]][1])
    return found


def _chips(wanted: dict[str, str]) -> list[dict[str, object]]:
    labels = {"": "All"} | {key: label for key, (label, _) in FILTERS.items()}
    current = wanted["state"] if wanted["state"] in FILTERS else ""
    return [
        {
            "label": label,
            "address": _address({"q": wanted["q"], "state": key}),
            "is_current": key == current,
        }
        for key, label in labels.items()
    ]


def _address(wanted: dict[str, str], **place: str) -> str:
    """The list's address under the same search and filter, at another place; "" for no place."""
    if place and not any(place.values()):
        return ""
    kept = {"q": wanted["q"], "state": wanted["state"], **place}
    return f"{reverse('runs')}?{urlencode({key: value for key, value in kept.items() if value})}"


def _just_deleted(request: SignedInRequest) -> Run | None:
    """The run that was deleted a moment ago, where the page works without scripts."""
    try:
        run_id = UUID(request.GET.get("deleted", ""))
    except ValueError:
        return None
    return _deleted(request, run_id)


def _deleted(request: HttpRequest, run_id: UUID) -> Run | None:
    if not isinstance(request.user, User):
        return None
    return Run.objects.filter(pk=run_id, owner=request.user, deleted_at__isnull=False).first()


def _delete(request: HttpRequest, run_id: UUID) -> Run:
    run = owned_run_or_404(request, run_id)
    run.delete_softly(timezone.now())
    return run


def _render_row(request: HttpRequest, run: Run) -> HttpResponse:
    return render(request, "panels/pages/runs.html#row", {"row": load_run_row(run)})
