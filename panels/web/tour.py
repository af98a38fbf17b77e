"""The guided tour: a scripted run, one click away."""

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from panels.documents import read_document
from panels.engine.dispatch import launch
from panels.engine.providers import registry
from panels.engine.start_run import start_run
from panels.models import Document, Run
from panels.tour import TOUR_DOCUMENT, TOUR_PANEL, TOUR_QUESTION, TOUR_TITLE
from panels.web.requests import signed_in_user

DOCUMENT_NAME = "adr-014.md"


@login_required
@require_POST
async def start_tour(request: HttpRequest) -> HttpResponse:
    run = await sync_to_async(_start)(await signed_in_user(request))
    await launch(run.pk)
    return redirect("run", run.pk)


@transaction.atomic
def _start(user: User) -> Run:
    now = timezone.now()
    run = Run.objects.create(
        owner=user, title=TOUR_TITLE, question=TOUR_QUESTION, is_tour=True, created_at=now
    )
    data = TOUR_DOCUMENT.encode()
    read = read_document(DOCUMENT_NAME, data)
    Document.objects.create(
        run=run,
        name=DOCUMENT_NAME,
        kind=read.kind,
        text=read.text,
        word_count=read.word_count,
        size_bytes=len(data),
        created_at=now,
    )
    panel = TOUR_PANEL.frozen(registry().privacy_of)
    start_run(run, panel=panel, preset_key="tour", preset_name="Guided tour", now=now)
    return run
