"""A real run, as collector, metrics and log tell it, without one word of its text."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from panels.choices import CallState, RunState
from panels.engine.cancel_run import stop_run
from panels.models import Call, Run
from panels.observing import metrics
from panels.observing.log_lines import JsonLines
from panels.observing.process_observer import ProcessObserver
from panels.observing.span_export import SpanExport
from panels.observing.span_values import span_id_of
from panels.panel import Fallbacks, Judge
from panels.providers.scripts import Script
from panels.snapshot import RunSnapshot
from tests.engine.conftest import Room
from tests.engine.paid_room import PaidRoom, paid_panel
from tests.engine.test_asking_again import BUSY
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, contradiction, reply
from tests.engine.test_recover_costs import CUT, seat_a
from tests.engine.test_resume import restart
from tests.engine.test_writing import WRITTEN, _decide, write
from tests.factories import make_panel, make_seat
from tests.observing.collector import Collector, collecting, values

DOCUMENT = "Our private plan: checkout leaves the monolith in June."
#: Seat A is asked again, B falls back to a spare model; then the judge, then the writer.
SCRIPTS = {
    "a": replace(BUSY, then=Script(text=ANSWER_A)),
    "b": Script(status=404),
    "spare": Script(text=ANSWER_B, served_model="spare-0613"),
    "judge": reply(contradiction(), blind_spot(), blind_spot("Colour"), blind_spot("Tooling")),
    "writer": WRITTEN,
}


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
        yield collector


class Watched:
    """A room whose process tells a collector."""

    def __init__(self, room: Room) -> None:
        room.retry()
        self.room = room
        self.watch()

    def watch(self) -> None:
        self.export = SpanExport(instance="web-1:77")
        observer = ProcessObserver({"scripted"}, self.export)
        keeper = self.room.dispatcher.keeper
        keeper.tools = replace(keeper.tools, observer=observer)

    async def whole_run(self) -> tuple[Run, RunSnapshot]:
        """From the question to the synthesis."""
        self.room.scripts(**SCRIPTS)
        seats = (
            make_seat("A"),
            make_seat("B", fallbacks=Fallbacks(outage="scripted:spare")),
        )
        panel = make_panel("AB", seats=seats, judge=Judge(model="scripted:judge"))
        run = await self.room.start(panel, document=DOCUMENT)
        await self.room.finish(run)
        await sync_to_async(run.refresh_from_db)()
        await sync_to_async(_decide)(run)
        return run, await write(self.room, run)


@pytest.fixture
def watched(room: Room, collector: Collector) -> Iterator[Watched]:
    watched = Watched(room)
    yield watched
    watched.export.close()


def told(span_or_event: Any, *names: str) -> tuple[Any, ...]:
    attributes = values(span_or_event.attributes)
    return tuple(attributes.get(name) for name in names)


async def test_a_whole_run_is_one_trace(watched: Watched, collector: Collector) -> None:
    run, after = await watched.whole_run()
    watched.export.close()
    root, *calls = sorted(collector.spans, key=lambda span: span.parent_span_id != b"")
    assert {span.trace_id.hex() for span in (root, *calls)} == {run.pk.hex}
    assert {call.parent_span_id for call in calls} == {root.span_id}
    assert sorted(
        told(
            call,
            "fusionweb.call.role",
            "fusionweb.call.attempt",
            "gen_ai.request.model",
            "gen_ai.response.model",
            "fusionweb.call.because",
            "error.type",
            "fusionweb.call.followed_by",
        )
        for call in calls
    ) == [
        ("judge", 1, "judge", "judge", None, None, None),
        ("seat", 1, "a", None, None, "rate_limited", "retry"),
        ("seat", 1, "b", None, None, "model_not_found", "outage"),
        ("seat", 2, "a", "a", "retry", None, None),
        ("seat", 2, "spare", "spare-0613", "outage", None, None),
        ("writer", 1, "writer", "writer", None, None, None),
    ]
    rows = {span_id_of("call", run.pk, call.id): call for call in after.calls}
    for call in calls:
        row = rows[int.from_bytes(call.span_id)]
        assert call.name == f"chat {row.model_asked.removeprefix('scripted:')}"
        assert call.start_time_unix_nano == nanoseconds(row.asked_at)
        assert call.end_time_unix_nano == nanoseconds(row.finished_at)
        assert told(call, "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens") == (
            row.tokens_in,
            row.tokens_out,
        )
        assert told(call, "fusionweb.cost_source") == (row.cost_source,)
    assert root.start_time_unix_nano == nanoseconds(after.started_at)
    assert root.end_time_unix_nano == nanoseconds(after.finished_at)
    assert [told(event, "fusionweb.critique", "fusionweb.decision") for event in root.events] == [
        ("C1", "accepted"),
        ("C2", "accepted"),
        ("C3", "rejected"),
        ("C4", "open"),
    ]
    assert told(root, "fusionweb.critiques.accepted", "fusionweb.run.calls") == (2, 6)


def nanoseconds(moment: Any) -> int:
    return round(moment.timestamp() * 1_000_000) * 1_000


async def test_another_synthesis_hangs_below_the_run(
    watched: Watched, collector: Collector
) -> None:
    run, first = await watched.whole_run()
    second = await write(watched.room, run)
    watched.export.close()
    more = next(span for span in collector.spans if span.name == "continue run")
    assert int.from_bytes(more.parent_span_id) == span_id_of("run", run.pk)
    assert more.start_time_unix_nano == nanoseconds(second.calls[-1].created_at)
    assert more.end_time_unix_nano == nanoseconds(second.finished_at)
    assert [span.name for span in collector.spans].count("run") == 1
    assert first.finished_at < second.finished_at


async def test_a_call_that_was_cut_is_told_by_the_process_that_goes_on(
    watched: Watched, collector: Collector
) -> None:
    room = watched.room
    room.scripts(
        a=Script(text="word " * 200, tokens_per_second=100, then=Script(text="Whole.")), b="x"
    )
    run = await room.start()
    await wait_for_text(run)
    await restart(room)
    watched.watch()
    await room.dispatcher.resume_unfinished()
    after = await room.finish(run)
    watched.export.close()
    assert after.state == RunState.REVIEW
    cut = [
        told(span, "fusionweb.call.attempt", "fusionweb.call.state", "fusionweb.call.followed_by")
        for span in collector.spans
        if told(span, "fusionweb.call.seat") == ("A",)
    ]
    assert cut == [(1, "interrupted", "interrupted"), (2, "done", None)]


async def wait_for_text(run: Run) -> None:
    while not await Call.objects.filter(run=run, state=CallState.STREAMING).aexists():
        await asyncio.sleep(0.01)


async def test_a_run_that_a_person_stops_is_told_as_cancelled(
    watched: Watched, collector: Collector
) -> None:
    room = watched.room
    room.scripts(a=Script(text="word " * 200, tokens_per_second=50), b="Fine.")
    run = await room.start()
    await wait_for_text(run)
    await stop_run(run, now=run.started_at + timedelta(seconds=1))
    await room.finish(run)
    watched.export.close()
    spans = {span.name: span for span in collector.spans}
    assert told(spans["run"], "fusionweb.run.state", "fusionweb.run.reason") == (
        "cancelled",
        "stopped_by_person",
    )
    assert told(spans["chat a"], "fusionweb.call.state") == ("stopped",)


async def test_the_metrics_count_the_same_run(watched: Watched) -> None:
    before = counted()
    _, after = await watched.whole_run()
    found = {key: value - before.get(key, 0.0) for key, value in counted().items()}
    calls = {
        (labels["role"], labels["outcome"], labels["error"]): value
        for (name, labels_), value in found.items()
        if name == "fusionweb_calls_total" and value
        for labels in [dict(labels_)]
    }
    assert calls == {
        ("seat", "failed", "rate_limited"): 1,
        ("seat", "failed", "model_not_found"): 1,
        ("seat", "done", ""): 2,
        ("judge", "done", ""): 1,
        ("writer", "done", ""): 1,
    }
    of = {(name, tuple(dict(labels).values())): value for (name, labels), value in found.items()}
    assert of["fusionweb_tokens_total", ("out", "scripted")] == after.tokens_out
    assert of["fusionweb_tokens_total", ("in", "scripted")] == after.tokens_in
    assert of["fusionweb_runs_ended_total", ("done",)] == 1
    assert of["fusionweb_critiques_decided_total", ("accepted",)] == 2
    assert of["fusionweb_call_seconds_count", ("scripted", "seat")] == 4
    assert of["fusionweb_first_token_seconds_count", ("scripted",)] == 4
    assert of["fusionweb_open_calls", ("scripted",)] == 0
    assert of["fusionweb_advancing_runs", ()] == 0


def counted() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in metrics.REGISTRY.collect()
        for sample in family.samples
    }


async def test_a_model_that_somebody_typed_is_no_label(watched: Watched) -> None:
    watched.room.scripts(b="Fine.")
    seats = (make_seat("A", model="typed-by-somebody:x"), make_seat("B"))
    await watched.room.finish(await watched.room.start(make_panel("AB", seats=seats)))
    assert b"typed-by-somebody" not in metrics.exposition({})
    assert b'fusionweb_calls_total{error="not_configured",outcome="failed",provider="other"' in (
        metrics.exposition({})
    )


async def test_a_run_that_fails_inside_fusionweb_is_counted(watched: Watched) -> None:
    before = counted()
    run = await sync_to_async(watched.room._start)(make_panel("A"), "", {})
    await Run.objects.filter(pk=run.pk).aupdate(panel_json={"seats": "broken"})
    await watched.room.dispatcher.launch(run.pk)
    await watched.room.dispatcher.drain()
    ended = ("fusionweb_runs_ended_total", (("state", "failed"),))
    assert counted()[ended] - before.get(ended, 0.0) == 1


async def test_nobodys_words_are_told(
    watched: Watched, collector: Collector, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(JsonLines({}))
    with caplog.at_level(logging.DEBUG):
        run, after = await watched.whole_run()
    watched.export.close()
    everything = collector.bytes_received() + caplog.text.encode() + metrics.exposition({})
    assert len(collector.spans) == 7
    assert f'"run_id": "{run.pk}"'.encode() in everything
    texts = [DOCUMENT, run.question, run.title, "Ada", "simplest"]
    texts += [call.text for call in after.calls if call.text]
    texts += [critique.title for critique in after.critiques]
    assert [text for text in texts if text.encode() in everything] == []
    for words in ("monolith", "Dual-write", "outbox", "Retention"):
        assert words.encode() not in everything


async def test_lines_about_a_call_say_which(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(JsonLines({}))
    with caplog.at_level(logging.INFO, logger="panels"):
        run, after = await watched.whole_run()
    ended = [line for line in caplog.text.splitlines() if "Call ended" in line]
    assert len(ended) == len(after.calls)
    for call in after.calls:
        assert sum(f'"run_id": "{run.pk}", "call_id": "{call.id}"' in line for line in ended) == 1


async def test_a_cost_that_is_learned_later_follows_its_call(
    paid: PaidRoom, collector: Collector
) -> None:
    export = SpanExport(instance="web-1:77")
    observer = ProcessObserver({"openrouter"}, export)
    paid.dispatcher.costs._observer = observer
    paid.dispatcher.keeper.tools = replace(paid.dispatcher.keeper.tools, observer=observer)
    before = counted()
    paid.scripts(a=CUT, b="No.", writer="x")
    run = await paid.start(paid_panel("AB"))
    await paid.finish(run)
    call = await seat_a(paid, run)
    export.close()
    later = next(
        span
        for span in collector.spans
        if span.name == "recover cost" and told(span, "fusionweb.call.id") == (call.id,)
    )
    assert int.from_bytes(later.parent_span_id) == span_id_of("call", run.pk, call.id)
    assert told(later, "fusionweb.cost_usd") == (float(call.cost_usd),)
    found = {key: value - before.get(key, 0.0) for key, value in counted().items() if value}
    of = {name: value for (name, _), value in found.items() if value}
    assert of["fusionweb_calls_without_cost_total"] == of["fusionweb_costs_recovered_total"] == 2
