"""Attempts in words: why another one, what it waits for, how it ended."""

from datetime import timedelta

import pytest

from panels.attempt_words import (
    attempt_note,
    history,
    next_words,
    outcome,
    reason_of,
    state_words,
)
from panels.choices import Because, CallState
from panels.providers.errors import ProviderError
from tests.factories import NOW, make_call


def error_classes(parent=ProviderError):
    return [parent, *(found for child in parent.__subclasses__() for found in error_classes(child))]


def failed(code="rate_limited", attempt=1, because="", model="scripted:a"):
    return make_call(
        id=attempt,
        attempt=attempt,
        because=because,
        state=CallState.FAILED,
        error_code=code,
        model_asked=model,
    )


def done(attempt, because, model="scripted:a"):
    return make_call(id=attempt, attempt=attempt, because=because, model_asked=model)


def queued(seconds, **changes):
    due = None if seconds is None else NOW + timedelta(seconds=seconds)
    values = {"id": 2, "attempt": 2, "because": Because.RETRY, "state": CallState.QUEUED}
    return make_call(**{**values, "not_before_at": due, **changes})


@pytest.mark.parametrize(
    "code", sorted({error.error_code for error in error_classes()} | {"interrupted"})
)
def test_every_error_has_a_reason_of_a_few_words(code):
    assert reason_of(code) != "an error"
    assert len(reason_of(code)) <= 25


def test_a_code_without_words_is_an_error():
    assert reason_of("no_such_code") == "an error"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (8, "asking again in 8 s, because: rate limited"),
        (7.2, "asking again in 8 s, because: rate limited"),
        (0.01, "asking again in 1 s, because: rate limited"),
        (0, "waiting for a free place at scripted"),
        (-5, "waiting for a free place at scripted"),
        (None, "waiting for its turn"),
    ],
)
def test_a_queued_retry_says_what_it_waits_for(seconds, words):
    assert state_words([failed(), queued(seconds)], NOW) == words


def test_a_first_attempt_may_wait_for_a_free_place_too():
    call = queued(0, attempt=1, because="", model_asked="openrouter:google/gemini-3-flash")
    assert state_words([call], NOW) == "waiting for a free place at openrouter"


def test_a_call_of_a_held_run_waits_for_no_place():
    assert state_words([failed(), queued(0)], NOW, is_held=True) == "waiting for its turn"


def test_a_wait_without_a_known_reason_only_counts_down():
    assert state_words([queued(3)], NOW) == "asking again in 3 s"


@pytest.mark.parametrize(
    ("state", "words"),
    [(CallState.WAITING, "waiting for the first token"), (CallState.DONE, "done")],
)
def test_once_it_is_asked_the_state_counts(state, words):
    assert state_words([failed(), queued(9, state=state)], NOW) == words


def test_no_attempt_is_not_asked():
    assert state_words([], NOW) == "not asked"


def test_a_first_attempt_needs_no_note():
    assert attempt_note([done(1, "")]) == ""


def test_the_column_says_what_happened_before():
    assert attempt_note([failed("stream_broken"), done(2, Because.RETRY)]) == (
        "Attempt 2. Before: The connection broke in the middle of the answer. "
        "What had come is kept."
    )


def test_the_column_names_the_model_that_stands_in():
    assert attempt_note([failed("overloaded"), done(2, Because.OUTAGE, "openai:spare")]) == (
        "Attempt 2, by openai:spare in place of scripted:a. Before: The provider is overloaded."
    )


RETRY, OUTAGE = Because.RETRY, Because.OUTAGE


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        ([done(1, "")], "done"),
        ([failed(), done(2, RETRY)], "done, 1 retry (rate limited)"),
        (
            [failed(), failed("overloaded", 2, RETRY), done(3, RETRY)],
            "done, 2 retries (rate limited, overloaded)",
        ),
        (
            [failed(), failed("rate_limited", 2, RETRY), done(3, RETRY)],
            "done, 2 retries (rate limited)",
        ),
        (
            [failed("overloaded"), done(2, OUTAGE, "openai:spare")],
            "done, fell back to openai:spare after an outage",
        ),
        (
            [failed("auth_failed"), done(2, OUTAGE, "openai:spare")],
            "done, fell back to openai:spare because: key not accepted",
        ),
        (
            [failed("context_overflow"), done(2, Because.OVERFLOW, "google:long")],
            "done, fell back to google:long for its longer context",
        ),
        (
            [failed("content_refused"), done(2, Because.REFUSAL, "local:open")],
            "done, fell back to local:open after a refusal",
        ),
        (
            [failed(), failed("rate_limited", 2, RETRY), done(3, OUTAGE, "openai:spare")],
            "done, 1 retry (rate limited), fell back to openai:spare after an outage",
        ),
        (
            [failed("interrupted"), done(2, Because.INTERRUPTED)],
            "done, asked again after a restart",
        ),
        (
            [failed(), failed("overloaded", 2, RETRY)],
            "failed: The provider is overloaded, 1 retry (rate limited)",
        ),
    ],
)
def test_the_ledger_tells_how_the_attempts_went(chain, words):
    assert outcome(chain) == words


def test_a_later_attempt_whose_first_is_not_known_keeps_its_number():
    assert outcome([done(3, RETRY)]) == "done, attempt 3"
    assert history([done(3, RETRY)]) == ""


def test_a_place_that_does_not_count_says_that_it_is_asked_again():
    words = "is asked again in a moment, because: rate limited"
    assert next_words([failed(), queued(9)]) == words
    assert outcome([failed(), queued(9)]) == words
    assert next_words([queued(9)]) == next_words([failed(), done(2, RETRY)]) == ""
