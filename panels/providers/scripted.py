"""The provider whose models answer from scripts: for tests, for the load benchmark, for the tour.

Only the network is replaced: requests go through the real client, answers through the real parser.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing

import httpx

from panels.choices import Privacy
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.requests import Timeouts
from panels.providers.scripted_answer import (
    ScriptedAnswer,
    ScriptedCut,
    answer_to,
    model_list,
    stream_bytes,
)
from panels.providers.scripts import ScriptBook

NAME = "scripted"


class ScriptedTransport(httpx.AsyncBaseTransport):
    def __init__(self, book: ScriptBook) -> None:
        self._book = book

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, content=model_list(self._book), request=request)
        answer = await answer_to(self._book, request.content)
        if answer.body is not None:
            return httpx.Response(answer.status, headers=answer.headers, content=answer.body)
        return httpx.Response(200, headers=answer.headers, stream=ScriptedStream(answer))


class ScriptedStream(httpx.AsyncByteStream):
    def __init__(self, answer: ScriptedAnswer) -> None:
        assert answer.request is not None
        self._script = answer.script
        self._request = answer.request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async with aclosing(stream_bytes(self._script, self._request)) as pieces:
                async for piece in pieces:
                    yield piece
        except ScriptedCut as cut:
            self._request.is_complete = True
            raise httpx.ReadError(str(cut)) from None

    async def aclose(self) -> None:
        self._request.was_closed_early = not self._request.is_complete


class ScriptedProvider(OpenAICompatible):
    def __init__(self, book: ScriptBook, *, timeouts: Timeouts | None = None) -> None:
        self.book = book
        client = httpx.AsyncClient(transport=ScriptedTransport(book))
        super().__init__(
            name=NAME,
            base_url="http://scripted.invalid/v1",
            client=client,
            timeouts=timeouts,
            is_free=True,
            privacy=Privacy.THIS_MACHINE,
            inside_client=client,
        )
        self._own_client = client

    async def close(self) -> None:
        await self._own_client.aclose()
