"""What holds for every stream, wherever it is cut, and whatever stands between its lines."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from panels.providers.errors import ProviderError
from panels.providers.stream import Finished, ReasoningDelta, TextDelta
from panels.providers.stream_parser import StreamParser
from tests.providers.recorded import RECORDINGS
from tests.providers.streams import bytewise, read

STREAMS = st.sampled_from([each.stream for each in RECORDINGS])
#: Not a plain JSON body, in which a comment would be junk.
EVENT_STREAMS = st.sampled_from(
    [each.stream for each in RECORDINGS if not each.stream.startswith(b"{")]
)
COMMENTS = st.text(alphabet="ab \t:{}é🦊", max_size=12).map(lambda said: f":{said}\n".encode())


@settings(deadline=None)
@given(data=st.data(), stream=EVENT_STREAMS)
def test_comments_and_line_ends_of_both_kinds_change_nothing(data, stream):
    lines = []
    for line in stream.splitlines(keepends=True):
        lines += data.draw(st.lists(COMMENTS, max_size=2))
        lines.append(line)
    dressed = b"".join(
        line.replace(b"\n", data.draw(st.sampled_from([b"\n", b"\r\n"]))) for line in lines
    )
    assert outcome(*cut(data, dressed)) == outcome(stream)


@settings(deadline=None)
@given(data=st.data(), stream=STREAMS)
def test_pieces_of_any_size_even_none_change_nothing(data, stream):
    assert outcome(*cut(data, stream)) == outcome(stream)


@settings(deadline=None)
@given(data=st.data(), stream=STREAMS)
def test_a_connection_cut_anywhere_invents_nothing(data, stream):
    """What came before the cut is the beginning of what would have come; it finishes as that
    does, or not at all."""
    whole, _ = read(stream)
    part, error = read(stream[: data.draw(st.integers(0, len(stream)))])
    for kind in (TextDelta, ReasoningDelta):
        assert said(kind, whole).startswith(said(kind, part))
    finish = [each for each in part if isinstance(each, Finished)]
    assert finish == [each for each in whole if isinstance(each, Finished)] or error is not None


@settings(deadline=None)
@given(stream=st.binary(max_size=200), head=st.sampled_from([b"", b"data: ", b"{", b"error: "]))
def test_bytes_of_any_kind_are_events_or_a_typed_error(stream, head):
    assert outcome(head + stream) == outcome(*bytewise(head + stream))


@settings(deadline=None)
@given(first=EVENT_STREAMS, second=EVENT_STREAMS)
def test_two_answers_at_once_stay_apart(first, second):
    """Parsers share nothing."""
    parsers = StreamParser(), StreamParser()
    results = [[], []]
    for pieces in pairs(first, second):
        for parser, piece, result in zip(parsers, pieces, results, strict=True):
            try:
                result.extend(parser.feed(piece))
            except ProviderError as error:
                result.append(type(error))
                parser.is_done = True
    for stream, result in zip((first, second), results, strict=True):
        text = "".join(each.text for each in result if isinstance(each, TextDelta))
        assert text == said(TextDelta, read(stream)[0])


def pairs(first: bytes, second: bytes, size: int = 40):
    for start in range(0, max(len(first), len(second)), size):
        yield first[start : start + size], second[start : start + size]


def cut(data, stream: bytes) -> list[bytes]:
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=10))
    return [stream[start:end] for start, end in pairwise([0, *sorted(cuts), len(stream)])]


def said(kind, events) -> str:
    return "".join(each.text for each in events if isinstance(each, kind))


def outcome(*chunks):
    events, error = read(*chunks)
    return events, type(error), error and error.detail
