"""No key in what is shown or stored."""

import pytest

from panels.providers.errors import RateLimited
from panels.providers.redaction import Redactor


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("your key topsecret1 is wrong", "your key [key] is wrong"),
        ("topsecret1topsecret1", "[key][key]"),
        ("sk-proj-abc_DEF-12345", "[key]"),
        ("sk-abcd********wxyz", "[key]"),
        ("gsk-0123456789", "[key]"),
        ("AIzaSyA-0123456789", "[key]"),
        ("Authorization: Bearer abc.def", "Authorization: [key]"),
        ("ask-me risk-free desk-top", "ask-me risk-free desk-top"),
        ("nothing to see", "nothing to see"),
    ],
)
def test_keys_are_taken_out_and_words_are_left(text, shown):
    assert Redactor("topsecret1").text(text) == shown


def test_the_longer_of_two_secrets_goes_first():
    assert Redactor("secret", "secret-and-more").text("secret-and-more") == "[key]"


def test_an_empty_or_tiny_key_mangles_nothing():
    assert Redactor("", "a", "abc").text("a cat, abc") == "a cat, abc"


def test_an_error_keeps_its_class_and_its_wait():
    error = Redactor("topsecret1").error(RateLimited("topsecret1!", retry_after_seconds=3))
    assert type(error) is RateLimited
    assert (error.detail, str(error), error.retry_after_seconds) == ("[key]!", "[key]!", 3)
