"""Share links of a run: made and revoked by its owner."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from panels.engine.dispatch import publish
from panels.engine.events import AccessChanged
from panels.models import Run, ShareLink
from panels.models.shares import hash_token
from panels.web.access import owned_run_or_404
from panels.web.forms import ShareForm

TEMPLATE = "panels/pages/share.html"


@dataclass(frozen=True)
class ListedLink:
    link: ShareLink
    has_ended: bool


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def share_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = owned_run_or_404(request, run_id)
    if request.method != "POST":
        return _render(request, run, ShareForm())
    form = ShareForm(request.POST)
    if not form.is_valid():
        return _render(request, run, form)
    token = _make_link(run, form)
    # Shown in the answer to this very request: afterwards nobody can read the token again.
    address = request.build_absolute_uri(reverse("join", args=[token]))
    return _render(request, run, ShareForm(initial=form.cleaned_data), address=address)


@require_POST
def revoke_share(request: HttpRequest, run_id: UUID, link_id: int) -> HttpResponse:
    """Ends the link at once: every request checks its row, and open pages are told to leave."""
    run = owned_run_or_404(request, run_id)
    link = get_object_or_404(ShareLink, pk=link_id, run=run)
    if link.revoked_at is None:
        link.revoke(timezone.now())
        publish(AccessChanged(run_id=str(run_id)))
    return (
        _render(request, run, ShareForm())
        if _wants_part(request)
        else redirect("share_run", run_id)
    )


def _make_link(run: Run, form: ShareForm) -> str:
    now = timezone.now()
    lifetime = form.lifetime()
    token = ShareLink.new_token()
    ShareLink.objects.create(
        run=run,
        token_hash=hash_token(token),
        scope=form.cleaned_data["scope"],
        created_at=now,
        expires_at=now + lifetime if lifetime else None,
    )
    return token


def _render(request: HttpRequest, run: Run, form: ShareForm, *, address: str = "") -> HttpResponse:
    context = {
        "run": run,
        "form": form,
        "address": address,
        "links": _listed(run),
    }
    template = f"{TEMPLATE}#sharing" if _wants_part(request) else TEMPLATE
    response = render(request, template, context, status=422 if form.errors else 200)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _listed(run: Run) -> list[ListedLink]:
    now = timezone.now()
    return [
        ListedLink(link, has_ended=link.expires_at is not None and link.expires_at <= now)
        for link in run.share_links.order_by("-pk")
    ]


def _wants_part(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))
