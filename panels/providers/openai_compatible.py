"""The provider for every endpoint that speaks OpenAI's chat completions over HTTP.

A vendor's differences are hooks that its own small file overrides: `max_tokens_field`,
`has_grammar`, `has_json_schema`, `reasoning_fields`, `returned_reasoning`, `serves_web`,
`server_tools`, `can_refuse_data_collection` with `data_fields`, `vendor_headers`, `model_of`,
`lists_model`.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

from panels.choices import Privacy
from panels.providers.boundary import Boundary
from panels.providers.dispensable import DISPENSABLE, NEWER_LIMIT, dispensable_field
from panels.providers.errors import (
    FirstTokenTimedOut,
    NotConfigured,
    ProviderError,
    UnreadableStream,
)
from panels.providers.http import NETWORK_ERRORS, provider_error
from panels.providers.model_lists import is_listed, model_from_row, rows_of
from panels.providers.privacy import privacy_of_address
from panels.providers.reading import Patience, read_answer, read_refusal
from panels.providers.redaction import Redactor
from panels.providers.refusals import error_of_answer, report_from_body, retry_after
from panels.providers.requests import (
    CompletionRequest,
    Message,
    ModelInfo,
    Timeouts,
    WebAccess,
)
from panels.providers.response_format import response_format
from panels.providers.stream import StreamEvent
from panels.providers.tool_calls import message_json, tools_fields

T = TypeVar("T")

MODEL_LIST_SECONDS = 15.0


class OpenAICompatible:
    max_tokens_field = "max_tokens"
    has_grammar = False
    has_json_schema = True
    can_refuse_data_collection = False

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        client: httpx.AsyncClient,
        api_key: str = "",
        timeouts: Timeouts | None = None,
        headers: Mapping[str, str] | None = None,
        extra_body: Mapping[str, Any] | None = None,
        is_free: bool = False,
        privacy: Privacy | None = None,
        inside_client: httpx.AsyncClient | None = None,
    ) -> None:
        """`extra_body` holds defaults of the endpoint's own; what a request says wins over them.

        `privacy` is read from the address where it is not given.
        The clients belong to whoever made them, and are not closed here.
        """
        self.name = name
        self.base_url = base_url.rstrip("/")
        self.is_free = is_free
        self.timeouts = timeouts or Timeouts()
        self.privacy = privacy or privacy_of_address(base_url)
        self._boundary = Boundary(
            provider_name=name, privacy=self.privacy, client=client, inside=inside_client
        )
        self.api_key = api_key
        self._headers = dict(headers or {})
        self._extra_body = dict(extra_body or {})
        self._redactor = Redactor(api_key)
        #: (model, field) that this server has refused before.
        self._refused_fields: set[tuple[str, str]] = set()

    # What a vendor may change

    def reasoning_fields(self, effort: str) -> dict[str, Any]:
        return {"reasoning_effort": effort}

    def returned_reasoning(self, message: Message) -> dict[str, Any]:
        """The fields in which a message takes back the thoughts that led to its tool calls."""
        return {}

    def serves_web(self, model: str, web: WebAccess) -> bool:
        """Whether this provider itself searches and fetches for that model, within these limits."""
        return False

    def server_tools(self, web: WebAccess) -> dict[str, Any]:
        """The fields of the request that ask for it.

        :raises NotConfigured: where the provider has no such tools.
        """
        raise NotConfigured(f"The provider “{self.name}” has no web tools of its own.")

    def data_fields(self) -> dict[str, Any]:
        """The fields that ask for data to be neither kept nor trained on."""
        return {}

    def vendor_headers(self) -> dict[str, str]:
        return {}

    def model_of(self, row: dict[str, Any]) -> ModelInfo | None:
        """A row of the model list; None leaves it out."""
        return model_from_row(row)

    def lists_model(self, slug: str, listed: frozenset[str]) -> bool:
        """Whether a list of these slugs means that this one is there."""
        return is_listed(slug, listed)

    # What the engine calls

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[StreamEvent, None]:
        patience = Patience(self.timeouts)
        try:
            response = await self._answer(request, patience)
            try:
                async with aclosing(read_answer(response, patience)) as events:
                    async for event in events:
                        yield event
            finally:
                await _close(response)
        except ProviderError as error:
            # Without its cause: that one's text may hold the key.
            raise self._redactor.error(error) from None

    async def list_models(self) -> list[ModelInfo]:
        """:raises ProviderError: when the list can't be had."""
        rows = await self.within(MODEL_LIST_SECONDS, "model list", self._model_rows())
        return [model for row in rows if (model := self.model_of(row)) is not None]

    async def close(self) -> None:
        """Nothing to end here: the client is its maker's."""

    async def within(self, seconds: float, what: str, asking: Coroutine[Any, Any, T]) -> T:
        """What a free question answers, within that time and without the key in its errors.

        :raises ProviderError: whatever goes wrong; nothing else.
        """
        try:
            async with asyncio.timeout(seconds):
                return await asking
        except TimeoutError:
            raise FirstTokenTimedOut(f"No {what} within {seconds:g} seconds.") from None
        except ProviderError as error:
            raise self._redactor.error(error) from None

    # The request

    def body_of(self, request: CompletionRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            **self._extra_body,
            "model": request.model,
            "messages": [
                message_json(message, self.returned_reasoning) for message in request.messages
            ],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.temperature is not None:
            body["temperature"] = request.temperature
        if request.max_tokens is not None:
            refused = (request.model, self.max_tokens_field) in self._refused_fields
            body[NEWER_LIMIT if refused else self.max_tokens_field] = request.max_tokens
        if request.reasoning_effort:
            body |= self.reasoning_fields(request.reasoning_effort)
        if request.grammar and self.has_grammar:
            body["grammar"] = request.grammar
        elif request.json_schema is not None and self.has_json_schema:
            body["response_format"] = response_format(request.json_schema)
        body |= self._tool_fields(request)
        if request.refuses_data_collection:
            body |= self.data_fields()
        for field in DISPENSABLE:
            if (request.model, field) in self._refused_fields:
                body.pop(field, None)
        return body

    def _tool_fields(self, request: CompletionRequest) -> dict[str, Any]:
        ours = tools_fields(request.tools, request.tool_choice) if request.tools else {}
        if request.web is None:
            return ours
        theirs = self.server_tools(request.web)
        tools = [*ours.get("tools", []), *theirs.get("tools", [])]
        return {**ours, **theirs, **({"tools": tools} if tools else {})}

    async def _answer(self, request: CompletionRequest, patience: Patience) -> httpx.Response:
        """The open answer with status 200.

        :raises ProviderError: for any other status, and where there is no answer.
        """
        while True:
            body = self.body_of(request)
            response = await self._send(body, patience, request.reach)
            if response.status_code == 200:
                return response
            refusal = await self._refusal_of(response)
            field = dispensable_field(response.status_code, refusal, body)
            if field is None:
                raise self._error_of(response, refusal)
            self._refused_fields.add((request.model, field))

    async def _send(
        self, body: dict[str, Any], patience: Patience, reach: Privacy
    ) -> httpx.Response:
        limit = patience.until_first_token()
        try:
            async with asyncio.timeout_at(limit.moment):
                return await self._request("POST", "/chat/completions", body, reach=reach)
        except TimeoutError:
            raise limit.error from None

    async def _request(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        reach: Privacy = Privacy.THIRD_PARTY,
    ) -> httpx.Response:
        """The one place where something leaves. A path may be a whole address on the same server.

        :raises PrivacyRefused: when it would go beyond `reach`, before a socket is opened.
        """
        client = self._boundary.client_within(reach, self.base_url)
        timeout = httpx.Timeout(None, connect=self.timeouts.connect_seconds)
        try:
            request = client.build_request(
                method,
                path if path.startswith("http") else self.base_url + path,
                json=body,
                headers=self._all_headers(),
                timeout=timeout,
            )
            return await client.send(request, stream=True)
        except NETWORK_ERRORS as error:
            raise provider_error(error) from None

    def _all_headers(self) -> dict[str, str]:
        authorization = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        # Compressed events would wait in the compressor until its block is full.
        plain = {"Accept-Encoding": "identity"}
        return {**plain, **authorization, **self.vendor_headers(), **self._headers}

    # The answer that is none

    async def _refusal_of(self, response: httpx.Response) -> bytes:
        try:
            return await read_refusal(response)
        finally:
            await _close(response)

    def _error_of(self, response: httpx.Response, refusal: bytes) -> ProviderError:
        return error_of_answer(
            response.status_code,
            report_from_body(refusal),
            retry_after_seconds=retry_after(response.headers, datetime.now(UTC)),
        )

    async def _model_rows(self) -> list[dict[str, Any]]:
        body = await self._body_at("/models")
        try:
            return rows_of(body)
        except ValueError as error:
            raise UnreadableStream(f"This is no model list: {error}") from None

    async def _body_at(self, path: str, body: dict[str, Any] | None = None) -> bytes:
        """:raises ProviderError: for any other status than 200, and where there is no answer."""
        response = await self._request("GET" if body is None else "POST", path, body)
        try:
            if response.status_code != 200:
                raise self._error_of(response, await read_refusal(response))
            try:
                return await response.aread()
            except NETWORK_ERRORS as error:
                raise provider_error(error) from None
        finally:
            await _close(response)


async def _close(response: httpx.Response) -> None:
    # A failure here means that the connection is gone, which is what closing asks for.
    with suppress(*NETWORK_ERRORS):
        await response.aclose()
