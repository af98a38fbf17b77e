"""Runs and calls as spans, by the semantic conventions for generative AI."""

from decimal import Decimal

from panels.observing.observer import RecoveredCost
from panels.observing.span_values import call_span, cost_span, run_span, span_id_of, trace_id_of
from tests.observing.told import RUN_ID, ended_call, ended_run, later

TRACE = 0x0B5E7C1A4D2F4E8A9C3B7F6A5D4E3C2B


def test_the_trace_of_a_run_is_its_id_without_hyphens():
    assert f"{trace_id_of(RUN_ID):032x}" == RUN_ID.replace("-", "")


def test_every_process_computes_the_same_ids():
    assert f"{span_id_of('run', RUN_ID):016x}" == "08294e0b4c9c0682"
    ids = {span_id_of("run", RUN_ID), span_id_of("call", RUN_ID, 7), span_id_of("call", RUN_ID, 8)}
    assert len(ids) == 3
    assert all(0 < span_id < 2**64 for span_id in ids)


def test_a_call_is_a_chat_with_what_was_asked_and_what_was_served():
    span = call_span(ended_call())
    assert span.name == "chat google/gemini-3-flash"
    assert (span.trace_id, span.span_id) == (TRACE, span_id_of("call", RUN_ID, 7))
    assert span.parent_id == span_id_of("run", RUN_ID)
    assert (span.began_at, span.ended_at) == (later(0), later(9.5))
    assert span.is_client
    assert span.error == ""
    assert span.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openrouter",
        "gen_ai.conversation.id": RUN_ID,
        "gen_ai.request.model": "google/gemini-3-flash",
        "gen_ai.request.stream": True,
        "gen_ai.response.model": "google/gemini-3-flash-001",
        "gen_ai.response.id": "gen-1",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.response.time_to_first_chunk": 0.75,
        "gen_ai.usage.input_tokens": 1200,
        "gen_ai.usage.output_tokens": 340,
        "gen_ai.usage.cache_read.input_tokens": 1000,
        "fusionweb.run.id": RUN_ID,
        "fusionweb.call.id": 7,
        "fusionweb.call.role": "seat",
        "fusionweb.call.seat": "B",
        "fusionweb.call.attempt": 1,
        "fusionweb.call.state": "done",
        "fusionweb.provider_served": "Google",
        "fusionweb.cost_usd": 0.00125,
        "fusionweb.cost_source": "reported",
    }


def test_a_failed_attempt_says_why_and_what_followed():
    failed = ended_call(
        state="failed",
        error_code="rate_limited",
        followed_by="outage",
        because="retry",
        attempt=3,
        first_token_at=None,
        cost_usd=None,
        cost_source="unknown",
    )
    span = call_span(failed)
    assert span.error == "rate_limited"
    told = {
        name: span.attributes[name]
        for name in (
            "error.type",
            "fusionweb.call.attempt",
            "fusionweb.call.because",
            "fusionweb.call.followed_by",
            "fusionweb.cost_source",
        )
    }
    assert list(told.values()) == ["rate_limited", 3, "retry", "outage", "unknown"]
    assert "fusionweb.cost_usd" not in span.attributes
    assert "gen_ai.response.time_to_first_chunk" not in span.attributes


def test_a_call_that_could_not_be_asked_is_a_moment():
    span = call_span(ended_call(asked_at=None, first_token_at=None))
    assert span.began_at == span.ended_at == later(9.5)


def test_providers_go_by_the_names_of_the_conventions():
    names = [
        call_span(ended_call(model_asked=f"{provider}:m")).attributes["gen_ai.provider.name"]
        for provider in ("gemini", "mistral", "xai", "openai", "ollama")
    ]
    assert names == ["gcp.gemini", "mistral_ai", "x_ai", "openai", "ollama"]


def test_a_run_is_the_root_and_tells_what_was_decided():
    span = run_span(ended_run())
    assert (span.name, span.trace_id, span.parent_id) == ("run", TRACE, None)
    assert span.span_id == span_id_of("run", RUN_ID)
    assert (span.began_at, span.ended_at) == (later(-1), later(600))
    assert {
        name.removeprefix("fusionweb.critiques."): count
        for name, count in span.attributes.items()
        if name.startswith("fusionweb.critiques.")
    } == {"accepted": 1, "rejected": 1, "deferred": 0, "open": 1}
    assert [
        (event.at, event.attributes["fusionweb.critique"], event.attributes["fusionweb.decision"])
        for event in span.events
    ] == [
        (later(300), "C1", "accepted"),
        (later(320), "C2", "rejected"),
        (later(600), "C3", "open"),
    ]


def test_a_failed_run_says_why():
    span = run_span(ended_run(state="failed", reason="no_answers"))
    assert (span.error, span.attributes["error.type"]) == ("no_answers", "no_answers")


def test_what_follows_an_ended_run_hangs_below_it():
    first = run_span(ended_run())
    more = run_span(ended_run(is_continuation=True, began_at=later(700), ended_at=later(710)))
    assert (more.name, more.trace_id, more.parent_id) == ("continue run", TRACE, first.span_id)
    assert more.span_id != first.span_id


def test_a_cost_that_is_learned_later_hangs_below_its_call():
    cost = RecoveredCost(
        run_id=RUN_ID,
        call_id=7,
        model_asked="openrouter:m",
        cost_usd=Decimal("0.5"),
        recovered_at=later(20),
    )
    span = cost_span(cost)
    assert (span.name, span.parent_id) == ("recover cost", span_id_of("call", RUN_ID, 7))
    assert span.attributes["fusionweb.cost_usd"] == 0.5
