"""The run page and its exports."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from panels.cards import run_page_context
from panels.exports.as_json import export_json
from panels.exports.markdown import export_markdown
from panels.queries import load_run_snapshot
from panels.web.access import run_access_or_404

EXPORTS = {
    "md": (export_markdown, "text/markdown; charset=utf-8"),
    "json": (export_json, "application/json"),
}


@require_safe
@never_cache
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    access = run_access_or_404(request, run_id)
    if access.needs_name:
        return redirect("guest_name", run_id)
    snapshot = load_run_snapshot(run_id)
    context = run_page_context(snapshot, can_review=access.can_review, is_owner=access.is_owner)
    context["socket_url"] = f"/ws/runs/{run_id}/?digest={snapshot.digest()}"
    context["access"] = access
    return render(request, "panels/pages/run.html", context)


@require_safe
@never_cache
def export_run(request: HttpRequest, run_id: UUID, form: str) -> HttpResponse:
    """The whole run as a file: `form` is "md" or "json"."""
    run_access_or_404(request, run_id)
    if form not in EXPORTS:
        raise Http404
    export, content_type = EXPORTS[form]
    response = HttpResponse(export(load_run_snapshot(run_id)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="fusionweb-run-{run_id}.{form}"'
    return response
