"""Judging: the model judge's cards as they stream in, or the local judge's.

Whatever happens here, the run reaches review with the answers, cards and a typed reason. What is
read was fixed when the judging began, so an answer that comes meanwhile changes nothing.
"""

import asyncio
import random

from panels.choices import CritiqueOrigin
from panels.engine import judgings, records
from panels.engine.ask_call import ask_call
from panels.engine.call_model import Question
from panels.engine.events import CritiquesFound, CritiquesGone, RunChanged
from panels.engine.seat_prompt import fit_for
from panels.engine.tools import Tools
from panels.judging.judge_prompt import JudgePrompt, build_judge_prompt
from panels.judging.local_judge import judge_locally
from panels.judging.parsing import JudgeReplyParser, UnreadableReply
from panels.judging.schema import FoundCritique, json_schema
from panels.markdown.plaintext import plain_text
from panels.providers.requests import CompletionRequest, Message, ModelInfo
from panels.snapshot import CallSnapshot, JudgingSnapshot, RunSnapshot


async def ask_judge(run: RunSnapshot, call: CallSnapshot, tools: Tools) -> None:
    """One attempt; its cards are stored and published one by one while it streams."""
    judging = run.open_judging
    assert judging is not None
    read = run.as_read_by(judging)
    prompt = await asyncio.to_thread(judge_prompt, read, tools.registry.info(call.model_asked))
    reader = _reply_parser(read, prompt.labels)

    def prepare(slug: str, _info: ModelInfo | None) -> Question:
        return judge_question(run, slug, prompt)

    async def read_on(text: str) -> None:
        await _add_cards(run.id, judging, reader.feed(text), call, tools)

    await ask_call(run, call, prepare, tools, on_text=read_on)


def judge_question(run: RunSnapshot, slug: str, prompt: JudgePrompt) -> Question:
    return Question(
        request=CompletionRequest(
            model=slug,
            messages=tuple(Message(role, content) for role, content in prompt.messages),
            temperature=0.0,
            max_tokens=run.panel.judge.max_tokens,
            json_schema=json_schema(),
        ),
        labels=prompt.labels,
    )


def judge_prompt(run: RunSnapshot, info: ModelInfo | None) -> JudgePrompt:
    query = "\n".join([run.question, *run.panel.judge.rubric])
    fitted = fit_for(run, info, query=query)
    # The order must be unpredictable, not secret: any fresh generator will do.
    return build_judge_prompt(run, random.Random(), document_text=fitted.text)  # noqa: S311


def _reply_parser(run: RunSnapshot, labels: dict[str, str]) -> JudgeReplyParser:
    answers = {a.letter: plain_text(a.call.text) for a in run.readable_answers if a.call}
    return JudgeReplyParser(labels, answers)


async def _add_cards(
    run_id: str,
    judging: JudgingSnapshot,
    found: list[FoundCritique],
    call: CallSnapshot,
    tools: Tools,
) -> None:
    if not found:
        return
    numbers = await tools.write(records.save_critiques)(
        run_id,
        found,
        origin=CritiqueOrigin.JUDGE,
        call_id=call.id,
        judging_id=judging.id,
        now=tools.now(),
    )
    tools.publish(CritiquesFound(run_id=run_id, numbers=numbers))
    if call.attempt > 1:
        gone = await tools.write(records.drop_cards_before)(judging.id, call.id)
        tools.publish(CritiquesGone(run_id=run_id, numbers=gone))


async def end_judging(run: RunSnapshot, judging: JudgingSnapshot, tools: Tools) -> None:
    """Complete the cards from what the judge said, or judge locally; open the review.

    Where a judge that was asked again fails, nothing takes the place of what there was.
    """
    read = run.as_read_by(judging)
    reason = "" if judging.is_local else await _read_reply(read, judging, tools)
    is_in_vain = bool(reason) and run.has_judgement
    if judging.is_local or (reason and not is_in_vain):
        await _judge_locally(read, judging, tools)
    replaced = await tools.write(judgings.end_judging)(
        run.id,
        judging.id,
        reason=reason,
        stands=not (reason and run.has_judgement),
        now=tools.now(),
    )
    if replaced:
        tools.publish(CritiquesGone(run_id=run.id, numbers=replaced))
    tools.publish(RunChanged(run_id=run.id))


async def _read_reply(run: RunSnapshot, judging: JudgingSnapshot, tools: Tools) -> str:
    """Store the cards of the judge's stored reply that are not stored yet.

    Returns the reason why the reply can't stand alone, "" when it can.
    """
    call = judging.call
    assert call is not None
    reader = _reply_parser(run, call.labels)
    found = reader.feed(call.text)
    reason = "" if call.is_done else call.error_code
    try:
        found += reader.close()
    except UnreadableReply as unreadable:
        reason = reason or unreadable.reason
    stored = await records.in_database(records.count_critiques_of)(call.id)
    await _add_cards(run.id, judging, found[stored:], call, tools)
    return reason


async def _judge_locally(run: RunSnapshot, judging: JudgingSnapshot, tools: Tools) -> None:
    if await records.in_database(records.has_local_critiques)(judging.id):
        return
    found = await asyncio.to_thread(judge_locally, run)
    numbers = await tools.write(records.save_critiques)(
        run.id,
        found,
        origin=CritiqueOrigin.LOCAL_JUDGE,
        call_id=None,
        judging_id=judging.id,
        now=tools.now(),
    )
    tools.publish(CritiquesFound(run_id=run.id, numbers=numbers))
