"""No paid answer is lost to a character or a number that a database can't hold."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.providers.scripts import Script
from panels.providers.storable import storable_count, storable_text, storable_usd
from panels.providers.stream import TextDelta, UsageReported
from panels.providers.stream_parser import StreamParser


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("plain", "plain"),
        ("naïve 😀", "naïve 😀"),
        ("a\ud800b", "a\ufffdb"),
        ("a\ud83d\ude00b", "a😀b"),
        ("a\0b", "a\ufffdb"),
    ],
)
def test_text_is_made_fit_to_be_stored(said: str, stored: str) -> None:
    assert storable_text(said) == stored


@given(st.text(alphabet=st.characters(categories=None)))
def test_any_text_can_be_stored(text: str) -> None:
    stored = storable_text(text)
    assert "\0" not in stored
    assert stored.encode().decode() == stored


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (0, 0),
        (7, 7),
        (2**31 - 1, 2**31 - 1),
        *[(bad, None) for bad in (2**31, 10**29, -1, True, "7", 7.0, None)],
    ],
)
def test_only_what_is_a_count_counts(value: object, count: int | None) -> None:
    assert storable_count(value) == count


@pytest.mark.parametrize(
    ("amount", "usd"),
    [("0.0031", "0.0031"), ("999999.99", "999999.99"), ("1e6", None), ("-1", None), ("NaN", None)],
)
def test_a_cost_that_nobody_could_owe_is_unknown(amount: str, usd: str | None) -> None:
    assert storable_usd(Decimal(amount)) == (None if usd is None else Decimal(usd))


def test_a_hostile_chunk_is_read_and_its_answer_kept() -> None:
    parser = StreamParser()
    chunk = (
        rb'data: {"model": "m\u0000", "choices": [{"delta": {"content": "half \ud800 and \u0000"},'
        rb' "finish_reason": "stop"}], "usage": {"prompt_tokens": 100000000000000000000000000,'
        rb' "completion_tokens": 3, "cost": 1e300}}' + b"\n\ndata: [DONE]\n\n"
    )
    events = [*parser.feed(chunk), *parser.close()]
    assert TextDelta("half \ufffd and \ufffd") in events
    usage = next(event for event in events if isinstance(event, UsageReported))
    assert (usage.tokens_in, usage.tokens_out, usage.cost_usd) == (None, 3, None)


def test_a_script_may_say_such_things_too() -> None:
    assert Script(text="a\ud800b").text == "a\ud800b"
