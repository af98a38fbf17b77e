"""Documents of the draft: by picker, drop or paste, several at once; and taking one away."""

from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from panels.models import Document, Run
from panels.web.attach_documents import RefusedDocument, attach, read_paste, read_uploads
from panels.web.drafts import keep_typed, own_draft_or_404
from panels.web.forms import DraftForm, PastedDocumentForm
from panels.web.new_run_page import TEMPLATE, page_context, render_page
from panels.web.requests import SignedInRequest, signed_in_user


@login_required
@require_POST
async def add_documents(request: HttpRequest, run_id: UUID) -> HttpResponse:
    draft = await sync_to_async(own_draft_or_404)(await signed_in_user(request), run_id)
    paste = PastedDocumentForm(request.POST)
    refused = await attach_typed(draft, request, paste)
    return await sync_to_async(_show_documents)(request, draft, paste, refused)


@login_required
@require_POST
def remove_document(request: SignedInRequest, run_id: UUID, document_id: int) -> HttpResponse:
    draft = own_draft_or_404(request.user, run_id)
    get_object_or_404(Document.objects.attached(), pk=document_id, run=draft).remove(timezone.now())
    return _show_documents(request, draft, PastedDocumentForm(request.POST), [])


@login_required
@require_POST
def restore_document(request: SignedInRequest, run_id: UUID, document_id: int) -> HttpResponse:
    draft = own_draft_or_404(request.user, run_id)
    document = get_object_or_404(Document.objects.removed(), pk=document_id, run=draft)
    if draft.documents.attached().count() < settings.MOST_DOCUMENTS:
        document.restore()
    return _show_documents(request, draft, PastedDocumentForm(request.POST), [])


async def attach_typed(
    draft: Run, request: HttpRequest, paste: PastedDocumentForm
) -> list[RefusedDocument]:
    """Attach the files and the pasted text that came with the form; what was refused."""
    documents = await read_uploads(request.FILES.getlist("files"))
    if paste.is_valid() and paste.cleaned_data["paste_text"].strip():
        documents.append(
            await read_paste(paste.cleaned_data["paste_name"], paste.cleaned_data["paste_text"])
        )
    return await sync_to_async(attach)(draft, documents, timezone.now())


def _show_documents(
    request: HttpRequest,
    draft: Run,
    paste: PastedDocumentForm,
    refused: list[RefusedDocument],
) -> HttpResponse:
    """The question and the preset came along with the form, so they are kept too."""
    form = DraftForm(request.POST)
    if form.can_be_kept:
        keep_typed(draft.owner, draft.pk, **form.typed())
        draft.refresh_from_db()
    if request.headers.get("HX-Request"):
        context = page_context(draft, form, paste=paste, refused=refused)
        return render(request, f"{TEMPLATE}#documents_changed", context)
    if form.errors or paste.errors or refused:
        return render_page(request, draft, form, paste=paste, refused=refused)
    return redirect("new_run")
