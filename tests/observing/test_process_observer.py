"""Whatever is wrong with telemetry, the run goes on."""

import pytest

from panels.observing.process_observer import ProcessObserver
from panels.observing.span_export import SpanExport
from tests.observing.collector import collecting
from tests.observing.told import ended_call, ended_run


def test_a_span_that_cannot_be_made_is_logged_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
        observer = ProcessObserver({"openrouter"}, SpanExport(instance="x"))
        observer.call_ended(ended_call(run_id="no run of ours"))
        observer.run_ended(ended_run())
        observer.close()
        assert [record.message for record in caplog.records] == ["A span could not be made"]
        assert [span.name for span in collector.spans] == ["run"]


def test_an_observer_that_was_closed_swallows_what_still_comes() -> None:
    observer = ProcessObserver({"openrouter"})
    observer.close()
    observer.call_ended(ended_call())
