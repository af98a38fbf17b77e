"""Opening a share link, and the name under which a guest reviews."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from panels.access import GUEST_NAME, SHARE_LINKS, find_access
from panels.models import ShareLink
from panels.web.access import run_access_or_404
from panels.web.forms import GuestNameForm


@require_safe
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Remember the link in the session and go on to the run's own address, without the token."""
    response = _join(request, token)
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def guest_name(request: HttpRequest, run_id: UUID) -> HttpResponse:
    access = run_access_or_404(request, run_id)
    if access.user or access.scope != "review":
        raise Http404
    form = GuestNameForm(request.POST or None, initial={"name": access.name})
    if request.method == "POST" and form.is_valid():
        request.session[GUEST_NAME] = form.cleaned_data["name"]
        return redirect("run", run_id)
    return render(
        request,
        "panels/pages/guest_name.html",
        {"form": form, "run": access.run},
        status=422 if form.errors else 200,
    )


def _join(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    link = ShareLink.objects.usable(now).with_token(token).first()
    if link is None:
        # Never existed, revoked or expired: which one is nobody's business.
        return render(request, "panels/pages/no_such_link.html", status=404)
    opened = request.session.get(SHARE_LINKS, {})
    # A session that somebody else planted must not gain what this link gives.
    request.session.cycle_key()
    request.session[SHARE_LINKS] = {**opened, str(link.run_id): link.pk}
    access = find_access(request.user, request.session, link.run_id, now)
    if access is None:
        return render(request, "panels/pages/no_such_link.html", status=404)
    return redirect("guest_name" if access.needs_name else "run", link.run_id)
