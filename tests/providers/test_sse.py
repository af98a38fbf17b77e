"""The framing of server-sent events, by the rules of the standard."""

import pytest

from panels.providers import sse
from panels.providers.errors import UnreadableStream
from panels.providers.sse import EventReader, ServerSentEvent
from tests.providers.streams import bytewise


def read_all(*chunks: bytes) -> list[ServerSentEvent]:
    reader = EventReader()
    events = [event for chunk in chunks for event in reader.feed(chunk)]
    return [*events, *reader.close()]


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"data: a\n\n", [("a", "")]),
        (b"data:a\n\n", [("a", "")]),
        (b"data:  a\n\n", [(" a", "")]),
        (b"data: a\n\ndata: b\n\n", [("a", ""), ("b", "")]),
        (b"data: a\ndata: b\n\n", [("a\nb", "")]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", [("a", ""), ("b", "")]),
        (b"data: a\r\rdata: b\r\r", [("a", ""), ("b", "")]),
        (b": a comment\n\ndata: a\n: another\n\n", [("a", "")]),
        (b":\n\n:\n\n", []),
        (b"id: 1\nretry: 3\nevent: message\ndata: a\n\n", [("a", "message")]),
        (b"event: ping\n\ndata: a\n\n", [("a", "")]),
        (b"data\n\n", []),
        (b"data: open at the end", [("open at the end", "")]),
        (b"data: open\n", [("open", "")]),
        (b"\n\n\ndata: a\n\n", [("a", "")]),
        (b"\xef\xbb\xbfdata: a\n\n", [("a", "")]),
        (b'error: {"code": 500}\n\n', [('{"code": 500}', "error")]),
        (b"nonsense\ndata: a\n\n", [("a", "")]),
        ("data: Größe 漢字 🦊\n\n".encode(), [("Größe 漢字 🦊", "")]),
        (b"data: \xff\n\n", [("\ufffd", "")]),
    ],
)
def test_a_stream_is_split_into_its_events_however_it_arrives(stream, expected):
    events = [ServerSentEvent(data, name) for data, name in expected]
    assert read_all(stream) == events
    assert read_all(*bytewise(stream)) == events


def test_an_event_is_given_out_as_soon_as_its_blank_line_is_there():
    reader = EventReader()
    assert list(reader.feed(b"data: a\n")) == []
    assert list(reader.feed(b"\n")) == [ServerSentEvent("a")]


def test_a_line_feed_after_a_carriage_return_is_no_second_line_end():
    assert read_all(b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n") == [ServerSentEvent("a\nb")]


def test_an_empty_piece_between_carriage_return_and_line_feed_changes_nothing():
    assert read_all(b"data: a\r", b"", b"\ndata: b\r\n\r\n") == [ServerSentEvent("a\nb")]


def test_a_line_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(sse, "MOST_LINE_BYTES", 100)
    reader = EventReader()
    assert list(reader.feed(b"data: " + b"a" * 90)) == []
    with pytest.raises(UnreadableStream, match="without end"):
        list(reader.feed(b"a" * 10))


def test_the_first_line_of_another_protocol_is_remembered():
    reader = EventReader()
    list(reader.feed(b": comment\nid: 4\nNot found\nAt all\n"))
    assert reader.strange_line == "Not found"
