"""One step of a run, done: what `next_step` decided, written down and told."""

from collections.abc import Callable

from panels.choices import RunState
from panels.engine import judgings, records
from panels.engine import next_step as steps
from panels.engine.ask_judge import end_judging
from panels.engine.events import CallChanged, RunChanged
from panels.engine.settle_call import queue_attempt
from panels.engine.tools import Tools
from panels.models import Judging
from panels.snapshot import RunSnapshot


async def take_step(step: steps.Step, run: RunSnapshot, tools: Tools) -> None:
    match step:
        case steps.AskAgain(attempts):
            for attempt in attempts:
                await tools.write(queue_attempt)(run.id, attempt, now=tools.now())
        case steps.EndPanel():
            await _begin_judging(run, tools, judgings.end_panel)
        case steps.EndSingle():
            await _move(run, RunState.PANEL, RunState.DONE, tools, finished_at=tools.now())
        case steps.FailRun(reason):
            await tools.write(records.fail_run)(run.id, reason, now=tools.now())
            tools.publish(RunChanged(run_id=run.id))
        case steps.BeginJudging():
            await _begin_judging(run, tools, judgings.begin_judging)
        case steps.EndJudging(judging):
            await end_judging(run, judging, tools)
        case steps.EndWriting(is_written):
            await _end_writing(run, tools, is_written=is_written)


async def _begin_judging(
    run: RunSnapshot, tools: Tools, begin: Callable[..., Judging | None]
) -> None:
    judging = await tools.write(begin)(run.id, now=tools.now())
    tools.publish(RunChanged(run_id=run.id))
    if judging is not None and judging.call_id:
        tools.publish(CallChanged(run_id=run.id, call_id=judging.call_id))


async def _end_writing(run: RunSnapshot, tools: Tools, *, is_written: bool) -> None:
    """To done with the first version that was written; without any, back to review."""
    if is_written:
        await _move(run, RunState.WRITING, RunState.DONE, tools, finished_at=tools.now())
    else:
        await _move(run, RunState.WRITING, RunState.REVIEW, tools)


async def _move(
    run: RunSnapshot, since: RunState, to: RunState, tools: Tools, **changes: object
) -> None:
    await tools.write(records.move_run)(run.id, since=[since], to=to, **changes)
    tools.publish(RunChanged(run_id=run.id))
