"""A call with tools, its model a scripted one over real HTTP."""

import asyncio
from decimal import Decimal

import pytest

from panels.choices import Privacy
from panels.providers.errors import EmptyAnswer, PrivacyRefused, RateLimited, StreamBroken
from panels.providers.http import http_client
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.scripted_server import serve_scripts
from panels.providers.scripts import Script, ScriptBook, ScriptedUsage
from panels.providers.stream import Finished, ReasoningDelta, Served, TextDelta, UsageReported
from panels.tools.events import SourceFound, ToolStepEnded, ToolStepStarted, TurnEnded
from panels.tools.loop import run_with_tools
from tests.tools.asking import FETCH, SEARCH, asks, of_kind, request_for, run, script, toolbox
from tests.tools.doubles import HITS, Engine

ONE_EACH = ScriptedUsage(tokens_in=1, tokens_out=1)
ANSWER = Script(text="It is so.", usage=ONE_EACH)


@pytest.fixture
def model(stack):
    """A provider whose model “m” has these turns, and the book of what it was asked."""

    async def make(*turns: Script) -> tuple[OpenAICompatible, ScriptBook]:
        book = ScriptBook({"m": script(*turns)})
        base_url = await stack.enter_async_context(serve_scripts(book))
        client = http_client()
        stack.push_async_callback(client.aclose)
        return OpenAICompatible(name="vendor", base_url=base_url, client=client), book

    return make


async def test_a_model_searches_reads_and_answers(model):
    provider, book = await model(
        asks(SEARCH, text="Let me look. "), asks(FETCH, reasoning="Hm. "), ANSWER
    )
    events, error = await run(provider, toolbox())
    assert error is None
    assert of_kind(events, TextDelta, ReasoningDelta, Finished) == [
        TextDelta("Let me look. "),
        ReasoningDelta("Hm. "),
        TextDelta("\n\nIt is so."),
        Finished("stop"),
    ]
    assert of_kind(events, ToolStepStarted, ToolStepEnded, SourceFound) == [
        ToolStepStarted(step=1, tool="web_search", arguments_json='{"query":"why"}'),
        SourceFound(step=1, url="https://a.example/one", title="One", is_fetched=False),
        SourceFound(step=1, url="https://a.example/two", title="Two", is_fetched=False),
        ToolStepEnded(step=1, tool="web_search", seconds=1.0, characters=139),
        ToolStepStarted(step=2, tool="web_fetch", arguments_json='{"url":"https://a.example/one"}'),
        SourceFound(step=2, url="https://a.example/one", title="One", is_fetched=True),
        ToolStepEnded(step=2, tool="web_fetch", seconds=1.0, characters=73),
    ]
    assert events[-1] == Finished("stop")
    assert len(book.requests) == 3


async def test_the_conversation_goes_on_as_the_protocol_wants_it(model):
    provider, book = await model(asks(SEARCH, text="Let me look."), ANSWER)
    await run(provider, toolbox())
    first, second = (request.body for request in book.requests)
    assert [tool["function"]["name"] for tool in first["tools"]] == ["web_search", "web_fetch"]
    assert "tool_choice" not in first
    assert first["messages"] == [{"role": "user", "content": "Why?"}]
    assert second["tools"] == first["tools"]
    asked, answered = second["messages"][1:]
    assert asked == {
        "role": "assistant",
        "content": "Let me look.",
        "tool_calls": [
            {
                "id": "call_1_1",
                "type": "function",
                "function": {"name": "web_search", "arguments": '{"query":"why"}'},
            }
        ],
    }
    assert (answered["role"], answered["tool_call_id"]) == ("tool", "call_1_1")
    assert answered["content"].startswith("<<<SEARCH RESULTS n0>>>")


async def test_a_model_that_needs_no_tool_is_asked_once(model):
    provider, book = await model(ANSWER)
    events, error = await run(provider, toolbox())
    assert (of_kind(events, TextDelta, Finished), error) == (
        [TextDelta("It is so."), Finished("stop")],
        None,
    )
    assert len(book.requests) == 1


async def test_parallel_calls_run_side_by_side_and_are_answered_in_order(model):
    both = asyncio.Barrier(2)

    class Meeting(Engine):
        async def search(self, query, max_results, rules):
            async with asyncio.timeout(5):
                await both.wait()
            return await super().search(query, max_results, rules)

    first, second = ("web_search", '{"query":"a"}'), ("web_search", '{"query":"b"}')
    provider, book = await model(asks(first, second), ANSWER)
    events, _ = await run(provider, toolbox(engine=Meeting(*HITS)))
    assert [each.step for each in of_kind(events, ToolStepStarted, ToolStepEnded)] == [1, 2, 1, 2]
    asked, *answers = book.requests[1].body["messages"][1:]
    assert [call["id"] for call in asked["tool_calls"]] == ["call_1_1", "call_1_2"]
    assert [answer["tool_call_id"] for answer in answers] == ["call_1_1", "call_1_2"]
    assert asked["content"] is None


async def test_at_the_limit_one_last_answer_is_asked_for_without_tools(model):
    provider, book = await model(asks(SEARCH), asks(SEARCH), ANSWER)
    events, error = await run(provider, toolbox(), most_steps=2)
    assert error is None
    assert of_kind(events, TextDelta, Finished) == [TextDelta("It is so."), Finished("stop")]
    choices = [request.body.get("tool_choice") for request in book.requests]
    assert choices == [None, None, "none"]
    last = book.requests[2].body["messages"][-1]["content"]
    assert last.endswith(
        "All tool steps are used up. Call no more tools; write your whole answer now."
    )
    assert "used up" not in book.requests[1].body["messages"][-1]["content"]


async def test_calls_beyond_the_limit_are_answered_and_not_run(model):
    engine = Engine(*HITS)
    provider, book = await model(asks(SEARCH, SEARCH, SEARCH), ANSWER)
    events, _ = await run(provider, toolbox(engine=engine), most_steps=2)
    assert len(engine.asked) == 2
    assert [each.step for each in of_kind(events, ToolStepEnded)] == [1, 2]
    answers = book.requests[1].body["messages"][2:]
    assert len(answers) == 3
    assert answers[2]["content"].startswith("Error: All tool steps are used up.")


async def test_a_server_that_overlooks_the_limit_is_asked_without_any_tools(model):
    provider, book = await model(asks(SEARCH), asks(SEARCH), ANSWER)
    engine = Engine(*HITS)
    events, error = await run(provider, toolbox(engine=engine), most_steps=1)
    assert error is None
    assert of_kind(events, TextDelta, Finished) == [TextDelta("It is so."), Finished("stop")]
    assert len(engine.asked) == 1
    bare = book.requests[2].body
    assert "tools" not in bare
    assert "tool_choice" not in bare
    assert bare["messages"] == book.requests[1].body["messages"]


async def test_text_beside_a_call_that_is_too_many_is_the_answer(model):
    provider, book = await model(asks(SEARCH), asks(SEARCH, text="It is so."))
    events, error = await run(provider, toolbox(), most_steps=1)
    assert (of_kind(events, TextDelta), error) == ([TextDelta("It is so.")], None)
    assert events[-1] == Finished("tool_calls")
    assert len(book.requests) == 2


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("web_search", "{broken"), "wrong_arguments"),
        (("web_search", "{}"), "wrong_arguments"),
        (("bash", "{}"), "unknown_tool"),
        (("web_fetch", '{"url":"http://169.254.169.254/"}'), "not_found_before"),
    ],
)
async def test_a_tools_error_is_told_to_the_model_which_goes_on(model, call, code):
    provider, book = await model(asks(call), ANSWER)
    events, error = await run(provider, toolbox())
    assert error is None
    assert [each.error_code for each in of_kind(events, ToolStepEnded)] == [code]
    assert book.requests[1].body["messages"][-1]["content"].startswith("Error: ")
    repeated = book.requests[1].body["messages"][1]["tool_calls"][0]["function"]["arguments"]
    assert repeated == (call[1] if call[1] != "{broken" else "{}")


async def test_usage_is_summed_and_each_turn_has_its_own(model):
    def cost(cents: int) -> ScriptedUsage:
        return ScriptedUsage(tokens_in=10, tokens_out=5, cost_usd=Decimal(cents) / 100)

    provider, _ = await model(
        asks(SEARCH, usage=cost(1)), asks(SEARCH, usage=cost(2)), Script(text="So.", usage=cost(4))
    )
    events, _ = await run(provider, toolbox())
    assert of_kind(events, UsageReported) == [
        UsageReported(tokens_in=10, tokens_out=5, cost_usd=Decimal("0.01")),
        UsageReported(tokens_in=20, tokens_out=10, cost_usd=Decimal("0.03")),
        UsageReported(tokens_in=30, tokens_out=15, cost_usd=Decimal("0.07")),
    ]
    turns = of_kind(events, TurnEnded)
    assert [(turn.number, turn.usage.cost_usd, turn.finish_reason) for turn in turns] == [
        (1, Decimal("0.01"), "tool_calls"),
        (2, Decimal("0.02"), "tool_calls"),
        (3, Decimal("0.04"), "stop"),
    ]
    generations = [turn.served.generation_id for turn in turns]
    assert generations == ["scripted-m-1", "scripted-m-2", "scripted-m-3"]
    assert generations[-1] == of_kind(events, Served)[-1].generation_id


async def test_a_turn_that_breaks_ends_the_call_and_keeps_what_it_cost_apart(model):
    provider, _ = await model(
        asks(
            SEARCH,
            text="Let me look.",
            usage=ScriptedUsage(tokens_in=9, tokens_out=9, cost_usd=Decimal(1)),
        ),
        Script(text="It is so.", fault="cut", fault_after_tokens=1),
    )
    events, error = await run(provider, toolbox())
    assert isinstance(error, StreamBroken)
    assert of_kind(events, TextDelta) == [TextDelta("Let me look."), TextDelta("\n\nIt ")]
    # The sum is not known any more; what the first turn cost still is.
    assert of_kind(events, UsageReported)[-1] == UsageReported()
    turns = of_kind(events, TurnEnded)
    assert [turn.usage.cost_usd for turn in turns] == [Decimal(1), None]
    assert turns[1].finish_reason == ""
    assert of_kind(events, Finished) == []


async def test_a_first_turn_that_is_refused_is_the_providers_error(model):
    provider, book = await model(Script(status=429, retry_after_seconds=7))
    events, error = await run(provider, toolbox())
    assert isinstance(error, RateLimited)
    assert error.retry_after_seconds == 7
    assert [type(event) for event in events] == [TurnEnded]
    assert len(book.requests) == 1


async def test_an_answer_that_stays_empty_after_its_tools_is_an_empty_answer(model):
    provider, _ = await model(asks(SEARCH), Script(text=""))
    _, error = await run(provider, toolbox())
    assert isinstance(error, EmptyAnswer)


async def test_a_grammar_is_not_sent_beside_tools_and_all_else_is(model):
    provider, book = await model(ANSWER)
    provider.has_grammar = True
    await run(provider, toolbox(), grammar="root ::= x", temperature=0.5, max_tokens=9)
    body = book.requests[0].body
    assert "grammar" not in body
    assert (body["temperature"], body["max_tokens"]) == (0.5, 9)


async def test_what_the_question_names_may_be_read(model):
    provider, _ = await model(asks(FETCH), ANSWER)
    events, _ = await run(provider, toolbox(), prompt="Read https://a.example/one, please.")
    assert [each.error_code for each in of_kind(events, ToolStepEnded)] == [""]


async def test_closing_it_closes_the_connection(model):
    provider, book = await model(Script(text="word " * 100, tokens_per_second=10))
    events = run_with_tools(provider, request_for("m"), toolbox(), most_steps=1)
    await anext(events)
    await events.aclose()
    async with asyncio.timeout(5):
        while not book.requests[0].was_closed_early:
            await asyncio.sleep(0.01)


async def test_cancelling_it_cancels_its_tools(model):
    started, cancelled = asyncio.Event(), asyncio.Event()

    class Slow(Engine):
        async def search(self, query, max_results, rules):
            started.set()
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                cancelled.set()
                raise

    provider, _ = await model(asks(SEARCH), ANSWER)
    task = asyncio.create_task(run(provider, toolbox(engine=Slow())))
    await asyncio.wait_for(started.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cancelled.is_set()


@pytest.mark.parametrize("most_steps", [0, -1, 17])
async def test_steps_are_between_one_and_sixteen(most_steps):
    with pytest.raises(ValueError, match="A call has 1 to 16 tool steps"):
        await anext(run_with_tools(None, request_for("m"), toolbox(), most_steps=most_steps))


@pytest.mark.parametrize("reach", [Privacy.THIS_MACHINE, Privacy.OWN_NETWORK])
async def test_a_call_that_must_stay_inside_gets_no_web_tools(model, connections, reach):
    provider, book = await model(asks(SEARCH), ANSWER)
    engine = Engine(*HITS)
    events, error = await run(provider, toolbox(engine=engine), reach=reach)
    assert type(error) is PrivacyRefused
    assert (events, book.requests, engine.asked, connections) == ([], [], [], [])
