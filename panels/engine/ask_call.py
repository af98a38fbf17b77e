"""One attempt of a seat, the judge or the writer: its wait, its place, its question, its fate."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from panels.engine import records
from panels.engine.call_model import Question, call_model, refuse_call
from panels.engine.events import CallChanged
from panels.engine.leases import LeaseLost
from panels.engine.relay import OnText
from panels.engine.tools import Tools
from panels.engine.web_access import characters_for_results, web_access
from panels.observing import about
from panels.panel import Panel
from panels.providers.broken import BrokenOnPurpose
from panels.providers.errors import ProviderError
from panels.providers.requests import ModelInfo
from panels.snapshot import CallSnapshot, RunSnapshot

#: How often a waiting call's page is told, so that it can count down.
TICK_SECONDS = 1.0
log = logging.getLogger(__name__)

#: The model's slug and what is known about it → what to ask. Called on a thread.
Prepare = Callable[[str, ModelInfo | None], Question]


class NotAsked(ProviderError):
    """Something inside Fusionweb went wrong before the model was asked."""

    error_code = "internal_error"


async def ask_call(
    run: RunSnapshot,
    call: CallSnapshot,
    prepare: Prepare,
    tools: Tools,
    *,
    on_text: OnText | None = None,
) -> CallSnapshot | None:
    """Ask a queued call when its time has come. Returns the attempt that follows a failure."""
    return await tools.calls.run(call.id, _ask_safely(run, call, prepare, tools, on_text))


async def _ask_safely(
    run: RunSnapshot, call: CallSnapshot, prepare: Prepare, tools: Tools, on_text: OnText | None
) -> CallSnapshot | None:
    about.begin_call(call.id)
    try:
        await _wait_for_its_time(run, call, tools)
        return await _ask(run, call, prepare, tools, on_text)
    except ProviderError as error:
        return await refuse_call(run.id, call, error, tools)
    except LeaseLost:
        raise
    except Exception:
        log.exception("Call %s of run %s could not be asked", call.id, run.id)
        return await refuse_call(run.id, call, NotAsked(), tools)


async def _ask(
    run: RunSnapshot, call: CallSnapshot, prepare: Prepare, tools: Tools, on_text: OnText | None
) -> CallSnapshot | None:
    provider, slug = tools.registry.provider_of(call.model_asked)
    fault = tools.drills.fault_of(call.role, call.seat, call.attempt)
    if fault and not run.is_tour:
        provider = BrokenOnPurpose(provider, fault, timeouts=tools.timeouts)
    info = tools.registry.info(call.model_asked)
    prepared = await asyncio.to_thread(prepare, slug, info)
    question = _as_permitted(run.panel, call.role, prepared, info)

    async def say_that_it_waits() -> None:
        await tools.write(records.mark_due)(call.id, now=tools.now())
        tools.publish(CallChanged(run_id=run.id, call_id=call.id))

    async with tools.places.place(provider.name, on_wait=say_that_it_waits):
        return await call_model(run.id, call, question, provider, tools, on_text=on_text)


def _as_permitted(panel: Panel, role: str, question: Question, info: ModelInfo | None) -> Question:
    """How far a call may go is the panel's word, whoever prepared it, whichever attempt it is."""
    request = replace(
        question.request,
        reach=panel.reach,
        refuses_data_collection=panel.refuses_data_collection,
        web=web_access(panel, role, info),
    )
    room = characters_for_results(request, info)
    return replace(question, request=request, most_result_characters=room)


async def _wait_for_its_time(run: RunSnapshot, call: CallSnapshot, tools: Tools) -> None:
    """A retry waits. It is still queued, so a stop ends the wait and a restart takes it up."""
    if call.not_before_at is None:
        return
    while (seconds := (call.not_before_at - tools.now()).total_seconds()) > 0:
        await asyncio.sleep(min(seconds, TICK_SECONDS))
        tools.publish(CallChanged(run_id=run.id, call_id=call.id))
