"""Styles and scripts over HTTP: `{% static %}` names them, the middleware answers for them."""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import Storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware

from panels.static_files.catalogue import Catalogue, StaticFile, make_catalogue

_FOR_GOOD = "public, max-age=31536000, immutable"
GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class ContentNamedStorage(Storage):
    """What `{% static 'panels/css/site.css' %}` asks for the address of a file."""

    def url(self, name: str | None) -> str:
        try:
            return f"/{settings.STATIC_URL.lstrip('/')}{catalogue().paths[name or '']}"
        except KeyError:
            raise ValueError(f"There is no static file “{name}”.") from None


def catalogue() -> Catalogue:
    return _made_once.__wrapped__() if settings.DEBUG else _made_once()


@lru_cache(maxsize=1)
def _made_once() -> Catalogue:
    found = {
        path.replace("\\", "/"): storage.path(path)
        for finder in get_finders()
        for path, storage in finder.list(ignore_patterns=[".*"])
    }
    return make_catalogue(sorted(found), lambda path: Path(found[path]).read_bytes())


@sync_and_async_middleware
def static_files(get_response: GetResponse) -> GetResponse:
    """Answers for static files before anything else of a request is looked at."""
    catalogue()
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            return _answer(request) or await get_response(request)

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        return _answer(request) or get_response(request)  # type: ignore[return-value]

    return answer


def _answer(request: HttpRequest) -> HttpResponse | None:
    prefix = f"/{settings.STATIC_URL.lstrip('/')}"
    if not request.path_info.startswith(prefix) or request.method not in ("GET", "HEAD"):
        return None
    file = catalogue().files.get(request.path_info.removeprefix(prefix))
    return None if file is None else _response(file, request)


def _response(file: StaticFile, request: HttpRequest) -> HttpResponse:
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    small = file.gzipped if takes_gzip else None
    response = HttpResponse(small or file.body, content_type=file.content_type)
    response["Cache-Control"] = _FOR_GOOD
    response["Content-Length"] = str(len(small or file.body))
    if small:
        response["Content-Encoding"] = "gzip"
    if file.gzipped:
        patch_vary_headers(response, ["Accept-Encoding"])
    return response
