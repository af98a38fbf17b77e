"""Permission, as views ask for it: the standing of the request with a run, or 404.

A stranger gets exactly what they would get for a run that does not exist.
"""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone

from panels.access import Access, find_access
from panels.models import Run

__all__ = ["Access", "owned_run_or_404", "reviewable_run_or_404", "run_access_or_404"]


def run_access_or_404(request: HttpRequest, run_id: UUID) -> Access:
    access = find_access(request.user, request.session, run_id, timezone.now())
    if access is None:
        raise Http404
    return access


def reviewable_run_or_404(request: HttpRequest, run_id: UUID) -> Access:
    access = run_access_or_404(request, run_id)
    if not access.can_review:
        raise Http404
    return access


def owned_run_or_404(request: HttpRequest, run_id: UUID) -> Run:
    access = run_access_or_404(request, run_id)
    if not access.is_owner:
        raise Http404
    return access.run
