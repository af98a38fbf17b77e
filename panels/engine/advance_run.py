"""Make a run advance: see what is missing, do exactly that, again, until only a person can go on.

Every fact is read from the database, so a crash, a restart and a retry are the same thing: call
`advance_run` again. Only one caller may advance a run at a time (`dispatch.py` sees to it).
"""

import asyncio
from uuid import UUID

from panels.engine import next_step as steps
from panels.engine import notices, records
from panels.engine.asking import Asking
from panels.engine.events import CallChanged
from panels.engine.take_step import take_step
from panels.engine.telling import tell_end, tell_interrupted
from panels.engine.tools import Tools
from panels.queries import load_run_snapshot
from panels.snapshot import RunSnapshot

#: Where word comes from other processes, some of it may be lost: look without it, too.
LOOK_SECONDS = 10.0


async def advance_run(run_id: UUID | str, tools: Tools) -> None:
    """
    :raises LeaseLost: when another process advances it now; the calls open here have ended.
    """
    await _interrupt_cut_calls(run_id, tools)
    asking = Asking(tools)
    try:
        with tools.wakes.of(str(run_id)) as word:
            await _advance(run_id, asking, word, tools)
    except Exception:
        # What is paid for is still read to its end, but nothing more is begun.
        await asking.let_end()
        raise
    finally:
        await asking.cut()


async def _interrupt_cut_calls(run_id: UUID | str, tools: Tools) -> None:
    now = tools.now()
    call_ids = await tools.write(records.interrupt_cut_calls)(run_id, now=now)
    for call_id in call_ids:
        tools.publish(CallChanged(run_id=str(run_id), call_id=call_id))
    if call_ids:
        tell_interrupted(await records.in_database(load_run_snapshot)(run_id), now, tools.observer)


async def _advance(run_id: UUID | str, asking: Asking, word: asyncio.Event, tools: Tools) -> None:
    before: RunSnapshot | None = None
    while True:
        word.clear()
        run = await records.in_database(load_run_snapshot)(run_id)
        tell_end(before, run, tools.observer)
        before = run
        step = steps.next_step(run, tools.now(), tools.policy)
        if step is not None:
            await take_step(step, run, tools)
            continue
        asking.begin(run, steps.calls_to_ask(run))
        if not asking.is_open and steps.grace_ends_at(run) is None:
            return
        await asking.wait(word, seconds=_seconds_to_wait(run, tools))


def _seconds_to_wait(run: RunSnapshot, tools: Tools) -> float | None:
    waits = [LOOK_SECONDS] if notices.is_shared() else []
    if ends_at := steps.grace_ends_at(run):
        waits.append(max((ends_at - tools.now()).total_seconds(), 0.0))
    return min(waits, default=None)
