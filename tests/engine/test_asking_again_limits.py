import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import RunState
from panels.engine.events import CritiquesGone
from panels.engine.request_synthesis import request_synthesis
from panels.panel import Fallbacks, Writer
from panels.providers.scripts import Script
from tests.engine.conftest import Room
from tests.engine.test_asking_again import BUSY, cut_judge
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, judged_panel, reply
from tests.factories import make_panel


async def test_cards_of_a_judges_next_attempt_take_the_place_of_its_first(room: Room) -> None:
    room.retry()
    again = Script(text=reply(blind_spot("One"), blind_spot("Two")))
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=cut_judge(again))
    run = await room.finish(await room.start(judged_panel()))
    assert [(c.number, c.title) for c in run.critiques] == [(2, "One"), (3, "Two")]
    assert CritiquesGone(run_id=run.id, numbers=(1,)) in room.events


async def test_cards_stay_when_the_judges_next_attempt_has_none(room: Room) -> None:
    room.retry()
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=cut_judge(Script(status=401)))
    run = await room.finish(await room.start(judged_panel()))
    assert run.critiques[0].title == "First try"
    assert run.judge_reason == "auth_failed"


@pytest.mark.parametrize("writer", [BUSY, Script(status=401)])
async def test_a_writer_is_asked_again_or_its_fallback_for_the_same_version(
    room: Room, writer: Script
) -> None:
    room.retry()
    fallback = Writer(model="scripted:writer", fallbacks=Fallbacks(outage="scripted:spare"))
    room.scripts(a=ANSWER_A, b=ANSWER_B, writer=writer, spare="Fine now.")
    started = await room.start(make_panel("AB", writer=fallback))
    await room.finish(started)
    await sync_to_async(started.refresh_from_db)()
    await sync_to_async(request_synthesis)(started, requested_by="Ada", now=timezone.now())
    await room.dispatcher.launch(started.pk)
    run = await room.finish(started)
    assert [(s.version, s.text) for s in run.syntheses] == [(1, "Fine now.")]
    assert run.latest_synthesis.call.attempt == 2
    assert run.state == RunState.DONE
