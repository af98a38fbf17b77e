"""Every request can be found in the log by its id."""

import logging
from typing import Any

import pytest
from django.test import AsyncClient, Client

from panels.observing.log_lines import JsonLines

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.handler.setFormatter(JsonLines({}))
    with caplog.at_level(logging.WARNING):
        yield lambda: caplog.text


def test_an_answer_carries_the_id_of_the_proxy_and_so_does_the_log(
    stranger_client: Client, lines: Any
) -> None:
    response = stranger_client.get("/nowhere/", headers={"X-Request-ID": "edge-7.a"})
    assert response["X-Request-ID"] == "edge-7.a"
    assert '"request_id": "edge-7.a"' in lines()


def test_a_request_without_an_id_is_given_one(stranger_client: Client) -> None:
    ids = [stranger_client.get("/nowhere/")["X-Request-ID"] for _ in range(2)]
    assert [len(found) for found in ids] == [32, 32]
    assert ids[0] != ids[1]


@pytest.mark.parametrize("forged", ["two words", "a" * 65, 'x", "level": "ERROR', "ä"])
def test_an_id_that_could_forge_a_line_is_replaced(stranger_client: Client, forged: str) -> None:
    response = stranger_client.get("/nowhere/", headers={"X-Request-ID": forged})
    assert response["X-Request-ID"] != forged


async def test_the_event_loop_keeps_the_ids_of_requests_apart(async_client: AsyncClient) -> None:
    response = await async_client.get("/nowhere/", headers={"X-Request-ID": "loop-1"})
    assert response["X-Request-ID"] == "loop-1"
