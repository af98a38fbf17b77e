"""The database does not answer: say so, say what to do, and lose nothing that somebody typed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.template.loader import render_to_string

RETRY_SECONDS = 5
#: What a person sees of it is a text, not a choice that the page made.
LONG_CHARACTERS = 80
_NEVER_SHOWN = frozenset({"csrfmiddlewaretoken", "password"})

READING = (
    "The database does not answer. Nothing that was saved is lost, and runs go on by themselves."
)
SENDING = "The database does not answer, so this was not saved. Try again in a moment."


def is_away(error: BaseException | None) -> bool:
    return isinstance(error, (OperationalError, InterfaceError))


def database_away(request: HttpRequest) -> HttpResponse:
    """A page, a part of one for htmx, or JSON. Asks nothing of session, user or database."""
    sentence = READING if request.method in ("GET", "HEAD") else SENDING
    response = _in_its_form(request, sentence)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _in_its_form(request: HttpRequest, sentence: str) -> HttpResponse:
    if not request.accepts("text/html") and request.accepts("application/json"):
        body = {"error": sentence, "code": "database_away", "retry_after_seconds": RETRY_SECONDS}
        return JsonResponse(body, status=503)
    if request.headers.get("HX-Request"):
        words = render_to_string("panels/cards/_refusal.html", {"sentence": sentence})
        return HttpResponse(words, status=503)
    context = {"address": request.get_full_path(), "sentence": sentence, "sent": _sent(request)}
    return HttpResponse(render_to_string("panels/pages/database_away.html", context), status=503)


@dataclass(frozen=True)
class SentField:
    name: str
    value: str

    @property
    def is_text(self) -> bool:
        return len(self.value) > LONG_CHARACTERS or "\n" in self.value


@dataclass(frozen=True)
class SentForm:
    """What a form sent, ready to be sent again."""

    token: str
    fields: tuple[SentField, ...]
    file_names: tuple[str, ...]


def _sent(request: HttpRequest) -> SentForm | None:
    """None unless it was a form of ours: another site's must not become ours by this page."""
    if request.method != "POST" or not _is_our_form(request):
        return None
    return SentForm(
        token=get_token(request),
        fields=tuple(_fields(request)),
        file_names=tuple(
            file.name or "" for name in request.FILES for file in request.FILES.getlist(name)
        ),
    )


def _is_our_form(request: HttpRequest) -> bool:
    """The middleware's own check, which a request that failed early has not been through."""
    return CsrfViewMiddleware(_nothing).process_view(request, _nothing, (), {}) is None


def _nothing(_: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _fields(request: HttpRequest) -> Iterator[SentField]:
    for name, values in request.POST.lists():
        if name not in _NEVER_SHOWN:
            yield from (SentField(name, str(value)) for value in values)
