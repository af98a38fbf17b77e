"""Results of tools are matched to their calls by ids that no two calls share."""

from panels.providers.requests import CompletionRequest, Message
from panels.providers.stream import Finished, ReasoningDelta, TextDelta
from tests.tools.asking import SEARCH, of_kind, run, toolbox


class Numbering:
    """A model whose server numbers the calls of each answer anew, as some do."""

    name = "numbering"
    is_free = True

    def __init__(self, turns):
        self._turns = list(turns)
        self.asked: list[CompletionRequest] = []

    async def stream(self, request):
        self.asked.append(request)
        for event in self._turns.pop(0):
            yield event


async def test_no_two_results_have_one_id():
    from panels.providers.stream import ReasoningKept, ToolCalled

    call = ToolCalled("call_1", *SEARCH, extra_json='{"google": {}}')
    turn = [ReasoningDelta("Hm."), ReasoningKept("[1]"), call, Finished("tool_calls")]
    provider = Numbering([turn, turn, [TextDelta("So."), Finished("stop")]])
    events, _ = await run(provider, toolbox())
    assert of_kind(events, ReasoningKept, ToolCalled) == []
    messages = provider.asked[2].messages
    assert [message.tool_call_id for message in messages] == ["", "", "call_1", "", "call_1_2"]
    assert messages[3] == Message(
        "assistant",
        "",
        tool_calls=(ToolCalled("call_1_2", *SEARCH, extra_json='{"google": {}}'),),
        reasoning="Hm.",
        reasoning_details_json="[1]",
    )


async def test_two_calls_of_one_answer_under_one_id_are_told_apart():
    from panels.providers.stream import ToolCalled

    call = ToolCalled("same", *SEARCH)
    provider = Numbering(
        [[call, call, Finished("tool_calls")], [TextDelta("So."), Finished("stop")]]
    )
    await run(provider, toolbox())
    asked, *answers = provider.asked[1].messages[1:]
    assert [each.id for each in asked.tool_calls] == ["same", "same_2"]
    assert [each.tool_call_id for each in answers] == ["same", "same_2"]
