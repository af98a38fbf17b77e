"""What a run and its calls look like as OpenTelemetry spans: names, ids and attributes. Pure.

Names follow the semantic conventions for generative AI where they have one, and begin with
`fusionweb.` where they don't. A run may be advanced by several processes and outlive them all, so
its ids are computed from its own: every process gives the same run the same trace.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from panels.observing.observer import Decided, EndedCall, EndedRun, RecoveredCost

Attribute = str | bool | int | float | tuple[str, ...]

#: Our names of providers that the conventions call otherwise.
_PROVIDERS = {"gemini": "gcp.gemini", "mistral": "mistral_ai", "xai": "x_ai"}


@dataclass(frozen=True, kw_only=True)
class SpanEvent:
    name: str
    at: datetime
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True, kw_only=True)
class SpanValues:
    name: str
    trace_id: int
    span_id: int
    #: None: the root.
    parent_id: int | None
    began_at: datetime
    ended_at: datetime
    attributes: Mapping[str, Attribute]
    events: tuple[SpanEvent, ...] = ()
    #: A request to somebody else.
    is_client: bool = False
    #: Empty when nothing went wrong.
    error: str = ""


def trace_id_of(run_id: str) -> int:
    """The run's id itself, without its hyphens: whoever knows the run finds its trace."""
    return UUID(run_id).int


def span_id_of(*names: object) -> int:
    """Eight bytes that any process would compute; never zero."""
    digest = sha256(":".join(str(name) for name in names).encode()).digest()
    return int.from_bytes(digest[:8]) or 1


def run_span(run: EndedRun) -> SpanValues:
    root = span_id_of("run", run.run_id)
    again = span_id_of("run", run.run_id, run.ended_at.isoformat())
    return SpanValues(
        name="continue run" if run.is_continuation else "run",
        trace_id=trace_id_of(run.run_id),
        span_id=again if run.is_continuation else root,
        parent_id=root if run.is_continuation else None,
        began_at=min(run.began_at, run.ended_at),
        ended_at=run.ended_at,
        attributes=_run_attributes(run),
        events=tuple(_decision(decided, run) for decided in run.decisions),
        error=run.reason if run.state == "failed" else "",
    )


def _run_attributes(run: EndedRun) -> Mapping[str, Attribute]:
    return _known(
        {
            "fusionweb.run.id": run.run_id,
            "fusionweb.run.state": run.state,
            "fusionweb.run.reason": run.reason or None,
            "fusionweb.run.lane": run.lane,
            "fusionweb.run.is_tour": run.is_tour,
            "fusionweb.run.seats": run.seat_count,
            "fusionweb.run.calls": run.call_count,
            "fusionweb.run.syntheses": run.synthesis_count,
            "fusionweb.cost_usd": float(run.cost_usd),
            "fusionweb.cost_is_complete": not run.has_unknown_cost,
            "gen_ai.conversation.id": run.run_id,
            "gen_ai.usage.input_tokens": run.tokens_in,
            "gen_ai.usage.output_tokens": run.tokens_out,
            "error.type": run.reason if run.state == "failed" else None,
            **{
                f"fusionweb.critiques.{verdict}": sum(d.verdict == verdict for d in run.decisions)
                for verdict in ("accepted", "rejected", "deferred", "open")
            },
        }
    )


def _decision(decided: Decided, run: EndedRun) -> SpanEvent:
    return SpanEvent(
        name="fusionweb.decision",
        at=decided.decided_at or run.ended_at,
        attributes={
            "fusionweb.critique": f"C{decided.number}",
            "fusionweb.critique.kind": decided.kind,
            "fusionweb.critique.origin": decided.origin,
            "fusionweb.decision": decided.verdict,
        },
    )


def call_span(call: EndedCall) -> SpanValues:
    return SpanValues(
        name=f"chat {call.model}",
        trace_id=trace_id_of(call.run_id),
        span_id=span_id_of("call", call.run_id, call.call_id),
        parent_id=span_id_of("run", call.run_id),
        began_at=call.asked_at or call.finished_at,
        ended_at=call.finished_at,
        attributes=_call_attributes(call),
        is_client=True,
        error=call.error_code,
    )


def _call_attributes(call: EndedCall) -> Mapping[str, Attribute]:
    return _known(
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": _PROVIDERS.get(call.provider, call.provider),
            "gen_ai.conversation.id": call.run_id,
            "gen_ai.request.model": call.model,
            "gen_ai.request.stream": True,
            "gen_ai.response.model": call.model_served or None,
            "gen_ai.response.id": call.generation_id or None,
            "gen_ai.response.finish_reasons": (call.finish_reason,) if call.finish_reason else None,
            "gen_ai.response.time_to_first_chunk": call.seconds_to_first_token,
            "gen_ai.usage.input_tokens": call.tokens_in,
            "gen_ai.usage.output_tokens": call.tokens_out,
            "gen_ai.usage.reasoning.output_tokens": call.tokens_reasoning,
            "gen_ai.usage.cache_read.input_tokens": call.tokens_cached,
            "error.type": call.error_code or None,
            "fusionweb.run.id": call.run_id,
            "fusionweb.call.id": call.call_id,
            "fusionweb.call.role": call.role,
            "fusionweb.call.seat": call.seat or None,
            "fusionweb.call.attempt": call.attempt,
            "fusionweb.call.because": call.because or None,
            "fusionweb.call.state": call.state,
            "fusionweb.call.followed_by": call.followed_by or None,
            "fusionweb.provider_served": call.provider_served or None,
            "fusionweb.cost_usd": None if call.cost_usd is None else float(call.cost_usd),
            "fusionweb.cost_source": call.cost_source,
        }
    )


def cost_span(cost: RecoveredCost) -> SpanValues:
    """A call's span is gone by the time its cost is learned: the cost follows as its child."""
    return SpanValues(
        name="recover cost",
        trace_id=trace_id_of(cost.run_id),
        span_id=span_id_of("cost", cost.run_id, cost.call_id),
        parent_id=span_id_of("call", cost.run_id, cost.call_id),
        began_at=cost.recovered_at,
        ended_at=cost.recovered_at,
        attributes={
            "fusionweb.run.id": cost.run_id,
            "fusionweb.call.id": cost.call_id,
            "fusionweb.cost_usd": float(cost.cost_usd),
            "fusionweb.cost_source": "reported",
        },
    )


def _known(attributes: Mapping[str, Attribute | None]) -> dict[str, Attribute]:
    return {name: value for name, value in attributes.items() if value is not None}
