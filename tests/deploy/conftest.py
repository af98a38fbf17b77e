import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests.cluster.postgres import PrivatePostgres


class PostgresForTests:
    """A server of its own on a free port; each test makes its own databases in it."""

    def __init__(self, logs: Path) -> None:
        self._part = PrivatePostgres(logs=logs)
        self._part.launch()
        asyncio.run(self._part.wait_until_ready())

    @property
    def port(self) -> int:
        return self._part.port

    def new_database(self, name: str) -> str:
        """Its address; empty whatever there was before."""
        with psycopg.connect(self._part.url, autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name)))
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return f"{self._part.url.rpartition('/')[0]}/{name}"

    def remove(self) -> None:
        self._part.remove()


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresForTests]:
    server = PostgresForTests(tmp_path_factory.mktemp("postgres"))
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def make_database(request: pytest.FixtureRequest, postgres: PostgresForTests):
    """Names → settings of a fresh database of that name: each test runs on both kinds."""

    def make(name: str) -> dict[str, str]:
        if request.param == "sqlite":
            return {}
        return {"DATABASE_URL": postgres.new_database(name)}

    return make
