"""What a stream says beside its text: usage, cost, and who answers."""

from decimal import Decimal

import pytest

from panels.providers.stream import Finished, Served, TextDelta, UsageReported
from panels.providers.stream_parser import StreamParser
from tests.providers.streams import (
    DONE,
    FINISH,
    HELLO,
    delta,
    event,
    read,
    text,
    usage,
)


def test_usage_is_read_from_a_last_chunk_without_choices_after_the_finish():
    events, error = read(text("Hello") + FINISH + usage(7, 2) + DONE)
    assert events == [
        TextDelta("Hello"),
        UsageReported(tokens_in=7, tokens_out=2),
        Finished("stop"),
    ]
    assert error is None


def test_usage_that_grows_with_every_chunk_is_not_summed():
    stream = usage(7, 1) + text("Hel") + usage(7, 2) + text("lo") + FINISH + usage(7, 3) + DONE
    events, _ = read(stream)
    counts = [each for each in events if isinstance(each, UsageReported)]
    assert counts[-1] == UsageReported(tokens_in=7, tokens_out=3)


def test_usage_said_twice_is_reported_once():
    events, _ = read(text("Hello") + usage(7, 2) + FINISH + usage(7, 2) + DONE)
    assert sum(isinstance(each, UsageReported) for each in events) == 1


def test_all_of_usage_is_read():
    stream = usage(
        100,
        50,
        cost=0.00125,
        completion_tokens_details={"reasoning_tokens": 30},
        prompt_tokens_details={"cached_tokens": 64},
    )
    events, _ = read(text("Hello") + FINISH + stream + DONE)
    assert events[1] == UsageReported(
        tokens_in=100,
        tokens_out=50,
        tokens_reasoning=30,
        tokens_cached=64,
        cost_usd=Decimal("0.00125"),
    )


def test_money_keeps_every_digit_that_was_sent():
    stream = b'data: {"choices": [], "usage": {"cost": 0.12345678901234567890123}}\n\n'
    events, _ = read(text("Hello") + FINISH + stream + DONE)
    assert events[1] == UsageReported(cost_usd=Decimal("0.12345678901234567890123"))


@pytest.mark.parametrize(
    ("fields", "cost"),
    [
        ({"cost": "0.0100"}, Decimal("0.0100")),
        ({"cost": 0}, Decimal(0)),
        ({"cost": None}, None),
        ({"cost": -1}, None),
        ({"cost": True}, None),
        ({"cost": "much"}, None),
        ({"cost": "NaN"}, None),
        ({"cost": {"usd": 1}}, None),
        # With a key of one's own the router's cost is only its fee.
        (
            {"cost": 0.5, "is_byok": True, "cost_details": {"upstream_inference_cost": 1.25}},
            Decimal("1.75"),
        ),
        ({"cost": 0.5, "is_byok": True}, None),
        ({"cost": 0.5, "is_byok": False}, Decimal("0.5")),
    ],
)
def test_a_cost_is_an_amount_of_money_or_unknown(fields, cost):
    events, _ = read(text("Hello") + FINISH + usage(1, 1, **fields) + DONE)
    assert events[1] == UsageReported(tokens_in=1, tokens_out=1, cost_usd=cost)


@pytest.mark.parametrize("junk", [None, "7", -1, True, 1.5, [1]])
def test_a_count_that_is_none_is_left_out(junk):
    events, _ = read(text("Hello") + FINISH + usage(junk, 2) + DONE)
    assert events[1] == UsageReported(tokens_in=None, tokens_out=2)


@pytest.mark.parametrize(
    ("counts", "tokens_out"),
    [
        # Thoughts that only the total has: Google without, xAI with a count of their own.
        ({"total_tokens": 57}, 49),
        ({"total_tokens": 57, "completion_tokens_details": {"reasoning_tokens": 38}}, 49),
        ({"total_tokens": 57, "prompt_tokens_details": {"cached_tokens": 4}}, 49),
        # What a gateway left out of the prompt because it came from a cache, or went into one.
        ({"total_tokens": 57, "prompt_tokens_details": {"cached_tokens": 38}}, 11),
        ({"total_tokens": 57, "prompt_tokens_details": {"cache_write_tokens": 38}}, 11),
        (
            {
                "total_tokens": 57,
                "prompt_tokens_details": {"cached_tokens": 30, "cache_write_tokens": 8},
            },
            11,
        ),
        ({"total_tokens": 19}, 11),
        ({"total_tokens": 3}, 11),
        ({"total_tokens": None}, 11),
    ],
)
def test_all_that_was_written_is_counted_as_output(counts, tokens_out):
    events, _ = read(text("Hello") + FINISH + usage(8, 11, **counts) + DONE)
    assert events[1].tokens_out == tokens_out


def test_a_finish_keeps_the_models_own_word_for_it():
    choice = {"delta": {}, "finish_reason": "stop", "native_finish_reason": "end_turn"}
    events, _ = read(text("Hello") + event({"choices": [choice]}) + DONE)
    assert events[-1] == Finished("stop", "end_turn")


@pytest.mark.parametrize(("word", "plain"), [("STOP", "stop"), ("MAX_TOKENS", "length")])
def test_a_finish_in_googles_words_is_understood(word, plain):
    events, _ = read(text("Hello") + delta(finish=word) + DONE)
    assert events[-1] == Finished(plain, word)


def test_who_answers_is_told_once_and_completed_later():
    first = event({"id": "gen-1", "model": "a/b-2026", "choices": []})
    later = event({"id": "gen-1", "model": "other", "provider": "Azure", "choices": []})
    events, _ = read(first + text("Hel") + later + later + text("lo") + FINISH + DONE)
    assert [each for each in events if isinstance(each, Served)] == [
        Served(model="a/b-2026", generation_id="gen-1"),
        Served(model="a/b-2026", provider="Azure", generation_id="gen-1"),
    ]


def test_the_generation_id_of_the_headers_wins_over_the_body():
    stream = event({"id": "chatcmpl-1", "model": "m", "choices": []}) + HELLO
    events, _ = read(stream, parser=StreamParser(served=Served(generation_id="gen-9")))
    assert events[0] == Served(model="m", generation_id="gen-9")
