"""Answers in every dialect, in pieces of every size."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels.providers.stream import ReasoningDelta, Served, TextDelta
from panels.providers.stream_parser import StreamParser
from tests.providers.streams import (
    DONE,
    FINISH,
    HELLO,
    SAID,
    bytewise,
    delta,
    event,
    merged,
    read,
    text,
    usage,
)


@pytest.mark.parametrize(
    "stream",
    [
        HELLO,
        b": OPENROUTER PROCESSING\n\n" + HELLO,
        text("Hel") + b": still there\n\n" + text("lo") + FINISH + DONE,
        HELLO.replace(b"\n", b"\r\n"),
        HELLO.replace(b"\n", b"\r"),
        b"\n\n" + HELLO,
        b"\xef\xbb\xbf" + HELLO,
        # No [DONE], and no blank line at the end.
        text("Hello") + FINISH,
        text("Hello") + FINISH.rstrip(),
        HELLO.rstrip(),
        # One event over several data lines.
        b'data: {"choices": [{"delta":\ndata: {"content": "Hello"}}]}\n\n' + FINISH + DONE,
        # llama.cpp's first delta, vLLM's usage on every chunk, a chunk without choices.
        delta(role="assistant", content=None) + HELLO,
        event({"object": "chat.completion.chunk"}) + HELLO,
        event({"choices": None}) + HELLO,
        event({"choices": [], "error": None}) + HELLO,
        event({"choices": [], "error": ""}) + HELLO,
        # The finish together with the last text, and again after it.
        text("Hel") + delta(finish="stop", content="lo") + FINISH + DONE,
        # Old builds send "" until the finish is known.
        delta(finish="", content="Hello") + FINISH + DONE,
        text("Hello") + FINISH + delta(finish="") + DONE,
        # What comes after the end mark is nobody's.
        HELLO + text("more"),
        HELLO + event({"error": {"message": "late"}}),
        # A second choice is not ours.
        event({"choices": [{"index": 1, "delta": {"content": "No"}}]}) + HELLO,
        # Content as parts.
        delta(content=[{"type": "text", "text": "Hello"}]) + FINISH + DONE,
        # A whole completion in place of a stream.
        json.dumps(
            {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}, indent=1
        ).encode(),
        b'\n {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}\n',
    ],
)
def test_an_answer_is_read_whatever_its_dialect(stream):
    assert read(stream) == (SAID, None)
    assert read(*bytewise(stream)) == (SAID, None)


@pytest.mark.parametrize(
    ("fields", "thoughts"),
    [
        ({"reasoning": "Hm"}, "Hm"),
        ({"reasoning_content": "Hm"}, "Hm"),
        ({"reasoning": "Hm", "reasoning_content": "Other"}, "Hm"),
        ({"reasoning": None, "reasoning_content": "Hm"}, "Hm"),
        ({"reasoning": "Hm", "reasoning_details": [{"text": "Other"}]}, "Hm"),
        ({"reasoning_details": [{"text": "H"}, {"summary": "m"}]}, "Hm"),
        (
            {"reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}, {"text": "Hm"}]},
            "Hm",
        ),
    ],
)
def test_reasoning_is_read_under_each_of_its_names(fields, thoughts):
    events, error = read(delta(**fields) + HELLO)
    assert events == [ReasoningDelta(thoughts), *SAID]
    assert error is None


def test_encrypted_reasoning_is_not_shown():
    details = [{"type": "reasoning.encrypted", "data": "c2VjcmV0"}]
    assert read(delta(reasoning_details=details) + HELLO) == (SAID, None)


@pytest.mark.parametrize(
    "junk",
    [
        {"choices": [None, 7, "x"]},
        {"choices": {"0": {}}},
        {"choices": [{"delta": None}]},
        {"choices": [{"delta": {"content": 7}}]},
        {"choices": [{"delta": {"content": ["x", {"text": 7}]}}]},
        {"choices": [{"delta": {"reasoning": 7, "reasoning_details": "x"}}]},
        {"choices": [{"delta": {"refusal": 7}}]},
        {"choices": [{"finish_reason": 7}]},
        {"usage": "x"},
        {"usage": {"prompt_tokens_details": 7}},
        {"id": 7, "model": None, "provider": {}},
    ],
)
def test_fields_of_the_wrong_type_are_passed_over(junk):
    assert read(event(junk) + HELLO) == (SAID, None)


def test_the_parser_knows_when_the_model_has_begun_and_finished():
    parser = StreamParser()
    states = []
    for piece in (delta(role="assistant", content=""), text("x"), FINISH, DONE):
        list(parser.feed(piece))
        states.append((parser.has_first_token, parser.has_answer, parser.is_done))
    assert states == [
        (False, False, False),
        (True, False, False),
        (True, True, False),
        (True, True, True),
    ]


def test_closing_after_the_end_mark_adds_nothing():
    parser = StreamParser()
    assert merged(parser.feed(HELLO)) == SAID
    assert list(parser.close()) == []


PIECES = st.one_of(
    st.text(max_size=20).map(text),
    st.text(max_size=10).map(lambda thought: delta(reasoning=thought)),
    st.text(alphabet="ab \t:{", max_size=10).map(lambda comment: f": {comment}\n\n".encode()),
    st.builds(usage, st.integers(0, 9), st.integers(0, 9)),
    st.sampled_from(
        [
            FINISH,
            DONE,
            delta(finish="length"),
            delta(refusal="no"),
            event({"error": {"code": 429, "message": "Slow"}}),
            b"data: {broken\n\n",
            b"error: words\n\n",
            b"\r\n",
        ]
    ),
    st.binary(max_size=12),
)


STREAMS = st.tuples(st.lists(PIECES, max_size=12), st.sampled_from([b"\n", b"\r\n", b"\r"])).map(
    lambda drawn: b"".join(drawn[0]).replace(b"\n", drawn[1])
)


@settings(deadline=None)
@given(stream=STREAMS, cuts=st.lists(st.integers(0, 400), max_size=8))
def test_the_size_of_the_pieces_changes_nothing(stream, cuts):
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    pieces = [stream[start:end] for start, end in pairwise(edges)]
    whole = outcome(*([stream] if stream else []))
    assert outcome(*pieces) == whole
    assert outcome(*bytewise(stream)) == whole


@settings(deadline=None)
@given(content=st.text(min_size=1).filter(lambda t: t.strip() and "\0" not in t))
def test_every_text_survives_byte_by_byte(content):
    said = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        said.decode()
    except UnicodeDecodeError:
        return
    stream = b'data: {"choices": [{"delta": {"content": ' + said + b"}}]}\n\n" + FINISH + DONE
    events, error = read(*bytewise(stream))
    assert error is None
    assert "".join(each.text for each in events if isinstance(each, TextDelta)) == content


def outcome(*chunks):
    events, error = read(*chunks)
    return events, type(error), error and error.detail


def chunk_of(**choice):
    head = {"id": "g1", "model": "m1", "choices": [{"index": 0, "finish_reason": None, **choice}]}
    return f"data: {json.dumps(head)}\n\n".encode()


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"delta": {"content": "b"}}, [TextDelta("b")]),
        ({"delta": {"content": "\ud800\0"}}, [TextDelta("\ufffd\ufffd")]),
        ({"delta": {"content": ""}}, []),
        ({"delta": {"content": "b", "reasoning": "r"}}, [ReasoningDelta("r"), TextDelta("b")]),
        ({"index": 1, "delta": {"content": "b"}}, []),
        ({"delta": None}, []),
        ({"delta": {"content": [{"type": "text", "text": "b"}]}}, [TextDelta("b")]),
    ],
)
def test_a_later_chunk_is_read_as_the_first_is(choice, expected):
    """Plain text takes a shorter way once it is known who answers."""
    parser = StreamParser()
    first = list(parser.feed(chunk_of(delta={"content": "a"})))
    assert first == [Served(model="m1", generation_id="g1"), TextDelta("a")]
    assert list(parser.feed(chunk_of(**choice))) == expected
