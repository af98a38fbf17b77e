"""One request to a model, from the queued row to its fate: seats, judge and writer alike."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime

from panels.choices import CallState
from panels.engine import records
from panels.engine.costs import with_cost
from panels.engine.events import CallChanged
from panels.engine.leases import LeaseLost
from panels.engine.proven import Proven
from panels.engine.recover_costs import CallWithoutCost
from panels.engine.relay import OnText, Relay
from panels.engine.settle_call import settle_call
from panels.engine.take_call import Taken, take_call
from panels.engine.telling import ended_call
from panels.engine.tools import Tools
from panels.providers.client import KeepsRecords, Provider
from panels.providers.errors import ProviderError
from panels.providers.requests import CompletionRequest
from panels.providers.stream import StreamEvent
from panels.snapshot import CallSnapshot
from panels.tools.loop import LoopEvent
from panels.tools.toolbox import MOST_CHARACTERS
from panels.tools.web_tools import stream_with_web

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a call is going to ask, and what its row should say about that."""

    request: CompletionRequest
    words_shown: int | None = None
    words_total: int | None = None
    labels: dict[str, str] = field(default_factory=dict)
    #: What the results of web tools may fill of the model's context.
    most_result_characters: int = MOST_CHARACTERS


Answer = AsyncGenerator[LoopEvent, None] | AsyncGenerator[StreamEvent, None]


async def call_model(
    run_id: str,
    call: CallSnapshot,
    question: Question,
    provider: Provider,
    tools: Tools,
    *,
    on_text: OnText | None = None,
) -> CallSnapshot | None:
    """Ask, relay the text as it comes, and store how it ended. A call that is not queued is left.

    Returns the attempt that follows a failure.

    A provider's error is a fate, not an exception. Text and reasoning that came before it stay.
    """
    lease = tools.held_lease
    await lease.prove()
    taken = await take_call(
        run_id,
        call,
        question.request,
        tools,
        words_shown=question.words_shown,
        words_total=question.words_total,
        labels=question.labels,
    )
    if taken is None:
        return None
    tools.publish(CallChanged(run_id=run_id, call_id=call.id))
    relay = Relay(run_id, call.id, tools, on_text)
    relay.keeps_records = isinstance(provider, KeepsRecords)
    with tools.calls.asked(call.id):
        # Taking it may have taken long, of a process or a machine that was frozen meanwhile.
        await lease.prove()
        fate = await _fate_of(relay, provider, question, taken, tools)
        following = await _settle(
            run_id,
            call,
            fate,
            tools,
            asked_at=taken.asked_at,
            first_token_at=relay.first_token_at,
        )
    if fate.cost_usd is None:
        tools.recover_cost(
            CallWithoutCost(
                call_id=call.id,
                run_id=run_id,
                model_asked=call.model_asked,
                generation_id=fate.generation_id,
            )
        )
    return following


def answer_of(provider: Provider, question: Question, tools: Tools) -> Answer:
    """The events of the whole call, through the web tools where it may use them."""
    request = question.request
    if request.web is None:
        return provider.stream(request)
    return stream_with_web(
        Proven(provider, tools.held_lease),
        replace(request, web=None),
        request.web,
        tools.web,
        most_characters=question.most_result_characters,
    )


async def _fate_of(
    relay: Relay, provider: Provider, question: Question, taken: Taken, tools: Tools
) -> records.CallFate:
    """Of a call that is asked now and read to its end, with what it cost."""
    with tools.observer.open_call(provider.name):
        fate, error = await _read_to_the_end(relay, answer_of(provider, question, tools))
    tools.texts.forget(relay.call_id)
    return with_cost(
        fate,
        is_free=provider.is_free,
        price=taken.price,
        asked_at=taken.asked_at,
        error=None if relay.web.has_turns else error,
    )


async def _read_to_the_end(
    relay: Relay, answer: Answer
) -> tuple[records.CallFate, ProviderError | None]:
    """The fate, and the error that it came from, where it was the provider's."""
    try:
        async with aclosing(answer) as events:
            async for event in events:
                await relay.take(event)
    except ProviderError as error:
        return relay.failed(error), error
    except asyncio.CancelledError:
        if not relay.tools.calls.was_stopped(relay.call_id):
            await _store_cut(relay)
            raise
        return relay.ended(CallState.STOPPED, code="stopped_by_person"), None
    except LeaseLost:
        await _store_cut(relay)
        raise
    except Exception:
        log.exception("Call %s failed inside Fusionweb", relay.call_id)
        return relay.ended(CallState.FAILED, code="internal_error"), None
    finally:
        relay.web.pace.stop()
    return relay.ended(CallState.DONE), None


async def refuse_call(
    run_id: str, call: CallSnapshot, error: ProviderError, tools: Tools
) -> CallSnapshot | None:
    """Settle a queued call that can't be asked at all. Returns the attempt that follows."""
    fate = records.CallFate(
        state=CallState.FAILED,
        error_code=error.error_code,
        error_detail=error.detail,
        retry_after_seconds=error.retry_after_seconds,
    )
    return await _settle(run_id, call, fate, tools)


async def _settle(
    run_id: str,
    call: CallSnapshot,
    fate: records.CallFate,
    tools: Tools,
    *,
    asked_at: datetime | None = None,
    first_token_at: datetime | None = None,
) -> CallSnapshot | None:
    """Stored even when the task is cancelled meanwhile: what was paid for is never lost."""
    now = tools.now()
    settled = await asyncio.shield(
        records.in_database(settle_call)(
            tools.held_lease, call.id, fate, policy=tools.policy, now=now
        )
    )
    following = settled.following
    tools.publish(CallChanged(run_id=run_id, call_id=call.id))
    if following is not None:
        tools.publish(CallChanged(run_id=run_id, call_id=following.id))
    if settled.fate is not None:
        tools.observer.call_ended(
            ended_call(
                run_id,
                call,
                settled.fate,
                asked_at=asked_at,
                first_token_at=first_token_at,
                finished_at=now,
                followed_by=following.because if following else "",
            )
        )
    return following


async def _store_cut(relay: Relay) -> None:
    """On shutdown the row stays open, its text complete; the next start interrupts and re-asks."""
    await asyncio.shield(relay.tools.texts.flush())
