import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from panels.judging.quotes import FEWEST_CHARACTERS, LONGEST_GAP_CHARACTERS, find_quote

ANSWER = """\
Do not split checkout before the peak — it's the wrong time.
The queue gives “at‑least‑once” delivery, so consumers must be idempotent.
Run  a load test
at 4,500 orders per minute. The call to `pay_order` times out after 2 s.
Café owners pay in euros. No."""


def quoted(quote: str, plain: str = ANSWER) -> str | None:
    span = find_quote(quote, plain)
    return plain[slice(*span)] if span else None


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Do not split checkout before the peak", "Do not split checkout before the peak"),
        ("before the peak - it's the wrong time", "before the peak — it's the wrong time"),
        ("before the peak – it’s the wrong time", "before the peak — it's the wrong time"),
        ('The queue gives "at-least-once" delivery', "The queue gives “at‑least‑once” delivery"),
        ("Run a load test at 4,500 orders", "Run  a load test\nat 4,500 orders"),
        ("Run a\u00a0load\u200b test\n\nat 4,500", "Run  a load test\nat 4,500"),
        ('"Do not split checkout before the peak"', "Do not split checkout before the peak"),
        ("“Do not split checkout”", "Do not split checkout"),
        ("  Do not split checkout  ", "Do not split checkout"),
        ("Do **not** split _checkout_ before", "Do not split checkout before"),
        ("- Do not split checkout before", "Do not split checkout before"),
        ("> ## Do not split checkout before", "Do not split checkout before"),
        ("The call to pay_order times out", "The call to `pay_order` times out"),
        ("The call to `pay_order` times out", "The call to `pay_order` times out"),
        ("Cafe\u0301 owners pay in euros", "Café owners pay in euros"),
        ("consumers must be idempotent. Run a load", "consumers must be idempotent.\nRun  a load"),
    ],
)
def test_a_quote_is_found_however_it_is_written(quote, found):
    assert quoted(quote) == found


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "   ",
        "…",
        '""',
        "Split checkout before the peak",
        "do not split checkout before the peak",
        "Do not split the checkout before the peak",
        "at 4,600 orders per minute",
        "consumers should be idempotent",
        "Cafe owners pay in euros",
        "nobody ever said this here",
        ANSWER + " And more.",
    ],
)
def test_a_quote_that_says_something_else_is_not_found(quote):
    assert quoted(quote) is None


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        (
            "Do not split checkout … the wrong time",
            "Do not split checkout before the peak — it's the wrong time",
        ),
        (
            "Do not split checkout ... the wrong time",
            "Do not split checkout before the peak — it's the wrong time",
        ),
        (
            "Do not split checkout [...] the wrong time",
            "Do not split checkout before the peak — it's the wrong time",
        ),
        (
            "Do not split … before … wrong time",
            "Do not split checkout before the peak — it's the wrong time",
        ),
        ("…split checkout before the peak…", "split checkout before the peak"),
        ("Do not split checkout before…", "Do not split checkout before"),
    ],
)
def test_an_ellipsis_stands_for_a_small_gap_that_is_shown(quote, found):
    assert quoted(quote) == found


@pytest.mark.parametrize(
    "quote",
    [
        "the wrong time … Do not split checkout",
        "Do not split checkout … nobody ever said",
        "Do … time … Do",
        "a … b … c … d … e … f … g … h",
    ],
)
def test_parts_must_occur_in_their_order(quote):
    assert quoted(quote) is None


def test_parts_must_stand_close_together():
    near = "It begins here" + " x" * (LONGEST_GAP_CHARACTERS // 2 - 10) + " and it ends there."
    far = "It begins here" + " x" * LONGEST_GAP_CHARACTERS + " and it ends there."

    assert quoted("It begins here … and it ends there.", near) == near
    assert quoted("It begins here … and it ends there.", far) is None


def test_a_later_beginning_is_tried_when_the_first_leads_nowhere():
    plain = "We split it now." + " filler" * 60 + " We split it only after the peak."

    assert quoted("We split it … after the peak", plain) == "We split it only after the peak"


def test_a_text_that_has_an_ellipsis_itself_is_quoted_with_it():
    plain = "Well… we could split it, maybe."

    assert quoted("Well... we could split it", plain) == "Well… we could split it"


@pytest.mark.parametrize(
    ("quote", "plain", "found"),
    [
        ("No.", ANSWER, "No."),
        ("the peak", "After the peak. Before the peak.", None),
        ("the peak", "After the peak.", "the peak"),
        ("it is so", "it is so, and it is so", None),
        ("split it now", "split it now, split it now", "split it now"),
    ],
)
def test_a_short_quote_proves_something_only_where_it_occurs_once(quote, plain, found):
    assert quoted(quote, plain) == found


def test_full_width_brackets_of_a_fence_are_the_brackets_of_the_answer():
    assert quoted("cat ＜＜＜ word here", "run cat <<< word here") == "cat <<< word here"


def test_a_letter_is_not_found_inside_an_accented_one():
    assert quoted("pay at the cafe", "pay at the café") is None
    assert quoted("pay at the cafe", "pay at the cafe\u0301") is None


WORDS = st.lists(
    st.sampled_from(["split", "checkout", "peak", "queue", "order", "not", "café", "`x`", "—"]),
    min_size=4,
    max_size=30,
)


@given(WORDS, st.data())
def test_every_slice_of_a_text_is_found_in_it(words, data):
    plain = " ".join(words)
    start = data.draw(st.integers(0, len(words) - 4))
    end = data.draw(st.integers(start + 4, len(words)))
    quote = " ".join(words[start:end])
    assume(len(quote) >= FEWEST_CHARACTERS)

    span = find_quote(quote, plain)

    assert span is not None
    assert plain[slice(*span)] == quote


@given(WORDS, st.sampled_from([" ", "  ", "\n", "\u00a0", "\t\n"]))
def test_white_space_never_matters(words, space):
    plain = space.join(words)

    assert find_quote(" ".join(words), plain) == (0, len(plain))


@given(st.text(max_size=60), st.text(max_size=120))
def test_what_is_found_is_always_inside_the_text(quote, plain):
    span = find_quote(quote, plain)

    assert span is None or 0 <= span[0] < span[1] <= len(plain)


@given(st.text(alphabet=string.ascii_lowercase + " ", min_size=20, max_size=80))
def test_nothing_is_found_in_a_text_of_other_letters(quote):
    assert find_quote(quote, ANSWER.upper()) is None
