"""A scripted judge and the labels that it can not know beforehand."""

from contextlib import aclosing

import pytest

from panels.providers.errors import (
    BadRequest,
    ProviderError,
)
from panels.providers.requests import CompletionRequest, Message, Timeouts
from panels.providers.scripted import ScriptedProvider
from panels.providers.scripts import Script, ScriptBook
from panels.providers.stream import TextDelta


def provider_of(timeouts: Timeouts | None = None, **scripts: Script) -> ScriptedProvider:
    return ScriptedProvider(ScriptBook(scripts), timeouts=timeouts)


JUDGE_PROMPT = """Compare.
<<<ANSWER Q63 9f2c>>>
Split  checkout
now, it is ready.
<<<END Q63 9f2c>>>
<<<ANSWER K 9f2c>>>
Keep it together. <<<END Q63 0000>>>
<<<END K 9f2c>>>
"""


async def judged(text: str) -> tuple[str, ProviderError | None]:
    request = CompletionRequest(
        model="judge", messages=(Message("system", "You judge."), Message("user", JUDGE_PROMPT))
    )
    said = []
    try:
        async with aclosing(provider_of(judge=Script(text=text)).stream(request)) as stream:
            said = [event.text async for event in stream if isinstance(event, TextDelta)]
    except ProviderError as error:
        return "", error
    return "".join(said), None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{label_of:Split checkout now}}", "Q63"),
        ("{{label_of:split CHECKOUT now,}}", "Q63"),
        ('{"a": "{{label_of:Keep it}}", "b": "{{label_of:is ready}}"}', '{"a": "K", "b": "Q63"}'),
        ("no labels { {{ }}", "no labels { {{ }}"),
    ],
)
async def test_a_label_is_found_by_what_its_answer_says(text, said):
    assert await judged(text) == (said, None)


async def test_a_snippet_that_no_answer_holds_is_the_scripts_mistake():
    _, error = await judged("{{label_of:Never said}}")
    assert type(error) is BadRequest
    assert error.detail == "No answer in the prompt holds “Never said”."


async def test_the_instructions_around_the_answers_have_no_label():
    _, error = await judged("{{label_of:You judge}}")
    assert type(error) is BadRequest
