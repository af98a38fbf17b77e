"""Events between two flushes: text is joined, and never moves in front of news about its call."""

from panels.engine.events import (
    CallChanged,
    CritiquesFound,
    RunChanged,
    RunEvent,
    TextArrived,
    event_from_json,
    event_to_json,
)
from panels.live.publisher import join_text


def text(words: str, offset: int = 0, *, call_id: int = 1, is_reasoning: bool = False) -> RunEvent:
    return TextArrived(
        run_id="r", call_id=call_id, offset=offset, text=words, is_reasoning=is_reasoning
    )


def test_adjoining_text_of_a_call_is_one_event() -> None:
    events = [text("Split "), text("it ", 6), text("now.", 9)]
    assert join_text(events) == [text("Split it now.")]


def test_texts_of_several_calls_stay_apart() -> None:
    thought = text("hm", is_reasoning=True)
    events = [text("a"), text("x", call_id=2), thought, text("b", 1), text("y", 1, call_id=2)]
    assert join_text(events) == [text("ab"), text("xy", call_id=2), thought]


def test_text_stays_behind_what_came_before_it() -> None:
    changed = CallChanged(run_id="r", call_id=1)
    events = [text("a"), changed, text("b", 1), RunChanged(run_id="r"), text("c", 2)]
    assert join_text(events) == events


def test_an_event_that_is_alone_stays_itself() -> None:
    found = CritiquesFound(run_id="r", numbers=(1, 2))
    assert join_text([found]) == [found]


def test_events_travel_as_json() -> None:
    for event in (text("a", 3), CallChanged(run_id="r", call_id=1), RunChanged(run_id="r")):
        assert event_from_json(event_to_json(event)) == event
