"""A clear no: in the page for htmx, as JSON for programs, as a plain page for the rest."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def refusal(request: HttpRequest, sentence: str, *, status: int = 409) -> HttpResponse:
    """Say why nothing was done; the page keeps what the person typed."""
    if request.headers.get("HX-Request"):
        return render(request, "panels/cards/_refusal.html", {"sentence": sentence}, status=status)
    if request.accepts("text/html"):
        return render(request, "panels/pages/refused.html", {"sentence": sentence}, status=status)
    return JsonResponse({"error": sentence}, status=status)
