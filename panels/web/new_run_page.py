"""What the new-run page shows, whichever view was asked for it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from panels.engine.providers import registry
from panels.engine.retrying import RetryPolicy
from panels.models import Run
from panels.panel import Panel
from panels.queries import PresetSnapshot, presets_for
from panels.web.attach_documents import RefusedDocument, in_megabytes
from panels.web.checked_models import Checked
from panels.web.draft_estimate import estimate_of
from panels.web.forms import DraftForm, PastedDocumentForm
from panels.web.money_around import money_around
from panels.web.planned_calls import plan_calls

TEMPLATE = "panels/pages/new_run.html"


def render_page(
    request: HttpRequest,
    draft: Run,
    form: DraftForm,
    *,
    paste: PastedDocumentForm | None = None,
    refused: Iterable[RefusedDocument] = (),
    checked: Checked | None = None,
) -> HttpResponse:
    """`checked`: what the providers said about the models, where they were asked."""
    context = page_context(draft, form, paste=paste, refused=refused, checked=checked)
    has_errors = bool(form.errors or context["refused"] or context["paste"].errors)
    return render(request, TEMPLATE, context, status=422 if has_errors else 200)


def page_context(
    draft: Run,
    form: DraftForm,
    *,
    paste: PastedDocumentForm | None = None,
    refused: Iterable[RefusedDocument] = (),
    checked: Checked | None = None,
) -> dict[str, Any]:
    presets = presets_for(draft.owner)
    chosen = chosen_preset(presets, form["preset"].value())
    documents = list(draft.documents.attached().defer("text").order_by("pk"))
    words = sum(row.word_count for row in documents)
    plan = plan_calls(panel_of(chosen, form), registry(), document_words=words)
    estimate = estimate_of(draft, plan.panel, documents, registry())
    return {
        "draft": draft,
        "form": form,
        "paste": _paste_to_show(paste, refused),
        "refused": tuple(refused),
        "presets": presets,
        "chosen": chosen,
        "plan": (checked or Checked()).mark(plan.with_estimate(estimate)),
        "checked": checked,
        "estimate": estimate,
        "money": money_around(draft, estimate, registry(), timezone.now()),
        "most_retries": RetryPolicy().most_retries_per_call,
        "documents": documents,
        "removed": draft.documents.removed().defer("text").order_by("removed_at").last(),
        "most_documents": settings.MOST_DOCUMENTS,
        "most_size": in_megabytes(settings.MOST_DOCUMENT_BYTES),
    }


def chosen_preset(presets: tuple[PresetSnapshot, ...], key: str) -> PresetSnapshot:
    """The preset of that key, else the first: there is always a built-in one."""
    return next((preset for preset in presets if preset.key == key), presets[0])


def panel_of(preset: PresetSnapshot, form: DraftForm) -> Panel:
    """The preset's panel, kept inside if the preset or the person says so."""
    is_local_only = preset.panel.is_local_only or bool(form["is_local_only"].value())
    return replace(preset.panel, is_local_only=is_local_only)


def _paste_to_show(
    paste: PastedDocumentForm | None, refused: Iterable[RefusedDocument]
) -> PastedDocumentForm:
    """Pasted text stays in its place until it is attached."""
    is_kept = paste and (paste.errors or any(document.is_pasted for document in refused))
    return paste if paste and is_kept else PastedDocumentForm()
