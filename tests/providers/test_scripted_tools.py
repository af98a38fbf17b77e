"""Scripted models that ask for tools."""

import pytest

from panels.providers.scripted import ScriptedProvider
from panels.providers.scripts import Script, ScriptBook, ScriptedToolCall, script_from_json
from panels.providers.stream import Finished, TextDelta, ToolCalled
from tests.providers.asking import ask

CALLS = (ScriptedToolCall(name="search", arguments_json='{"q":1}'), ScriptedToolCall(name="fetch"))


def provider_of(script: Script) -> ScriptedProvider:
    return ScriptedProvider(ScriptBook({"a": script}))


def without_circumstances(events):
    return [event for event in events if isinstance(event, TextDelta | ToolCalled | Finished)]


async def test_its_calls_come_after_its_text_and_end_the_answer():
    events, error = await ask(provider_of(Script(text="Let me look.", tool_calls=CALLS)), "a")
    assert error is None
    assert without_circumstances(events) == [
        TextDelta("Let me look."),
        ToolCalled("call_1_1", "search", '{"q":1}'),
        ToolCalled("call_1_2", "fetch", "{}"),
        Finished("tool_calls"),
    ]


async def test_every_attempt_has_ids_of_its_own_and_the_next_one_may_answer():
    again = Script(tool_calls=CALLS[:1], then=Script(text="So."))
    provider = provider_of(Script(tool_calls=CALLS[:1], then=again))
    answers = [without_circumstances((await ask(provider, "a"))[0]) for _ in range(3)]
    assert [type(answer[0]) for answer in answers] == [ToolCalled, ToolCalled, TextDelta]
    assert [answer[0].id for answer in answers[:2]] == ["call_1_1", "call_2_1"]
    assert answers[2][-1] == Finished("stop")


async def test_another_finish_reason_is_said_as_it_stands_in_the_script():
    script = Script(tool_calls=CALLS, finish_reason="length")
    events, _ = await ask(provider_of(script), "a")
    assert events[-1] == Finished("length")


@pytest.mark.parametrize("fault", ["cut", "malformed", "error_chunk", "no_finish"])
async def test_a_fault_comes_before_the_calls(fault):
    script = Script(text="one two", tool_calls=CALLS, fault=fault, fault_after_tokens=1)
    events, error = await ask(provider_of(script), "a")
    assert error is not None
    assert without_circumstances(events) == [TextDelta("one ")]


def test_calls_can_be_written_as_json():
    data = {"tool_calls": [{"name": "search", "arguments_json": '{"q":1}'}, {"name": "fetch"}]}
    assert script_from_json(data) == Script(tool_calls=CALLS)


@pytest.mark.parametrize(
    ("calls", "sentence"),
    [
        ({}, "“tool_calls” is a list."),
        (None, "“tool_calls” is a list."),
        ([7], "A call is an object, not int."),
        ([{}], "A call lacks “name”."),
        ([{"name": 7}], "“name” can't be 7."),
        ([{"name": "x", "arguments": {}}], "A call has no field “arguments”; there are name,"),
    ],
)
def test_a_mistake_in_the_calls_is_named(calls, sentence):
    with pytest.raises(ValueError, match=sentence):
        script_from_json({"tool_calls": calls})
