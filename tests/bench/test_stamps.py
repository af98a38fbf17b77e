import pytest

from bench import stamps


def test_a_token_says_when_it_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "now_ms", lambda: 1_234)
    assert (stamps.stamp(), stamps.stamps_in("a **x0001234** x12 b")) == ("x0001234", [1_234])


def test_an_age_goes_on_across_the_wrap_of_the_clock() -> None:
    assert (stamps.age_ms(1_000, 1_025), stamps.age_ms(9_999_990, 15)) == (25, 25)


def test_a_stamp_after_the_wrap_is_newer() -> None:
    assert stamps.newest_first(9_999_990, 15)
    assert not stamps.newest_first(15, 9_999_990)
    assert not stamps.newest_first(15, 15)
