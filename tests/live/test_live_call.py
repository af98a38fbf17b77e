"""Gap-free by construction: whatever the order and overlap of pieces, the text is exact."""

from hypothesis import given
from hypothesis import strategies as st

from panels.choices import CallState
from panels.engine.events import TextArrived
from panels.live.live_call import GrowingText, LiveCall
from panels.markdown.html import render
from tests.factories import make_call

TEXT = "The checkout path is 61 % of p99.\n\nUse an outbox.\n\n- one\n- two\n\nDone."


def test_a_piece_that_fits_is_new_and_a_known_one_is_not() -> None:
    growing = GrowingText()
    assert growing.take(0, "abc") == "abc"
    assert growing.take(0, "abc") == ""
    assert growing.take(1, "bcde") == "de"
    assert growing.text == "abcde"


def test_a_piece_beyond_a_gap_waits_for_the_missing_one() -> None:
    growing = GrowingText("ab")
    assert growing.take(4, "ef") == ""
    assert growing.has_gap
    assert growing.take(2, "cd") == "cdef"
    assert (growing.text, growing.has_gap) == ("abcdef", False)


def test_the_database_fills_a_gap() -> None:
    growing = GrowingText()
    growing.take(3, "def")
    assert growing.catch_up("abc") == "abcdef"
    assert not growing.has_gap


def test_a_database_that_lags_takes_nothing_away() -> None:
    growing = GrowingText("abcdef")
    assert growing.catch_up("abc") == ""
    assert growing.text == "abcdef"


@given(st.text(min_size=1, max_size=60), st.data())
def test_any_order_and_overlap_of_pieces_gives_the_exact_text(
    text: str, data: st.DataObject
) -> None:
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).map(
        lambda span: (span[0], text[span[0] : span[0] + span[1]])
    )
    pieces = data.draw(st.permutations([*data.draw(st.lists(spans, max_size=12)), (0, text)]))
    growing = GrowingText()
    new = "".join(growing.take(offset, piece) for offset, piece in pieces)
    assert growing.text == text
    assert new == text
    assert not growing.has_gap


def live_call(text: str = "") -> LiveCall:
    return LiveCall(make_call(id=5, state=CallState.STREAMING, text=text), render)


def arrive(live: LiveCall, text: str, size: int) -> str:
    """Feed the rest of the text in pieces; the HTML that a page would have put together."""
    page = "".join(live.unsent_blocks)
    live.mark_sent()
    for offset in range(len(live.text), len(text), size):
        piece = text[offset : offset + size]
        live.take(TextArrived(run_id="r", call_id=5, offset=offset, text=piece))
        page += "".join(live.unsent_blocks)
        live.mark_sent()
    return page


def test_appended_blocks_and_the_tail_are_the_whole_text() -> None:
    for size in (1, 3, 7, 100):
        live = live_call()
        page = arrive(live, TEXT, size) + live.tail
        assert "".join(page.split()) == "".join(render(TEXT).split())


def test_a_hub_that_comes_late_starts_from_the_database() -> None:
    live = live_call(TEXT[:40])
    page = arrive(live, TEXT, 5) + live.tail
    assert "".join(page.split()) == "".join(render(TEXT).split())


def test_a_finished_call_keeps_its_blocks_and_has_nothing_unsent() -> None:
    live = live_call()
    arrive(live, TEXT, 9)
    live.finish()
    assert live.tail == ""
    assert not live.is_unsent
    assert "".join("".join(live.blocks).split()) == "".join(render(TEXT).split())


def test_a_call_that_is_over_takes_no_text_and_waits_for_none() -> None:
    live = live_call("Said.")
    live.take(TextArrived(run_id="r", call_id=5, offset=99, text="Far ahead."))
    assert live.has_gap
    live.finish()
    live.take(TextArrived(run_id="r", call_id=5, offset=5, text=" Said by a ghost."))
    assert (live.text, live.has_gap, live.is_unsent) == ("Said.", False, False)


def test_the_stored_text_is_the_answer_whatever_was_heard() -> None:
    live = live_call("Said.")
    live.take(TextArrived(run_id="r", call_id=5, offset=5, text=" And told,\n\nbut not stored."))
    live.finish("Said. And")
    assert (live.text, live.blocks, live.tail) == ("Said. And", ["<p>Said. And</p>\n"], "")


def test_reasoning_grows_apart_from_the_text() -> None:
    live = live_call("Said.")
    live.mark_sent()
    live.take(TextArrived(run_id="r", call_id=5, offset=0, text="Hm. ", is_reasoning=True))
    live.take(TextArrived(run_id="r", call_id=5, offset=4, text="Yes.", is_reasoning=True))
    assert (live.reasoning, live.unsent_reasoning, live.text) == ("Hm. Yes.", "Hm. Yes.", "Said.")
