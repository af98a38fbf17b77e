"""Long Markdown is drawn apart from the event loop, and nothing is lost on the way."""

import threading
from dataclasses import replace

import pytest

from panels.choices import CallState
from panels.engine.events import TextArrived
from panels.live import texts as texts_module
from panels.live.texts import MOST_IN_LOOP, LiveTexts
from panels.markdown.html import render
from panels.snapshot import RunSnapshot
from tests.factories import make_call, make_run

LIST = "".join(f"- item {number} of a **list** without an end\n" for number in range(2_000))
SHORT = "A short answer.\n\n- one\n- two\n"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bool]]:
    """Of each piece of Markdown: its length, and whether it was drawn in the event loop."""
    found: list[tuple[int, bool]] = []

    def noted(text: str) -> str:
        found.append((len(text), threading.current_thread() is threading.main_thread()))
        return render(text)

    monkeypatch.setattr(texts_module, "render", noted)
    return found


def run_with(text: str, state: CallState = CallState.STREAMING) -> RunSnapshot:
    call = make_call(id=5, state=state, text=text)
    return replace(make_run(), calls=(call,))


def pieces(text: str, start: int, size: int) -> list[TextArrived]:
    return [
        TextArrived(run_id="r", call_id=5, offset=offset, text=text[offset : offset + size])
        for offset in range(start, len(text), size)
    ]


async def test_a_block_without_an_end_is_drawn_in_a_thread_once_it_is_long(
    drawn: list[tuple[int, bool]],
) -> None:
    texts = LiveTexts()
    await texts.catch_up(run_with(""))
    for piece in pieces(LIST, 0, 1_000):
        assert await texts.take([piece])
    await texts.catch_up(run_with(LIST, CallState.DONE))
    in_loop = [length for length, is_in_loop in drawn if is_in_loop]
    assert max(in_loop) <= MOST_IN_LOOP
    assert max(length for length, _ in drawn) == len(LIST)
    assert "".join(texts.live[5].blocks) == render(LIST)


async def test_a_long_text_from_the_database_is_drawn_in_a_thread(
    drawn: list[tuple[int, bool]],
) -> None:
    texts = LiveTexts()
    await texts.catch_up(run_with(LIST))
    assert [is_in_loop for _, is_in_loop in drawn if is_in_loop] == []
    assert texts.live[5].text == LIST


async def test_short_texts_stay_in_the_loop(drawn: list[tuple[int, bool]]) -> None:
    texts = LiveTexts()
    await texts.catch_up(run_with(""))
    await texts.take(pieces(SHORT, 0, 5))
    assert {is_in_loop for _, is_in_loop in drawn} == {True}
    assert texts.live[5].text == SHORT
