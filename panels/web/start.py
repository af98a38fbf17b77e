"""Starting the panel, or one model first: check all, freeze the draft, set the engine going."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from panels.choices import Lane
from panels.engine.dispatch import launch
from panels.engine.preflight import check_models
from panels.engine.providers import registry
from panels.engine.start_run import UnableToStart, start_run
from panels.models import Run
from panels.queries import PresetSnapshot, find_preset
from panels.web.checked_models import Checked
from panels.web.draft_documents import attach_typed
from panels.web.draft_estimate import estimate_of, estimate_of_one
from panels.web.drafts import keep_typed, own_run_or_404
from panels.web.forms import DraftForm, PastedDocumentForm
from panels.web.new_run_page import panel_of, render_page
from panels.web.plan_problems import problem_of
from panels.web.planned_calls import CallPlan, PlannedCall, models_of, plan_calls
from panels.web.requests import signed_in_user
from panels.web.titles import title_of


@login_required
@require_POST
async def start(request: HttpRequest, run_id: UUID) -> HttpResponse:
    user = await signed_in_user(request)
    draft = await sync_to_async(own_run_or_404)(user, run_id)
    if not draft.is_draft:  # A second click, or another window.
        return redirect("run", draft.pk)
    form, paste = DraftForm(request.POST), PastedDocumentForm(request.POST)
    refused = await attach_typed(draft, request, paste)
    intent = await sync_to_async(_checked_intent)(draft, form)
    checked = Checked()
    if intent and not (form.errors or paste.errors or refused):
        checked = await _check_models(intent, form, is_bold="start_anyway" in request.POST)
    if intent is None or form.errors or paste.errors or refused:
        return await sync_to_async(render_page)(
            request, draft, form, paste=paste, refused=refused, checked=checked
        )
    await sync_to_async(_start)(draft, form.typed(), intent)
    await launch(draft.pk)
    return redirect("run", draft.pk)


@dataclass(frozen=True)
class _Intent:
    """What is to be started."""

    preset: PresetSnapshot
    plan: CallPlan
    lane: Lane

    @property
    def calls(self) -> tuple[PlannedCall, ...]:
        return tuple(self.plan.rows_in(self.lane))


def _checked_intent(draft: Run, form: DraftForm) -> _Intent | None:
    """None without a preset. The form says what is wrong, as far as it is known by now."""
    preset = _checked_preset(draft, form)
    if preset is None:
        return None
    plan = plan_calls(panel_of(preset, form), registry())
    wanted = (form.data.get("lane"), form.data.get("start_anyway"))
    lane = Lane.SINGLE if Lane.SINGLE in wanted else Lane.PANEL
    intent = _Intent(preset, plan, lane)
    if problem := problem_of(intent.calls):
        form.add_error("preset", problem)
    return intent


async def _check_models(intent: _Intent, form: DraftForm, *, is_bold: bool) -> Checked:
    """Ask the providers, for nothing. Who is bold starts in spite of what they did not answer."""
    checked = Checked(await check_models(models_of(intent.calls), registry()))
    if checked.has_problem:
        form.add_error("preset", "A model of this preset can't be called, as marked below.")
    elif checked.has_doubt and not is_bold:
        form.add_error("preset", "Not every model could be checked, as marked below.")
    return checked


def _checked_preset(draft: Run, form: DraftForm) -> PresetSnapshot | None:
    if form.can_be_kept:
        keep_typed(draft.owner, draft.pk, **form.typed())
        if not form.typed()["question"].strip() and not draft.documents.attached().exists():
            form.add_error("question", "Write a question, or attach a document.")
    preset = find_preset(draft.owner, form.data.get("preset", ""))
    if preset is None:
        form.add_error("preset", "Choose a preset.")
    return preset


@transaction.atomic
def _start(draft: Run, typed: dict[str, Any], intent: _Intent) -> None:
    draft.refresh_from_db()
    documents = list(draft.documents.attached().order_by("pk"))
    first = documents[0] if documents else None
    foresee = estimate_of_one if intent.lane == Lane.SINGLE else estimate_of
    estimate = foresee(draft, intent.plan.panel, documents, registry())
    draft.title = title_of(
        typed["question"],
        document_text=first.text if first else "",
        document_name=first.name if first else "",
    )
    draft.save(update_fields=["title"])
    try:
        start_run(
            draft,
            panel=intent.plan.panel,
            preset_key=intent.preset.key,
            preset_name=intent.preset.name,
            lane=intent.lane,
            now=timezone.now(),
            estimate_json=estimate.to_json(),
        )
    except UnableToStart:
        # Another window was faster: the run is under way, which is what was asked for.
        return
