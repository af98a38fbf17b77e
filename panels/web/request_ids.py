"""Every request has an id: the proxy's or one of our own. Log lines and the answer carry it."""

import re
from collections.abc import Awaitable, Callable
from typing import cast
from uuid import uuid4

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from panels.observing import about

HEADER = "X-Request-ID"
#: Anything else could forge a log line.
_FIT_FOR_A_LOG = re.compile(r"[\w.-]{1,64}", re.ASCII)

GetResponse = Callable[[HttpRequest], HttpResponseBase]
AsyncGetResponse = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def name_request(get_response: GetResponse | AsyncGetResponse) -> GetResponse | AsyncGetResponse:
    if iscoroutinefunction(get_response):
        respond_async = cast("AsyncGetResponse", get_response)

        async def name_async(request: HttpRequest) -> HttpResponseBase:
            about.request_id.set(_id_of(request))
            return _with_id(await respond_async(request))

        return name_async

    respond = cast("GetResponse", get_response)

    def name(request: HttpRequest) -> HttpResponseBase:
        about.request_id.set(_id_of(request))
        return _with_id(respond(request))

    return name


def _id_of(request: HttpRequest) -> str:
    given = request.headers.get(HEADER, "")
    return given if _FIT_FOR_A_LOG.fullmatch(given) else uuid4().hex


def _with_id(response: HttpResponseBase) -> HttpResponseBase:
    response[HEADER] = about.request_id.get()
    return response
