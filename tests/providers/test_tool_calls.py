"""Tool calls in the stream: each server's way of sending them, and pieces of every size."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels.providers import tool_calls as module
from panels.providers.errors import EmptyAnswer, StreamBroken, UnreadableStream
from panels.providers.requests import ToolSpec
from panels.providers.stream import Finished, ReasoningDelta, ReasoningKept, TextDelta, ToolCalled
from panels.providers.stream_parser import StreamParser
from panels.providers.tool_calls import call_json, tools_fields
from tests.providers.streams import DONE, bytewise, delta, event, read, read_error, text

CALLS = delta(finish="tool_calls") + DONE
ENDED = Finished("tool_calls")


def fragment(index=0, call_id=None, name=None, arguments=None, **more) -> bytes:
    function = {"name": name, "arguments": arguments}
    call = {"index": index, "id": call_id, "type": "function", **more}
    call["function"] = {key: value for key, value in function.items() if value is not None}
    return delta(tool_calls=[{key: value for key, value in call.items() if value is not None}])


def whole(index: int, call: ToolCalled) -> dict[str, object]:
    function = {"name": call.name, "arguments": call.arguments_json}
    return {"index": index, "id": call.id, "function": function}


SEARCH = ToolCalled("call_a", "search", '{"query":"why"}')
FETCH = ToolCalled("call_b", "fetch", '{"url":"x"}')


@pytest.mark.parametrize(
    "stream",
    [
        # OpenAI, OpenRouter, vLLM, llama.cpp, LM Studio: fragments.
        fragment(0, "call_a", "search", "")
        + fragment(0, arguments='{"que')
        + fragment(0, arguments='ry":"why"}')
        + fragment(1, "call_b", "fetch", "")
        + fragment(1, arguments='{"url":"x"}'),
        # The fragments of two calls mixed.
        fragment(0, "call_a", "search", '{"query"')
        + fragment(1, "call_b", "fetch", '{"url"')
        + fragment(0, arguments=':"why"}')
        + fragment(1, arguments=':"x"}'),
        # Ollama: each call whole, in a chunk of its own, and both in one chunk.
        fragment(0, "call_a", "search", '{"query":"why"}')
        + fragment(1, "call_b", "fetch", '{"url":"x"}'),
        delta(tool_calls=[whole(0, SEARCH), whole(1, FETCH)]),
        # Its older builds: every call under index 0.
        fragment(0, "call_a", "search", '{"query":"why"}')
        + fragment(0, "call_b", "fetch", '{"url":"x"}'),
        # No index at all, told apart by id.
        fragment(None, "call_a", "search", '{"query":"why"}')
        + fragment(None, "call_b", "fetch", '{"url":"x"}'),
        fragment(None, "call_a", "search", '{"query"')
        + fragment(None, arguments=':"why"}')
        + fragment(None, "call_b", "fetch", '{"url":"x"}'),
        # Id and name repeated in every fragment.
        fragment(0, "call_a", "search", '{"query"')
        + fragment(0, "call_a", "search", ':"why"}')
        + fragment(1, "call_b", "fetch", '{"url":"x"}'),
        # The id only later.
        fragment(0, None, "search", '{"query":"why"}')
        + fragment(0, "call_a")
        + fragment(1, "call_b", "fetch", '{"url":"x"}'),
        # The second one is sent first: the order is that in which they began.
        fragment(3, "call_a", "search", '{"query":"why"}')
        + fragment(1, "call_b", "fetch", '{"url":"x"}'),
    ],
)
def test_calls_are_put_together_whatever_the_server(stream):
    assert read(stream + CALLS) == ([SEARCH, FETCH, ENDED], None)
    assert read(*bytewise(stream + CALLS)) == ([SEARCH, FETCH, ENDED], None)


def test_calls_without_ids_are_numbered():
    stream = fragment(0, None, "search", "{}") + fragment(1, "", "fetch", "{}")
    events, _ = read(stream + CALLS)
    assert [call.id for call in events[:-1]] == ["call_1", "call_2"]


def test_calls_with_neither_id_nor_index_are_told_apart_by_their_names():
    stream = fragment(None, None, "search", '{"a":1}') + fragment(None, None, "fetch", '{"b":2}')
    events, _ = read(stream + CALLS)
    assert [(call.name, call.arguments_json) for call in events[:-1]] == [
        ("search", '{"a":1}'),
        ("fetch", '{"b":2}'),
    ]


@pytest.mark.parametrize(
    ("arguments", "arguments_json"),
    [
        ({"query": "größe", "n": 1.5}, '{"query": "größe", "n": 1.5}'),
        ("", "{}"),
        (None, "{}"),
        ("  ", "{}"),
        ("{broken", "{broken"),
        (["x"], "{}"),
        (7, "{}"),
    ],
)
def test_arguments_are_kept_as_they_came(arguments, arguments_json):
    events, error = read(fragment(0, "a", "search", arguments) + CALLS)
    assert error is None
    assert events[0] == ToolCalled("a", "search", arguments_json)


def test_a_whole_completion_has_its_calls_in_the_message():
    call = {"id": "call_a", "type": "function", "function": {"name": "search", "arguments": "{}"}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    body = json.dumps({"choices": [{"message": message, "finish_reason": "tool_calls"}]}).encode()
    assert read(body) == ([ToolCalled("call_a", "search", "{}"), ENDED], None)


def test_text_before_the_calls_stays_and_the_calls_come_before_the_finish():
    stream = text("Let me look.") + fragment(0, "a", "search", "{}") + text(" ") + CALLS
    assert read(stream) == (
        [TextDelta("Let me look. "), ToolCalled("a", "search", "{}"), ENDED],
        None,
    )


def test_a_server_that_calls_it_a_stop_is_believed():
    stream = fragment(0, "a", "search", "{}") + delta(finish="stop") + DONE
    assert read(stream) == ([ToolCalled("a", "search", "{}"), Finished("stop")], None)


def test_an_answer_of_calls_alone_is_not_empty_and_one_of_nothing_is():
    assert isinstance(read_error(CALLS), EmptyAnswer)
    assert isinstance(read_error(fragment(0, "a", None, "{}") + CALLS), EmptyAnswer)


def test_calls_of_a_stream_that_broke_are_not_made():
    events, error = read(fragment(0, "a", "search", '{"que'))
    assert events == []
    assert isinstance(error, StreamBroken)


def test_a_call_counts_as_the_first_token():
    parser = StreamParser()
    assert not parser.has_first_token
    list(parser.feed(fragment(0, "a", "search", "")))
    assert parser.has_first_token


@pytest.mark.parametrize(
    "junk",
    [
        7,
        "x",
        [7],
        ["x", None],
        [{}],
        [{"function": 7}],
        [{"function": {"name": 7, "arguments": 7}}],
    ],
)
def test_junk_among_the_calls_is_passed_over(junk):
    stream = delta(tool_calls=junk) + fragment(5, "a", "search", "{}") + CALLS
    assert read(stream) == ([ToolCalled("a", "search", "{}"), ENDED], None)


def test_arguments_without_end_are_cut(monkeypatch):
    monkeypatch.setattr(module, "MOST_ARGUMENT_CHARACTERS", 10)
    error = read_error(fragment(0, "a", "search", "x" * 6) + fragment(0, arguments="x" * 6))
    assert isinstance(error, UnreadableStream)


def test_calls_without_end_are_cut():
    error = read_error(b"".join(fragment(n, f"c{n}", "search", "{}") for n in range(129)))
    assert isinstance(error, UnreadableStream)


def test_geminis_thought_signature_comes_back_with_its_call():
    signature = {"google": {"thought_signature": "c2ln"}}
    events, _ = read(fragment(0, "a", "search", "{}", extra_content=signature) + CALLS)
    assert json.loads(events[0].extra_json) == signature
    assert call_json(events[0])["extra_content"] == signature


def test_thoughts_are_kept_in_the_vendors_form_where_tools_are_called():
    thoughts = [
        {"type": "reasoning.text", "index": 0, "text": "Hm, ", "signature": None},
        {"type": "reasoning.text", "index": 0, "text": "yes.", "signature": None},
        {"type": "reasoning.text", "index": 0, "text": "", "signature": "sig"},
        {"type": "reasoning.encrypted", "index": 1, "data": "aa"},
        {"type": "reasoning.encrypted", "index": 1, "data": "bb"},
        {"type": "reasoning.summary", "index": 2, "summary": "So."},
    ]
    stream = b"".join(delta(reasoning_details=[each]) for each in [*thoughts, 7])
    events, _ = read(stream + fragment(0, "a", "search", "{}") + CALLS)
    assert events[0] == ReasoningDelta("Hm, yes.So.")
    assert isinstance(events[1], ReasoningKept)
    assert json.loads(events[1].details_json) == [
        {"type": "reasoning.text", "index": 0, "text": "Hm, yes.", "signature": "sig"},
        {"type": "reasoning.encrypted", "index": 1, "data": "aa"},
        {"type": "reasoning.encrypted", "index": 1, "data": "bb"},
        {"type": "reasoning.summary", "index": 2, "summary": "So."},
    ]
    without_calls, _ = read(stream + text("x") + delta(finish="stop") + DONE)
    assert [type(each) for each in without_calls] == [ReasoningDelta, TextDelta, Finished]


def test_a_call_is_repeated_in_the_protocols_form():
    assert call_json(SEARCH) == {
        "id": "call_a",
        "type": "function",
        "function": {"name": "search", "arguments": '{"query":"why"}'},
    }


@pytest.mark.parametrize("arguments", ["{broken", "[]", '"x"', "[" * 100_000])
def test_broken_arguments_are_not_sent_back_to_break_the_next_request(arguments):
    assert call_json(ToolCalled("a", "search", arguments))["function"]["arguments"] == "{}"


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        ("", None),
        ("auto", None),
        ("none", "none"),
        ("required", "required"),
        ("search", {"type": "function", "function": {"name": "search"}}),
    ],
)
def test_a_choice_is_sent_where_it_says_more_than_the_default(choice, sent):
    spec = ToolSpec("search", "Search the web.", {"type": "object"})
    body = tools_fields((spec,), choice)
    function = {"name": "search", "description": "Search the web.", "parameters": spec.parameters}
    assert body["tools"] == [{"type": "function", "function": function}]
    assert body.get("tool_choice") == sent


FRAGMENTS = st.builds(
    fragment,
    st.one_of(st.none(), st.integers(0, 3)),
    st.one_of(st.none(), st.sampled_from(["", "a", "b"])),
    st.one_of(st.none(), st.sampled_from(["", "search", "fetch"])),
    st.one_of(st.none(), st.text(max_size=6), st.just({"q": 1.5})),
)
PIECES = st.one_of(
    FRAGMENTS,
    st.text(max_size=6).map(text),
    st.sampled_from(
        [
            CALLS,
            event({"error": {"code": 429, "message": "Slow"}}),
            delta(annotations=[{"type": "url_citation", "url_citation": {"url": "https://a.b"}}]),
            delta(reasoning_details=[{"type": "reasoning.text", "index": 0, "text": "Hm"}]),
        ]
    ),
)


@settings(deadline=None)
@given(pieces=st.lists(PIECES, max_size=10), cuts=st.lists(st.integers(0, 2000), max_size=8))
def test_the_size_of_the_pieces_changes_no_call(pieces, cuts):
    stream = b"".join(pieces) + CALLS
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    whole = outcome(stream)
    assert outcome(*(stream[start:end] for start, end in pairwise(edges))) == whole
    assert outcome(*bytewise(stream)) == whole


def outcome(*chunks):
    events, error = read(*chunks)
    return events, type(error), error and error.detail
