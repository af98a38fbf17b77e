"""From one model's answer to the panel, and whether the panel changed it."""

from uuid import UUID

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from panels.choices import AnswerChanged
from panels.engine import dispatch
from panels.engine.answer_changed import UnableToSay, say_whether_answer_changed
from panels.engine.escalate_run import UnableToEscalate, escalate_run
from panels.engine.preflight import check_models
from panels.engine.providers import registry
from panels.live import frames
from panels.queries import load_run_snapshot
from panels.web.access import owned_run_or_404, reviewable_run_or_404
from panels.web.checked_models import Checked
from panels.web.draft_estimate import estimate_of
from panels.web.plan_problems import problem_of
from panels.web.planned_calls import models_of, plan_calls
from panels.web.refusals import refusal
from panels.web.review_forms import AnswerChangedForm


@require_POST
def escalate(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask the panel of the preset, as it was frozen, the same question. Its owner pays for it."""
    single = owned_run_or_404(request, run_id)
    plan = plan_calls(single.panel, registry())
    if problem := problem_of(plan.rows):
        return refusal(request, problem)
    checked = Checked(async_to_sync(check_models)(models_of(plan.calls), registry()))
    if checked.problems:
        return refusal(request, " ".join(checked.problems))
    documents = single.documents.attached()
    estimate = estimate_of(single, plan.panel, documents, registry())
    try:
        run = escalate_run(
            single, panel=plan.panel, now=timezone.now(), estimate_json=estimate.to_json()
        )
    except UnableToEscalate as unable:
        return refusal(request, str(unable))
    async_to_sync(dispatch.launch)(run.pk)
    return redirect("run", run.pk)


@require_POST
def say_changed(request: HttpRequest, run_id: UUID) -> HttpResponse:
    access = reviewable_run_or_404(request, run_id)
    form = AnswerChangedForm(request.POST)
    if not form.is_valid():
        return refusal(request, form.first_error)
    try:
        say_whether_answer_changed(access.run, AnswerChanged(form.cleaned_data["answer"]))
    except UnableToSay:
        return refusal(request, "No single model was asked first, so there is nothing to compare.")
    run = load_run_snapshot(run_id)
    return HttpResponse(frames.synthesis_partial(run, None))
