"""Spans reach a real collector, and nothing happens without one."""

import socket
import subprocess
import sys
import time

import pytest

from panels.observing.span_export import SpanExport, is_wanted
from panels.observing.span_values import call_span, run_span, span_id_of
from tests.observing.collector import collecting, values
from tests.observing.told import RUN_ID, ended_call, ended_run

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({ENDPOINT: ""}, False),
        ({ENDPOINT: "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({ENDPOINT: "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({ENDPOINT: "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({ENDPOINT: "http://c", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, True),
    ],
)
def test_spans_are_off_unless_a_collector_is_named(environment, wanted):
    assert is_wanted(environment) is wanted


def test_another_protocol_is_refused_by_name():
    with pytest.raises(ValueError, match="OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf"):
        is_wanted({ENDPOINT: "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})


def test_nothing_of_opentelemetry_is_imported_while_it_is_off():
    program = (
        "import sys; import panels.observing.process_observer as seen;"
        "seen.ProcessObserver({'local'});"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'requests'))])"
    )
    told = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert told.strip() == "[]"


@pytest.fixture
def collector(monkeypatch):
    with collecting() as collector:
        monkeypatch.setenv(ENDPOINT, collector.address)
        yield collector


def sent(collector, *spans):
    export = SpanExport(instance="web-1:77")
    for span in spans:
        export.send(span)
    export.close()
    return collector.spans


def test_a_run_and_its_call_arrive_as_one_trace(collector):
    root, call = sent(collector, call_span(ended_call()), run_span(ended_run()))
    assert root.trace_id.hex() == call.trace_id.hex() == RUN_ID.replace("-", "")
    assert (root.parent_span_id, call.parent_span_id) == (b"", root.span_id)
    assert int.from_bytes(call.span_id) == span_id_of("call", RUN_ID, 7)
    assert (call.name, root.name) == ("chat google/gemini-3-flash", "run")
    assert (call.kind, root.kind) == (3, 1)  # CLIENT, INTERNAL
    assert call.start_time_unix_nano == 1_769_860_800_000_000_000
    assert call.end_time_unix_nano - call.start_time_unix_nano == 9_500_000_000
    assert values(call.attributes) == {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in call_span(ended_call()).attributes.items()
    }
    assert [values(event.attributes)["fusionweb.decision"] for event in root.events] == [
        "accepted",
        "rejected",
        "open",
    ]


def test_a_failure_is_an_error_with_its_code(collector):
    (span,) = sent(collector, call_span(ended_call(error_code="timed_out", state="failed")))
    assert (span.status.code, span.status.message) == (2, "timed_out")


def test_a_process_says_which_one_it_is(collector, monkeypatch):
    monkeypatch.setenv("OTEL_SERVICE_NAME", "panels-of-ours")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=staging")
    sent(collector, run_span(ended_run()))
    (resource,) = collector.resources
    told = {name: resource[name] for name in sorted(resource) if not name.startswith("telemetry.")}
    assert told == {
        "deployment.environment.name": "staging",
        "service.instance.id": "web-1:77",
        "service.name": "panels-of-ours",
    }


@pytest.mark.parametrize(("ratio", "names"), [("0.0", []), ("1.0", ["run", "chat m"])])
def test_a_run_is_sampled_as_a_whole(collector, monkeypatch, ratio, names):
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", ratio)
    spans = sent(collector, call_span(ended_call(model_asked="up:m")), run_span(ended_run()))
    assert [span.name for span in spans] == names


def test_a_collector_that_never_answers_does_not_hold_up_the_end(monkeypatch):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        export = SpanExport(instance="x")
        export.send(run_span(ended_run()))
        export.close()
        # By itself it would wait for ten seconds, several times over.
        assert time.monotonic() - began < 8
