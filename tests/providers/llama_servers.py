"""A real llama.cpp server in a child process, reached as anybody's own endpoint."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from panels.providers import local
from panels.providers.http import plain_client
from panels.providers.local_process import LocalProcess, server_command, start_process
from tests.providers.journeys import CONTEXT_TOKENS, SLOTS, Upstream


@dataclass(frozen=True)
class LlamaServer:
    process: LocalProcess

    def upstream(self) -> Upstream:
        slug = local.MODEL.slug
        return Upstream(f"{self.process.address}/v1", self.process.key, slug, slug)


@contextmanager
def llama_server() -> Iterator[LlamaServer]:
    """For use outside a running loop."""
    weights, slug = local.find_weights(), local.MODEL.slug
    process = start_process(server_command(weights, slug, slots=SLOTS, slot_tokens=CONTEXT_TOKENS))
    try:
        asyncio.run(_until_ready(process))
        yield LlamaServer(process)
    finally:
        process.kill()


async def _until_ready(process: LocalProcess) -> None:
    async with plain_client() as client:
        await process.wait_until_ready(client)
