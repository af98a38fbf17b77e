"""What goes wrong, as a page in our look, a part of a page for htmx, or JSON for programs."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from panels.web.database_away import database_away, is_away


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(
        request,
        404,
        "not_found",
        "There is nothing here",
        "This page does not exist, or it is not shared with you.",
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(
        request,
        400,
        "bad_request",
        "That could not be read",
        "The request was not in a form that this page understands. Go back and try again.",
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 403, "forbidden", "That is not allowed", "You may not do this here.")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error(
        request,
        403,
        "csrf_failed",
        "This page is too old",
        "Somebody signed in or out since it was opened, or cookies are switched off. "
        "Reload it and try again; copy what you typed first.",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    # Django calls this while it handles the exception.
    if is_away(sys.exception()):
        return database_away(request)
    return _error(
        request,
        500,
        "server_error",
        "Something went wrong here",
        "It is not your fault. The server's log has the details. What was saved is still there.",
    )


def _error(request: HttpRequest, status: int, code: str, title: str, sentence: str) -> HttpResponse:
    if not request.accepts("text/html") and request.accepts("application/json"):
        return JsonResponse({"error": sentence, "code": code}, status=status)
    if request.headers.get("HX-Request"):
        words = render_to_string("panels/cards/_refusal.html", {"sentence": sentence})
        return HttpResponse(words, status=status)
    context = {"title": title, "sentence": sentence, "status": status}
    # After a failure nothing is asked of session, user or database, which may be what failed.
    within = request if status < 500 else None
    return HttpResponse(
        render_to_string("panels/pages/error.html", context, request=within), status=status
    )
