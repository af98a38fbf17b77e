"""The new-run page. A person's open draft is its memory: nothing typed or attached is ever lost."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from panels.templatetags.figures import amount
from panels.web.drafts import keep_typed, open_draft, own_run_or_404
from panels.web.forms import DraftForm
from panels.web.new_run_page import TEMPLATE, page_context, render_page
from panels.web.requests import SignedInRequest


@login_required
@require_safe
def new_run(request: SignedInRequest) -> HttpResponse:
    draft = open_draft(request.user, timezone.now())
    chosen = request.GET.get("preset") or draft.preset_key
    kept = {
        "question": draft.question,
        "preset": chosen,
        "is_local_only": draft.is_local_only,
        "cap": amount(draft.cap_usd),
    }
    return render_page(request, draft, DraftForm(initial=kept))


@login_required
@require_POST
def save_draft(request: SignedInRequest, run_id: UUID) -> HttpResponse:
    """Autosave. Answers with a word beside the question, and with the calls of the preset."""
    draft = own_run_or_404(request.user, run_id)
    form = DraftForm(request.POST)
    if form.can_be_kept and not keep_typed(request.user, run_id, **form.typed()):
        return render(request, f"{TEMPLATE}#started_meanwhile", {"draft": draft}, status=409)
    draft.refresh_from_db()
    status = 200 if form.is_valid() else 422
    return render(request, f"{TEMPLATE}#saved", page_context(draft, form), status=status)
