"""Streams that are no answer: errors, early ends, refusals, junk."""

import json

import pytest

from panels.providers import stream_parser
from panels.providers.errors import (
    AuthFailed,
    BadRequest,
    ContentRefused,
    ContextOverflow,
    EmptyAnswer,
    Overloaded,
    PaymentRequired,
    RateLimited,
    StreamBroken,
    UnreadableStream,
)
from panels.providers.stream import Finished, Served, TextDelta, UsageReported
from tests.providers.streams import (
    DONE,
    FINISH,
    bytewise,
    delta,
    event,
    read,
    read_error,
    text,
)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"code": 429, "message": "Slow down"}, RateLimited),
        ({"code": "429", "message": "Slow down"}, RateLimited),
        ({"code": "rate_limit_exceeded", "message": "Slow down"}, RateLimited),
        ({"code": 503, "message": "Busy"}, Overloaded),
        ({"code": 529, "message": "Busy"}, Overloaded),
        ({"type": "overloaded_error", "message": "Busy"}, Overloaded),
        (
            {"code": 502, "message": "Gone", "metadata": {"error_type": "provider_overloaded"}},
            Overloaded,
        ),
        ({"code": 401, "message": "Who?"}, AuthFailed),
        ({"code": 402, "message": "Pay"}, PaymentRequired),
        ({"code": 400, "message": "No"}, BadRequest),
        ({"code": 400, "type": "exceed_context_size_error", "message": "Long"}, ContextOverflow),
        ({"code": 400, "message": "Exceeds the available context size"}, ContextOverflow),
        ({"code": "content_policy_violation", "message": "No"}, ContentRefused),
        ({"code": 500, "message": "Oops"}, StreamBroken),
        ({"code": "server_error", "message": "Oops"}, StreamBroken),
        ({"message": "Oops"}, StreamBroken),
        ({}, StreamBroken),
        ("Oops", StreamBroken),
    ],
)
def test_an_error_in_a_200_stream_is_typed_by_its_code_and_keeps_the_text(error, expected):
    failed = {"error": error, "choices": [{"delta": {"content": ""}, "finish_reason": "error"}]}
    for chunks in ([text("Hel") + event(failed)], bytewise(text("Hel") + event(failed))):
        events, raised = read(*chunks)
        assert events == [TextDelta("Hel")]
        assert type(raised) is expected


def test_an_error_is_seen_before_the_choices_of_its_chunk():
    chunk = {
        "error": {"code": 429},
        "choices": [{"delta": {"content": "x"}, "finish_reason": "stop"}],
    }
    events, error = read(event(chunk) + DONE)
    assert events == []
    assert isinstance(error, RateLimited)


def test_a_failed_chunk_still_says_what_it_cost_and_who_failed():
    chunk = {"model": "m", "error": {"code": 502}, "usage": {"prompt_tokens": 9}, "choices": []}
    events, _ = read(event(chunk))
    assert events == [Served(model="m"), UsageReported(tokens_in=9)]


@pytest.mark.parametrize(
    "stream",
    [
        b'error: {"code": 429, "message": "Slow down"}\n\n' + DONE,
        b'error: {"error": {"code": 429, "message": "Slow down"}}\n\n',
        b'event: error\ndata: {"error": {"code": 429, "message": "Slow down"}}\n\n',
        b'event: error\ndata: {"code": 429, "message": "Slow down"}\n\n',
        b'{"error": {"code": 429, "message": "Slow down"}}',
        b'data: {"object": "error", "message": "Slow down", "code": 429}\n\n',
        b'data: {"type": "error", "error": {"code": 429, "message": "Slow down"}}\n\n',
    ],
)
def test_an_error_is_found_in_every_place_that_servers_have_for_it(stream):
    error = read_error(stream)
    assert isinstance(error, RateLimited)
    assert error.detail == "Slow down"


def test_an_error_in_bare_words_is_an_error():
    error = read_error(b"error: out of memory\n\n")
    assert isinstance(error, StreamBroken)
    assert error.detail == "out of memory"


def test_an_error_inside_a_choice_ends_the_answer_after_its_text():
    choice = {"message": {"content": "Half"}, "finish_reason": "error", "error": {"code": 503}}
    events, error = read(json.dumps({"choices": [choice]}).encode())
    assert events == [TextDelta("Half")]
    assert isinstance(error, Overloaded)


@pytest.mark.parametrize("stream", [text("Hel"), text("Hel") + DONE, text("Hel")[:-20]])
def test_an_end_without_a_finish_is_broken_and_keeps_the_text(stream):
    events, error = read(text("Hi") + stream)
    assert isinstance(error, StreamBroken | UnreadableStream)
    assert events[0].text.startswith("Hi")


def test_an_end_in_the_middle_says_so():
    error = read_error(text("Hel"))
    assert type(error) is StreamBroken
    assert error.detail == "The stream ended in the middle of the answer."


@pytest.mark.parametrize("stream", [b"", b"\n\n", b": comment\n\n", b"\xef\xbb"])
def test_an_end_before_anything_says_so(stream):
    error = read_error(stream)
    assert isinstance(error, StreamBroken | UnreadableStream)


@pytest.mark.parametrize("reason", ["abort", "error", "", "load", "something new"])
def test_an_unknown_finish_is_a_failure_that_keeps_the_text(reason):
    events, error = read(text("Hello") + delta(finish=reason) + DONE)
    assert events == [TextDelta("Hello")]
    assert type(error) is StreamBroken


@pytest.mark.parametrize("reason", ["stop", "length", "tool_calls", "function_call"])
def test_a_known_finish_with_text_is_an_answer(reason):
    events, error = read(text("Hello") + delta(finish=reason) + DONE)
    assert events == [TextDelta("Hello"), Finished(reason)]
    assert error is None


@pytest.mark.parametrize(
    ("stream", "detail"),
    [
        (FINISH, "The model finished and said nothing."),
        (text(" \n") + FINISH, "The model finished and said nothing."),
        (delta(reasoning="Hm") + FINISH, "The model thought, finished, and said nothing."),
        (
            delta(reasoning="Hm") + delta(finish="length"),
            "The model ran out of tokens while thinking and said nothing.",
        ),
        (
            delta(finish="length"),
            "The model ran out of tokens, perhaps while thinking, and said nothing.",
        ),
    ],
)
def test_a_blank_answer_is_an_error_that_says_why(stream, detail):
    error = read_error(stream + DONE)
    assert type(error) is EmptyAnswer
    assert error.detail == detail


def test_a_refusal_is_put_together_from_its_pieces():
    stream = delta(refusal="I can't ") + delta(refusal="help.") + FINISH + DONE
    error = read_error(stream)
    assert type(error) is ContentRefused
    assert error.detail == "I can't help."


def test_a_content_filter_refuses_after_some_text():
    events, error = read(text("Well") + delta(finish="content_filter") + DONE)
    assert events == [TextDelta("Well")]
    assert type(error) is ContentRefused


@pytest.mark.parametrize(
    "stream",
    [
        b'data: {"choices": [\n\n',
        b"data: nonsense\n\n",
        b"data: 7\n\n",
        b"data: null\n\n",
        b"data: []\n\n",
        b"[]",
        b'{"choices": [',
        b"<!DOCTYPE html><title>Sign in</title>",
        b"Not found",
        b"data: " + b"[" * 100_000 + b"\n\n",
    ],
)
def test_what_is_not_the_protocol_is_unreadable(stream):
    assert type(read_error(stream)) is UnreadableStream
    assert type(read_error(*bytewise(stream[:2000]))) is UnreadableStream


def test_malformed_json_after_text_keeps_the_text():
    events, error = read(text("Hello") + b'data: {"cho\n\n' + FINISH + DONE)
    assert events == [TextDelta("Hello")]
    assert type(error) is UnreadableStream
    assert '{"cho' in error.detail


def test_a_json_body_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(stream_parser, "MOST_BODY_BYTES", 100)
    assert type(read_error(b"{" + b" " * 200)) is UnreadableStream
