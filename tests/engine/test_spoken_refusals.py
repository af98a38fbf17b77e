"""A refusal in plain words is told from an answer, and an answer is never taken away."""

import pytest

from panels.choices import Because, CallState
from panels.engine.spoken_refusals import MOST_CHARACTERS, is_spoken_refusal
from panels.panel import Fallbacks
from panels.providers.scripts import Script
from tests.engine.conftest import Room
from tests.engine.test_judging import ANSWER_A, judged_panel, reply
from tests.factories import make_panel, make_seat

REFUSALS = [
    "I can't help with that.",
    "I can’t help with that.",
    "I'm sorry, but I can't help with that.",
    "I'm sorry, I can't assist with that request.",
    "I am sorry, but I cannot assist with this.",
    "Sorry, but I can't help with creating malware.",
    "I'm really sorry, but I can't help you with this.",
    "I apologize, but I cannot provide that.",
    "I apologise, but I am unable to help with that request.",
    "Unfortunately, I'm not able to help with this.",
    "As an AI language model, I cannot help with that.",
    "I cannot comply.",
    "I can't comply with your request.",
    "I won't help with that. If you like, I can talk about safe ways to test a system.",
    "I'm not comfortable helping with that.",
    "I must decline.",
    "I must respectfully decline to answer.",
    "I have to decline this one.",
    "I decline to answer.",
    "I will not discuss this topic.",
    "I can't discuss that.",
    "This request violates my guidelines.",
    "My guidelines do not allow me to talk about this.",
    "**I can't help with that.**",
    "> I'm sorry, but I can't do that.",
    "  I'm  sorry,\nbut I can't help with that.  ",
]
#: Each begins like a refusal, or sounds like one, and is an answer.
FALSE_FRIENDS = [
    "",
    "   ",
    "Do not split it yet.",
    "I can't help but notice that nobody owns the rollback. Do not go ahead.",
    "I cannot help noticing that step 5 has no way back.",
    "I cannot recommend this migration: there is no rollback.",
    "I can't support the plan as written. It has no rollback; add one first.",
    "I won't approve a cut-over on a Friday. Move it to Tuesday.",
    "I can't answer this without the traffic figures. Measure the pool first.",
    "I cannot answer that from the document: it names no owner.",
    "I'm unable to review this until the appendix is attached.",
    "I can't provide an estimate; the plan has no numbers.",
    "I'm sorry to say that the plan fails at step 5: no rollback is foreseen.",
    "Unfortunately, the plan has no rollback. I can't accept that.",
    "Sorry, this is wrong: two-phase commit does not help with that.",
    "The on-call engineer will say “I can't help with that”, and nobody else may decide.",
    "Refuse to go ahead. I must decline nothing else.",
    "We cannot do a rollback after reads have moved.",
    "I can't do the cut-over in one step. Split it in three.",
    "We can't write to both databases: they diverge.",
    "Your question goes to the heart of it: who owns the data?",
    "I am not able to find a rollback in step 5. Add one.",
    "I can't help with that. " + "But here is a long review of the plan in its parts. " * 12,
]


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_in_plain_words_is_recognised(text):
    assert is_spoken_refusal(text)


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_an_answer_is_not_taken_for_a_refusal(text):
    assert not is_spoken_refusal(text)


def test_only_a_short_answer_can_be_one():
    refusal = "I can't help with that."
    assert is_spoken_refusal(refusal + "." * (MOST_CHARACTERS - len(refusal)))
    assert not is_spoken_refusal(refusal + "." * (MOST_CHARACTERS - len(refusal) + 1))


# In a whole engine

NO = "I'm sorry, but I can't help with that."


async def test_a_refusing_seat_is_named_as_such_keeps_its_text_and_is_not_judged(
    room: Room,
) -> None:
    room.scripts(a=NO, b=ANSWER_A, judge=reply())
    run = await room.finish(await room.start(judged_panel()))
    refused = run.answers[0].call
    assert (refused.state, refused.error_code) == (CallState.FAILED, "content_refused")
    assert (refused.text, refused.finish_reason) == (NO, "stop")
    assert [answer.letter for answer in run.readable_answers] == ["B"]
    assert NO not in str(room.book.requests_to("judge")[0].body["messages"])


async def test_an_empty_answer_is_named_as_such_and_is_not_judged(room: Room) -> None:
    room.scripts(a=Script(fault="empty"), b=ANSWER_A, judge=reply())
    run = await room.finish(await room.start(judged_panel()))
    assert run.answers[0].call.error_code == "empty_answer"
    assert [answer.letter for answer in run.readable_answers] == ["B"]


async def test_a_refusal_goes_to_the_fallback_for_refusals_and_to_no_other(room: Room) -> None:
    room.retry()
    room.scripts(a=NO, b="Fine.", open="Gladly: split it.", spare="Never asked.")
    fallbacks = Fallbacks(outage="scripted:spare", refusal="scripted:open")
    seats = (make_seat("A", fallbacks=fallbacks), make_seat("B"))
    run = await room.finish(await room.start(make_panel("AB", seats=seats)))
    first, second = run.answers[0].attempts
    assert (first.text, first.error_code) == (NO, "content_refused")
    assert (second.model_asked, second.because) == ("scripted:open", Because.REFUSAL)
    assert second.text == "Gladly: split it."
    assert sorted(room.asked()) == ["a", "b", "open"]


async def test_a_refusing_judge_is_replaced_by_the_local_judge_with_the_reason(room: Room) -> None:
    room.scripts(a=ANSWER_A, b="Do not split it.", judge=NO)
    run = await room.finish(await room.start(judged_panel()))
    assert run.judge_reason == "content_refused"
    assert run.critiques
