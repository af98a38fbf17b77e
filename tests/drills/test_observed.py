"""Real processes: their probes, their trace, their log lines, with a PostgreSQL that goes away."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.cluster.person import PASSWORD, Person
from tests.cluster.processes import Part, free_port
from tests.cluster.rows import Rows
from tests.cluster.said import text_of, titles
from tests.cluster.site import Cluster
from tests.observing.collector import Collector, collecting, values

MARK = "seen"
WORDS = 6
KEY = "upstreams-very-own-key"
TOKEN = "token-for-prometheus"
PATIENCE_SECONDS = 60.0


@dataclass
class Scene:
    cluster: Cluster
    collector: Collector
    worker_port: int
    session: aiohttp.ClientSession

    async def ready(self, address: str) -> dict[str, Any]:
        async with self.session.get(f"{address}/ready/") as answer:
            found = await answer.json()
            return {"status": answer.status, **found["checks"]}

    async def until_ready_says(self, address: str, **expected: Any) -> None:
        await self.until(lambda: self.ready(address), expected)

    async def until(self, look: Callable[[], Any], expected: Any) -> None:
        found = None
        for _ in range(int(PATIENCE_SECONDS / 0.2)):
            found = await look()
            if found == expected:
                return
            await asyncio.sleep(0.2)
        raise AssertionError(f"{found} instead of {expected}")

    @property
    def web(self) -> str:
        return self.cluster.webs[0].address

    @property
    def worker(self) -> str:
        return f"http://127.0.0.1:{self.worker_port}"


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    port = free_port()
    with collecting() as collector:
        settings = {
            "FUSIONWEB_LOG_FORMAT": "json",
            "FUSIONWEB_LOG_LEVEL": "DEBUG",
            "FUSIONWEB_METRICS_TOKEN": TOKEN,
            "FUSIONWEB_WORKER_METRICS_PORT": str(port),
            "FUSIONWEB_DRILL": "seat:B=429 x1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
            # So long that only the end of the process can have sent anything.
            "OTEL_BSP_SCHEDULE_DELAY": "3600000",
            "UP_KEY": KEY,
        }
        with Cluster(webs=1, workers=1, words=WORDS, tokens_per_second=40, **settings) as cluster:
            endpoints = f"up {cluster.upstream.base_url} UP_KEY"
            for part in (*cluster.webs, *cluster.workers):
                part._environment["FUSIONWEB_ENDPOINTS"] = endpoints
            await cluster.start()
            async with aiohttp.ClientSession() as session:
                yield Scene(cluster, collector, port, session)


async def test_a_deployment_tells_how_it_is(scene: Scene) -> None:
    run_id, link = await run_to_its_end(scene)
    await the_worker_counts(scene)
    await probes_follow_the_database(scene, link)
    worker_pid = scene.cluster.workers[0].pid
    await a_server_without_workers_is_not_ready(scene)
    it_is_one_trace(scene, run_id, worker_pid)
    the_log_says_what_and_nobodys_words(scene, run_id, link)


async def run_to_its_end(scene: Scene) -> tuple[str, str]:
    """Its id, and a share link to it."""
    cluster = scene.cluster
    rows = Rows(cluster.database_url)

    async def state() -> str:
        return await asyncio.to_thread(rows.state_of, MARK)

    cluster.manage("create_account", "ada", "--password-stdin", stdin=f"{PASSWORD}\n")
    async with Person(cluster.addresses) as person:
        await person.sign_in()
        path = await person.start_run(await person.make_preset("Seen"), MARK)
        await scene.until(state, "review")
        await person.decide(path, 1, "accepted")
        await person.decide(path, 2, "rejected")
        link = await person.share(path)
        await person.get(link)
        await person.ask_to_write(path)
        await scene.until(state, "done")
    return path.split("/")[2], link


def it_is_one_trace(scene: Scene, run_id: str, worker_pid: int) -> None:
    # The run; four seats, one of them twice; the judge; the writer.
    assert len(scene.collector.spans) == 1 + 5 + 1 + 1
    assert {span.trace_id.hex() for span in scene.collector.spans} == {run_id.replace("-", "")}
    told = [values(span.attributes) for span in scene.collector.spans]
    of_b = [call for call in told if call.get("fusionweb.call.seat") == "B"]
    assert [(call.get("error.type"), call.get("fusionweb.cost_usd")) for call in of_b] == [
        ("rate_limited", 0.0),
        (None, 0.00125),
    ]
    instances = {resource["service.instance.id"] for resource in scene.collector.resources}
    assert [instance.split(":")[1] for instance in instances] == [str(worker_pid)]


async def the_worker_counts(scene: Scene) -> None:
    async with scene.session.get(f"{scene.worker}/metrics/") as answer:
        assert answer.status == 401
    headers = {"Authorization": f"Bearer {TOKEN}"}
    found: dict[str, dict[str, float]] = {}
    for name, address in (("web", scene.web), ("worker", scene.worker)):
        async with scene.session.get(f"{address}/metrics/", headers=headers) as answer:
            families = text_string_to_metric_families(await answer.text())
        found[name] = {}
        for sample in (sample for family in families for sample in family.samples):
            found[name][sample.name] = found[name].get(sample.name, 0.0) + sample.value
    assert (found["web"]["fusionweb_database_up"], found["web"]["fusionweb_runs"]) == (1, 0)
    assert found["worker"]["fusionweb_calls_total"] == 7
    assert found["worker"]["fusionweb_cost_usd_total"] == (pytest.approx(6 * 0.00125))
    assert found["worker"]["fusionweb_text_batch_seconds_count"] > 0
    for name in ("web", "worker"):
        assert found[name]["fusionweb_event_loop_lag_seconds_count"] > 0
        assert found[name]["process_resident_memory_bytes"] > 0


async def probes_follow_the_database(scene: Scene, link: str) -> None:
    fine = {"status": 200, "database": "ok", "engine": "ok", "redis": "ok"}
    away = {"status": 503, "database": "does not answer", "redis": "ok"}
    hangs = {"status": 503, "database": "does not answer"}
    postgres = scene.cluster.postgres
    assert postgres is not None
    for address in (scene.web, scene.worker):
        await scene.until_ready_says(address, **fine)
    postgres.freeze()
    await both_say(scene, hangs)
    postgres.thaw()
    await both_say(scene, fine)
    await postgres.kill()
    await both_say(scene, away)
    async with scene.session.get(scene.web + link) as page:
        assert (page.status, page.headers["Retry-After"]) == (503, "5")
        assert "The database does not answer" in await page.text()
    await postgres.start()
    await both_say(scene, fine)


async def both_say(scene: Scene, expected: dict[str, Any]) -> None:
    for address in (scene.web, scene.worker):
        await scene.until_ready_says(address, **expected)
        async with scene.session.get(f"{address}/health/") as answer:
            assert (answer.status, await answer.json()) == (200, {"status": "alive"})


async def a_server_without_workers_is_not_ready(scene: Scene) -> None:
    await scene.cluster.workers[0].stop()
    nobody = {"status": 503, "database": "ok", "engine": "no worker is alive", "redis": "ok"}
    await scene.until_ready_says(scene.web, **nobody)


def the_log_says_what_and_nobodys_words(scene: Scene, run_id: str, link: str) -> None:
    parts: list[Part] = [*scene.cluster.webs, *scene.cluster.workers]
    lines = [line for part in parts for line in part.log().splitlines()]
    told = [json.loads(line) for line in lines if line.startswith("{")]
    assert [line for line in lines if not line.startswith("{")] == [
        "A drill is on. Broken on purpose: seat B: status 429, first attempt",
        f"Fusionweb is at {scene.web}/ (Ctrl+C stops it)",
        "The worker is ready (Ctrl+C stops it, a second time at once)",
    ]
    ended = [line for line in told if line["message"].startswith("Call ended")]
    assert {line["run_id"] for line in ended} == {run_id}
    assert len({line["call_id"] for line in ended}) == 7
    of_requests = [line for line in told if "request_id" in line]
    assert any(line["logger"] == "django.request" for line in of_requests)
    everything = "\n".join(lines) + scene.collector.bytes_received().decode(errors="replace")
    private = [KEY, TOKEN, PASSWORD, link.split("/")[2], "monolith", *titles(MARK)]
    private += [text_of(MARK, model, words=WORDS).split()[0] for model in ("a", "b", "c", "d")]
    private.append(text_of(MARK, "writer", words=WORDS).split("here. ")[1].split()[0])
    assert [words for words in private if words in everything] == []
