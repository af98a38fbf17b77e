"""A run's age in words."""

from datetime import timedelta

import pytest

from panels.choices import RunState
from panels.templatetags.run_words import age, state_words
from tests.factories import NOW


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=23), "23 h ago"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=30), "30 days ago"),
        (timedelta(days=31), "20 Oct 2026"),
    ],
)
def test_the_age_grows_coarser(ago: timedelta, shown: str) -> None:
    assert age(NOW - ago, NOW) == shown


def test_every_state_has_its_words() -> None:
    assert all(state_words(state) for state in RunState)
