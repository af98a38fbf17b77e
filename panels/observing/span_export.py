"""Spans → an OpenTelemetry collector, by OTLP over HTTP. Off unless the environment names one.

While it is off, nothing of OpenTelemetry is imported. While it is on, a thread of its own sends
batches; a collector that is slow or away costs spans, never a run.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Thread, local
from typing import TYPE_CHECKING

from panels.observing.span_values import SpanValues

if TYPE_CHECKING:
    from opentelemetry.context import Context

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: A stopped process waits no longer than this for its collector.
CLOSE_SECONDS = 2.0


def is_wanted(environment: Mapping[str, str]) -> bool:
    """:raises ValueError: when another protocol is asked for than the one that is spoken."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    if environment.get("OTEL_TRACES_EXPORTER", "otlp") != "otlp":
        return False
    if not any(environment.get(name) for name in _ENDPOINTS):
        return False
    for name in _PROTOCOLS:
        if environment.get(name, "http/protobuf") != "http/protobuf":
            raise ValueError(f"{name} must be http/protobuf, the only protocol that is spoken.")
    return True


class SpanExport:
    """Makes finished spans with ids of our choosing, and hands them to the sender's thread."""

    def __init__(self, *, instance: str) -> None:
        # Only here: who has no collector pays nothing for it.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.id_generator import IdGenerator

        chosen = self._chosen = local()

        class ChosenIds(IdGenerator):
            def generate_span_id(self) -> int:
                return int(chosen.span_id)

            def generate_trace_id(self) -> int:
                return int(chosen.trace_id)

        usual = {
            "service.name": "fusionweb",
            "service.instance.id": instance,
        }
        self._provider = TracerProvider(
            # What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say wins.
            resource=Resource.create(usual).merge(OTELResourceDetector().detect()),
            id_generator=ChosenIds(),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("fusionweb")

    def send(self, values: SpanValues) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode

        self._chosen.trace_id, self._chosen.span_id = values.trace_id, values.span_id
        span = self._tracer.start_span(
            values.name,
            context=self._within(values),
            kind=SpanKind.CLIENT if values.is_client else SpanKind.INTERNAL,
            attributes=dict(values.attributes),
            start_time=_nanoseconds(values.began_at),
        )
        for event in values.events:
            span.add_event(event.name, dict(event.attributes), _nanoseconds(event.at))
        if values.error:
            span.set_status(Status(StatusCode.ERROR, values.error))
        span.end(_nanoseconds(values.ended_at))

    def _within(self, values: SpanValues) -> "Context":
        """Below its parent, which is sampled when the run's root would be."""
        from opentelemetry.context import Context
        from opentelemetry.trace import (
            NonRecordingSpan,
            SpanContext,
            TraceFlags,
            set_span_in_context,
        )

        if values.parent_id is None:
            return Context()
        sampled = self._provider.sampler.should_sample(Context(), values.trace_id, "run")
        flags = TraceFlags.SAMPLED if sampled.decision.is_sampled() else TraceFlags.DEFAULT
        parent = SpanContext(
            values.trace_id, values.parent_id, is_remote=True, trace_flags=TraceFlags(flags)
        )
        return set_span_in_context(NonRecordingSpan(parent), Context())

    def close(self) -> None:
        """Send what is left, but don't wait long for a collector that is slow or away."""
        # Beside us: the library's own limits are ten seconds for each try.
        closing = Thread(target=self._provider.shutdown, daemon=True, name="spans-close")
        closing.start()
        closing.join(CLOSE_SECONDS)


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000
