"""A vendor over real HTTP that charges: scripts, a price list, a key, generation records, a log."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from aiohttp import web

from panels.providers.scripted_answer import ScriptedAnswer, answer_to, tokens_of
from panels.providers.scripted_server import HOST, MOST_PROMPT_BYTES, ScriptedServer
from panels.providers.scripts import Script, ScriptBook

#: US dollars per token, in and out, where a test names none.
USUAL_PRICE = ("0.000002", "0.00001")


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A line of the vendor's own log."""

    generation_id: str
    slug: str
    status: int
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: Decimal = Decimal(0)


@dataclass
class PaidVendor:
    """`lag`: how often a generation record is asked for in vain before it is there."""

    book: ScriptBook = field(default_factory=lambda: ScriptBook({}))
    prices: dict[str, tuple[str, str]] = field(default_factory=dict)
    log: list[Charge] = field(default_factory=list)
    key_status: int = 200
    limit_remaining: float | None = None
    lag: int = 0
    has_list: bool = True
    #: Every path that was asked for, with its method.
    asked: list[str] = field(default_factory=list)
    _asked_for: dict[str, int] = field(default_factory=dict)

    def scripts(self, **scripts: Script | str) -> None:
        self.book.scripts = {
            slug: script if isinstance(script, Script) else Script(text=script)
            for slug, script in scripts.items()
        }

    @property
    def total_usd(self) -> Decimal:
        return sum((charge.cost_usd for charge in self.log), Decimal(0))

    def charge(self, answer: ScriptedAnswer) -> None:
        """Charge for what was generated, whether or not somebody heard the end of it."""
        request, script = answer.request, answer.script
        assert request is not None
        generation_id = answer.headers.get("X-Generation-Id", "")
        if answer.status != 200:
            self.log.append(Charge(generation_id="", slug=request.slug, status=answer.status))
            return
        said = len(tokens_of(script.reasoning)) + len(tokens_of(script.text))
        tokens_in, tokens_out = _words(request.body), min(said, _limit(script))
        price_in, price_out = self.prices.get(request.slug, USUAL_PRICE)
        self.log.append(
            Charge(
                generation_id=generation_id,
                slug=request.slug,
                status=200,
                tokens_in=tokens_in,
                tokens_out=tokens_out,
                cost_usd=tokens_in * Decimal(price_in) + tokens_out * Decimal(price_out),
            )
        )

    def model_rows(self) -> list[dict[str, Any]]:
        rows = []
        for slug in self.book.scripts:
            price_in, price_out = self.prices.get(slug, USUAL_PRICE)
            rows.append({"id": slug, "pricing": {"prompt": price_in, "completion": price_out}})
        return rows

    def record_of(self, generation_id: str) -> Mapping[str, Any] | None:
        tries = self._asked_for[generation_id] = self._asked_for.get(generation_id, 0) + 1
        found = [charge for charge in self.log if charge.generation_id == generation_id]
        if not found or tries <= self.lag:
            return None
        return {
            "id": generation_id,
            "total_cost": float(found[-1].cost_usd),
            "native_tokens_prompt": found[-1].tokens_in,
            "native_tokens_completion": found[-1].tokens_out,
            "is_byok": False,
        }


class _Server(ScriptedServer):
    def __init__(self, vendor: PaidVendor) -> None:
        super().__init__(vendor.book)
        self._vendor = vendor

    def application(self) -> web.Application:
        app = web.Application(client_max_size=MOST_PROMPT_BYTES)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_get("/v1/key", self._key)
        app.router.add_get("/v1/generation", self._generation)
        return app

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self._note(request)
        answer = await answer_to(self._vendor.book, await request.read())
        if answer.body is not None:
            self._vendor.charge(answer)
            return web.Response(status=answer.status, headers=answer.headers, body=answer.body)
        try:
            return await self._stream(request, answer)
        finally:
            self._vendor.charge(answer)

    async def _list_models(self, request: web.Request) -> web.Response:
        self._note(request)
        if not self._vendor.has_list:
            return web.json_response({"error": {"message": "down"}}, status=503)
        return web.json_response({"data": self._vendor.model_rows()})

    async def _key(self, request: web.Request) -> web.Response:
        self._note(request)
        if self._vendor.key_status != 200:
            error = {"error": {"message": "No auth", "code": self._vendor.key_status}}
            return web.json_response(error, status=self._vendor.key_status)
        data = {"label": "sk-…", "limit_remaining": self._vendor.limit_remaining}
        return web.json_response({"data": data})

    async def _generation(self, request: web.Request) -> web.Response:
        self._note(request)
        record = self._vendor.record_of(request.query.get("id", ""))
        if record is None:
            return web.json_response({"error": {"message": "Not found", "code": 404}}, status=404)
        return web.json_response({"data": record})

    def _note(self, request: web.Request) -> None:
        self._vendor.asked.append(f"{request.method} {request.path.removeprefix('/v1')}")


@asynccontextmanager
async def serve_vendor(vendor: PaidVendor) -> AsyncIterator[str]:
    """Serve while the block runs; gives the base URL."""
    runner = web.AppRunner(
        _Server(vendor).application(), handler_cancellation=True, shutdown_timeout=0.1
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, 0)
        await site.start()
        yield f"http://{HOST}:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


def _words(body: Mapping[str, Any]) -> int:
    messages = body.get("messages", [])
    return sum(len(str(message.get("content", "")).split()) for message in messages)


def _limit(script: Script) -> int:
    return 10**9 if script.fault in ("", "refusal", "length") else script.fault_after_tokens
