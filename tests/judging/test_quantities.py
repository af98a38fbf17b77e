import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.judging.quantities import quantities


@pytest.mark.parametrize(
    ("text", "dimension", "size", "shown"),
    [
        ("keep it for 90 days", "time", 7_776_000, "90 days"),
        ("a timeout of 30s", "time", 30, "30s"),
        ("waits of 800 ms at noon", "time", 0.8, "800 ms"),
        ("two weeks of margin", "time", 1_209_600, "two weeks"),
        ("a 4-hour restore", "time", 14_400, "4-hour"),
        ("an error rate of 0.2 %", "share", 0.2, "0.2 %"),
        ("about 300,000 dollars", "money", 300_000, "300,000 dollars"),
        ("three times the peak", "multiple", 3, "three times"),
        ("Twice the peak", "multiple", 2, "Twice"),
        ("needs six people on call", "person", 6, "six people"),
        ("with 3 replicas", "replica", 3, "3 replicas"),
        ("5 retries at most", "retry", 5, "5 retries"),
        ("a 2 GB heap", "bytes", 2e9, "2 GB"),
    ],
)
def test_a_number_is_read_with_its_unit(text, dimension, size, shown):
    found = quantities(text)

    assert list(found) == [dimension]
    assert found[dimension].size == pytest.approx(size)
    assert found[dimension].text == shown


@pytest.mark.parametrize(
    "text",
    [
        "version 2.5 is out",
        "in 2026 it breaks",
        "a p99 of something",
        "one of them is on leave",
        "no number at all",
        "",
        "between 2 days and 5 days",
    ],
)
def test_what_cannot_be_compared_is_left_out(text):
    assert quantities(text) == {}


def test_units_of_one_dimension_are_brought_to_one():
    assert quantities("60 seconds")["time"].size == quantities("one minute")["time"].size


def test_dimensions_do_not_disturb_each_other():
    found = quantities("3 replicas for 7 days at 50 %")

    assert {d: q.size for d, q in found.items()} == {"replica": 3, "time": 604_800, "share": 50}


@given(st.text(max_size=80))
def test_no_text_breaks_it(text):
    assert all(q.text in text for q in quantities(text).values())
