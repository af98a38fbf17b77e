"""The probes of `panels/probing`, in front of everything that may fail, redirect or need a name."""

from typing import cast

from asgiref.sync import async_to_sync, iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from panels.probing.answers import PATHS, answer
from panels.web.loopback import is_loopback
from panels.web.request_ids import AsyncGetResponse, GetResponse


@sync_and_async_middleware
def answer_probes(get_response: GetResponse | AsyncGetResponse) -> GetResponse | AsyncGetResponse:
    if iscoroutinefunction(get_response):
        respond_async = cast("AsyncGetResponse", get_response)

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            if request.path in PATHS:
                return await _answer(request)
            return await respond_async(request)

        return answer_async

    respond = cast("GetResponse", get_response)

    def answer_sync(request: HttpRequest) -> HttpResponseBase:
        if request.path in PATHS:
            return async_to_sync(_answer)(request)
        return respond(request)

    return answer_sync


async def _answer(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    found = await answer(
        request.path,
        is_local=is_loopback(request),
        authorization=request.headers.get("Authorization", ""),
    )
    return HttpResponse(
        found.body,
        status=found.status,
        content_type=found.content_type,
        headers={**found.headers, "Cache-Control": "no-store"},
    )
