import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.judging.words import content_words, stem, stems, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Split it: now, or never!", ["split", "it", "now", "or", "never"]),
        ("exactly-once vs. at-least-once", ["exactly-once", "vs", "at-least-once"]),
        ("`orders.total` is a float", ["orders.total", "is", "a", "float"]),
        ("pay_order() took 4,500 ms", ["pay_order", "took", "4,500", "ms"]),
        ("It’s last year's", ["it's", "last", "year's"]),
        ("Über den Schlüssel", ["über", "den", "schlüssel"]),
        ("— … ()", []),
        ("", []),
    ],
)
def test_words_are_lower_case_and_keep_what_holds_them_together(text, found):
    assert words(text) == found


def test_content_words_carry_the_subject_once_each():
    text = "We should not split the checkout, and the checkout has 3 queues."

    assert content_words(text) == ["split", "checkout", "queues"]


@pytest.mark.parametrize(
    "forms",
    [
        ["split", "splits", "splitting"],
        ["service", "services"],
        ["deploy", "deploys", "deployed", "deploying"],
        ["reserve", "reserved", "reserves", "reserving"],
        ["query", "querys"],
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms):
    assert len(stems(forms)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("order", "orders-table"), ("cost", "coast"), ("queue", "query"), ("sync", "async")],
)
def test_other_words_have_other_stems(one, other):
    assert stem(one) != stem(other)


@given(st.text(alphabet="abcdeginst", min_size=1, max_size=14))
def test_a_stem_is_never_empty(word):
    assert stem(word)
