"""People ask for more of a panel that has begun. Its owner pays, so its owner asks; whoever may
review may say which of a seat's answers counts.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from panels.access import name_of
from panels.engine import dispatch
from panels.engine.choose_answer import choose_answer as record_choice
from panels.engine.judge_now import judge_now as begin_judging
from panels.engine.preflight import check_models
from panels.engine.providers import registry
from panels.engine.wishes import UnableToAsk
from panels.live import frames
from panels.models import Run
from panels.queries import load_run_snapshot
from panels.web.access import owned_run_or_404, reviewable_run_or_404
from panels.web.checked_models import Checked
from panels.web.numbers import small_number
from panels.web.plan_problems import problem_of
from panels.web.planned_calls import models_of
from panels.web.refusals import refusal
from panels.web.reviewers import reviewer_of
from panels.web.wishes import NAMES, Wish, grant, read_wish

NOT_AS_SHOWN = "What would be asked is not what was shown. Look at the calls again."


@require_safe
@never_cache
def wish(request: HttpRequest, run_id: UUID, name: str) -> HttpResponse:
    """The dialog in which a wish is made, with the calls that it leads to."""
    run = owned_run_or_404(request, run_id)
    found = _read(run, name, request.GET.get("seat", ""), None)
    return HttpResponse(frames.partial("wish-body", _render(found, run), swap="innerHTML"))


@require_POST
def foresee_wish(request: HttpRequest, run_id: UUID, name: str) -> HttpResponse:
    """The calls anew, while somebody types."""
    run = owned_run_or_404(request, run_id)
    found = _read(run, name, request.POST.get("seat", ""), request.POST)
    return HttpResponse(_calls_partial(found, run, Checked()))


@require_POST
def make_wish(request: HttpRequest, run_id: UUID, name: str) -> HttpResponse:
    run = owned_run_or_404(request, run_id)
    found = _read(run, name, request.POST.get("seat", ""), request.POST)
    if sentence := _why_not(found, request.POST.get("shown", "")):
        return _refuse(request, found, run, sentence, Checked())
    checked = Checked(async_to_sync(check_models)(models_of(found.calls), registry()))
    if checked.problems:
        return _refuse(request, found, run, " ".join(checked.problems), checked)
    if checked.has_doubt and "anyway" not in request.POST:
        return _refuse(request, found, run, "Not every model could be checked.", checked)
    try:
        grant(found, run, asked_by=name_of(run.owner), now=timezone.now())
    except UnableToAsk as unable:
        return refusal(request, str(unable))
    return _launched(run_id)


@require_POST
def judge_now(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = owned_run_or_404(request, run_id)
    try:
        begin_judging(run)
    except UnableToAsk as unable:
        return refusal(request, str(unable))
    return _launched(run_id)


@require_POST
def choose_answer(request: HttpRequest, run_id: UUID, letter: str) -> HttpResponse:
    access = reviewable_run_or_404(request, run_id)
    _refuse_unknown_seat(access.run, letter)
    call_id = small_number(request.POST.get("call", ""))
    try:
        record_choice(access.run, letter, call_id or 0, reviewer_of(access), now=timezone.now())
    except UnableToAsk as unable:
        return refusal(request, str(unable))
    run = load_run_snapshot(run_id)
    return HttpResponse("".join(frames.chosen_partials(run, letter, {})))


def _read(run: Run, name: str, letter: str, typed: Mapping[str, Any] | None) -> Wish:
    if name not in NAMES:
        raise Http404
    if name == "seat":
        _refuse_unknown_seat(run, letter)
    return read_wish(name, letter, load_run_snapshot(run.pk), registry(), typed)


def _refuse_unknown_seat(run: Run, letter: str) -> None:
    if letter not in {seat.letter for seat in run.asked_panel.seats}:
        raise Http404


def _why_not(found: Wish, shown: str) -> str:
    """Why the wish can't be granted as it stands; "" when nothing is against it."""
    if found.plan is None:
        return " ".join(str(message) for errors in found.form.errors.values() for message in errors)
    if problem := problem_of(found.calls):
        return next((call.problem for call in found.calls if call.problem), problem)
    return "" if shown == found.shown else NOT_AS_SHOWN


def _refuse(
    request: HttpRequest, found: Wish, run: Run, sentence: str, checked: Checked
) -> HttpResponse:
    """With the calls as they would be now, marked with what stands against them."""
    response = refusal(request, sentence)
    response.write(_calls_partial(found, run, checked))
    return response


def _launched(run_id: UUID) -> HttpResponse:
    """Columns come by the socket alone: text may be streaming into them by now."""
    async_to_sync(dispatch.launch)(run_id)
    run = load_run_snapshot(run_id)
    partials = [frames.head_partial(run), *frames.review_partials(run), frames.ledger_partial(run)]
    return HttpResponse("".join(partials))


def _render(found: Wish, run: Run) -> str:
    return render_to_string("panels/pages/_wish.html", {"wish": found, "run": run})


def _calls_partial(found: Wish, run: Run, checked: Checked) -> str:
    calls = checked.mark_calls(found.calls)
    values = {"wish": found, "calls": calls, "run": run, "checked": checked}
    html = render_to_string("panels/pages/_wish_calls.html", values)
    return frames.partial("wish-calls", html, swap="innerHTML")
