"""The three probes, as load balancers and Prometheus see them."""

import json
import socket
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.test import AsyncClient, Client
from prometheus_client.parser import text_string_to_metric_families

from panels.engine import dispatch
from panels.engine.dispatch import WorkersDispatcher
from panels.models.workers import DEAD_AFTER_SECONDS, Worker
from panels.probing import answers, checks
from tests.engine.conftest import Room
from tests.web.rows import add_run

HERE = {"Host": "127.0.0.1:8000"}
ANOTHER = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture(autouse=True)
def engine() -> Any:
    dispatch.install(WorkersDispatcher(lambda _: None))
    yield
    dispatch._installed.clear()


@pytest.fixture
def worker(transactional_db: None) -> Worker:
    return Worker.objects.create(name="worker-1:77", pid=77)


def told(response: Any) -> dict[str, Any]:
    return json.loads(response.content)


class AwayConnection:
    def cursor(self) -> None:
        raise OperationalError("connection refused by 10.1.2.3")

    def close(self) -> None: ...


# Alive


def test_a_living_process_says_so_without_a_database(stranger_client: Client) -> None:
    response = stranger_client.get("/health/")  # The test has no database: asking would fail.
    assert (response.status_code, told(response)) == (200, {"status": "alive"})
    assert response["Cache-Control"] == "no-store"


def test_a_probe_needs_no_name_no_https_and_no_account(
    stranger_client: Client, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.AUTO_SIGN_IN = True
    response = stranger_client.get("/health/", headers={"Host": "10.0.0.7:8000"}, **ANOTHER)
    assert response.status_code == 200


def test_a_probe_only_looks(stranger_client: Client) -> None:
    response = stranger_client.post("/health/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


async def test_the_event_loop_answers_itself(async_client: AsyncClient) -> None:
    response = await async_client.get("/health/")
    assert told(response) == {"status": "alive"}


# Ready


def test_a_ready_process_says_what_it_looked_at(stranger_client: Client, worker: Worker) -> None:
    response = stranger_client.get("/ready/")
    assert (response.status_code, told(response)) == (
        200,
        {"status": "ready", "checks": {"database": "ok", "engine": "ok"}},
    )


@pytest.mark.django_db(transaction=True)
def test_a_process_without_an_engine_is_not_ready(stranger_client: Client) -> None:
    dispatch._installed.clear()
    response = stranger_client.get("/ready/")
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert told(response)["checks"] == {"database": "ok", "engine": "was not started"}


@pytest.mark.django_db(transaction=True)
def test_a_server_without_a_living_worker_is_not_ready(stranger_client: Client) -> None:
    long_ago = Now() - timedelta(seconds=DEAD_AFTER_SECONDS + 1)
    Worker.objects.create(name="dead:1", pid=1, seen_at=long_ago)
    response = stranger_client.get("/ready/")
    assert response.status_code == 503
    assert told(response)["checks"] == {"database": "ok", "engine": "no worker is alive"}


@pytest.mark.django_db(transaction=True)
async def test_an_engine_of_its_own_is_ready_while_its_heart_beats(
    async_client: AsyncClient, room: Room
) -> None:
    async def engine() -> str:
        return told(await async_client.get("/ready/"))["checks"]["engine"]

    said = [await engine()]
    await room.dispatcher.keeper.heart.start()
    said.append(await engine())
    room.dispatcher.keeper.heart.is_stopping = True
    said.append(await engine())
    assert said == ["has no heartbeat", "ok", "is stopping"]


@pytest.mark.django_db(transaction=True)
def test_missing_migrations_are_named(
    stranger_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks._memory, "has_all_migrations", False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, applied FROM django_migrations WHERE app = 'panels'")
        kept = cursor.fetchall()
        cursor.execute("DELETE FROM django_migrations WHERE app = 'panels'")
    try:
        response = stranger_client.get("/ready/")
    finally:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('panels', %s, %s)", kept
            )
    assert response.status_code == 503
    assert told(response) == {
        "status": "not ready",
        "checks": {"database": "migrations are missing: manage.py migrate"},
    }


def test_a_database_that_is_away_is_named(
    stranger_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "connection", AwayConnection())
    response = stranger_client.get("/ready/")
    assert response.status_code == 503
    assert told(response)["checks"] == {"database": "does not answer"}


def test_a_database_that_hangs_holds_one_thread_and_no_prober(
    stranger_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def hang() -> dict[str, str]:
        looks.append(1)
        time.sleep(0.5)
        return {"database": "ok"}

    monkeypatch.setattr(answers, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(answers, "_all", answers.Look(hang, "hanging"))
    found = [stranger_client.get("/ready/") for _ in range(3)]
    assert [response.status_code for response in found] == [503] * 3
    assert told(found[0])["checks"] == {"database": "does not answer"}
    assert looks == [1]


def test_a_redis_that_is_away_is_named(
    stranger_client: Client, worker: Worker, settings: Any
) -> None:
    with socket.socket() as unanswered:
        unanswered.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{unanswered.getsockname()[1]}/0"
        response = stranger_client.get("/ready/")
    assert response.status_code == 503
    assert told(response)["checks"] == {
        "database": "ok",
        "engine": "ok",
        "redis": "does not answer",
    }


# Metrics


def families(response: Any) -> dict[str, Any]:
    text = response.content.decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


@pytest.mark.django_db(transaction=True)
def test_prometheus_reads_the_metrics(stranger_client: Client, owner: Any) -> None:
    add_run(owner, state="judging")
    response = stranger_client.get("/metrics/", headers=HERE)
    assert response["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = families(response)
    assert {sample.labels["state"]: sample.value for sample in found["fusionweb_runs"].samples} == {
        "judging": 1.0,
        "panel": 0.0,
        "writing": 0.0,
    }
    assert found["fusionweb_database_up"].samples[0].value == 1.0
    assert found["fusionweb_watchers"].type == "gauge"
    assert found["process_cpu_seconds"].type == "counter"


def test_metrics_are_read_while_the_database_is_away(
    stranger_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "connection", AwayConnection())
    monkeypatch.setattr(checks, "count_unfinished", AwayConnection().cursor)
    found = families(stranger_client.get("/metrics/", headers=HERE))
    assert found["fusionweb_database_up"].samples[0].value == 0.0
    assert found["fusionweb_runs"].samples == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer guessed"}])
def test_metrics_are_for_this_machine(stranger_client: Client, headers: Any) -> None:
    response = stranger_client.get("/metrics/", headers={**HERE, **headers}, **ANOTHER)
    assert (response.status_code, told(response)["code"]) == (403, "forbidden")
    through_a_proxy = stranger_client.get("/metrics/", headers={**HERE, "X-Forwarded-For": "::1"})
    assert through_a_proxy.status_code == 403


@pytest.mark.django_db(transaction=True)
def test_metrics_are_for_whoever_has_the_token(stranger_client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "fifty-seven"
    right = {"Authorization": "Bearer fifty-seven"}
    assert stranger_client.get("/metrics/", headers=right, **ANOTHER).status_code == 200
    for wrong in ({}, {"Authorization": "Bearer fifty-seve"}, {"Authorization": "fifty-seven"}):
        response = stranger_client.get("/metrics/", headers=wrong)
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
