from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from panels.tools.fetching import Fetcher, FetchLimits
from tests.tools.names import Names, only_not_public_outside
from tests.tools.watching import watch_sockets
from tests.tools.web_server import Site, serve_site


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch, no_network: None) -> list[tuple[str, int]]:
    """Where this process tried to connect to."""
    return watch_sockets(monkeypatch)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as exits:
        yield exits


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serve_site() as served:
        yield served


@pytest.fixture
def fetcher_for() -> Callable[..., Fetcher]:
    """A fetcher for which loopback stands for the public internet, and nothing else inside does."""

    def make(names: Names, *ports: int, stands_for_public: str = "127.0.0.1", **changes: Any):
        limits = FetchLimits(
            **{"ports": frozenset({80, 443, *ports}), "total_seconds": 10.0, **changes}
        )
        outside = only_not_public_outside(stands_for_public)
        return Fetcher(limits, resolve=names, what_it_is=outside)

    return make
