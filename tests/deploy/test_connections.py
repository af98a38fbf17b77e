"""How many connections to PostgreSQL a server holds, while many people come at once and after."""

import threading
from pathlib import Path

import httpx
import psycopg

from tests.deploy.conftest import PostgresForTests
from tests.deploy.room import Room
from tests.deploy.visitor import Visitor

PEOPLE = 20
#: Of the engine: its heart, its notices, its writers.
MOST_OF_ITS_OWN = 12


def test_a_request_leaves_no_connection_behind(tmp_path: Path, postgres: PostgresForTests) -> None:
    url = postgres.new_database("visited")
    with Room(tmp_path / "room", DATABASE_URL=url) as room, Visitor(room.address) as ada:
        room.start()
        room.add_account()
        ada.sign_in()
        cookies = dict(ada.client.cookies)
        seen: list[int] = []
        people = [
            threading.Thread(target=look_around, args=[room.address, cookies, seen, url])
            for _ in range(PEOPLE)
        ]
        for person in people:
            person.start()
        for person in people:
            person.join()
        assert len(seen) == PEOPLE
        assert max(seen) <= MOST_OF_ITS_OWN + PEOPLE
        assert connections(url) <= MOST_OF_ITS_OWN


def look_around(address: str, cookies: dict[str, str], seen: list[int], url: str) -> None:
    with httpx.Client(cookies=cookies, timeout=60) as client:
        for _ in range(4):
            assert client.get(f"{address}/presets/").status_code == 200
    seen.append(connections(url))


def connections(url: str) -> int:
    """Without the one that counts them."""
    address, _, name = url.rpartition("/")
    with psycopg.connect(f"{address}/postgres") as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]
        ).fetchone()
    assert row
    return int(row[0])
