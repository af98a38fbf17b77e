"""Every server's dialect: its recorded streams mean what they should, however they are cut."""

import random

import pytest

from panels.providers.vendors import VENDOR_BY_NAME
from tests.providers.asking import ask
from tests.providers.raw_servers import CHUNKED, chunk, raw_server, says
from tests.providers.recorded import NAMES, RECORDINGS, STREAMS_DIR, Recording, summary_of
from tests.providers.streams import bytewise, read

pytestmark = pytest.mark.parametrize("recording", RECORDINGS, ids=NAMES)
#: Enough to cut inside every kind of place: a character, a line end, a field, an object.
RANDOM_CUTS = 8


def test_a_stream_means_what_its_expectation_says(recording: Recording):
    assert summary_of(*read(recording.stream)) == recording.expected


def test_a_stream_means_the_same_byte_by_byte(recording: Recording):
    assert outcome(bytewise(recording.stream)) == outcome([recording.stream])


def test_a_stream_means_the_same_in_pieces_of_any_size(recording: Recording):
    # Cut anew in each run: pytest-randomly seeds this, and says with what.
    for _ in range(RANDOM_CUTS):
        assert outcome(randomly_cut(recording.stream)) == outcome([recording.stream])


@pytest.mark.parametrize("line_end", [b"\r\n", b"\r"])
def test_a_stream_means_the_same_with_other_line_ends(recording: Recording, line_end: bytes):
    stream = recording.stream.replace(b"\n", line_end)
    assert outcome(bytewise(stream)) == outcome([recording.stream])


async def test_a_stream_means_the_same_over_http(recording: Recording, vendor_at):
    vendor = VENDOR_BY_NAME.get(recording.server)
    kind = {"kind": vendor.provider} if vendor else {}
    pieces = [chunk(piece) for piece in randomly_cut(recording.stream)]
    async with raw_server(says(CHUNKED, *pieces, b"0\r\n\r\n")) as base_url:
        events, error = await ask(vendor_at(base_url, **kind), "m")
    assert summary_of(events, error) == recording.expected


def test_a_recording_says_what_it_shows_and_how_that_is_known(recording: Recording):
    assert recording.about["shows"].endswith(".")
    assert recording.about["sources"]
    assert recording.path.parent.parent == STREAMS_DIR


def randomly_cut(stream: bytes) -> list[bytes]:
    edges = sorted(random.sample(range(1, len(stream)), k=min(12, len(stream) - 1)))
    return [stream[start:end] for start, end in zip([0, *edges], [*edges, None], strict=True)]


def outcome(pieces: list[bytes]):
    events, error = read(*pieces)
    return events, type(error), error and error.detail
