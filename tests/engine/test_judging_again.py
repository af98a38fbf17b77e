"""The judge is asked again: new cards, and no word of anybody's lost."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import CritiqueOrigin, RunState, Verdict
from panels.engine.cancel_run import stop_run
from panels.engine.rerun_judge import rerun_judge
from panels.engine.retry_seat import retry_seat
from panels.engine.review import Reviewer, add_critique, decide, undo
from panels.engine.wishes import UnableToAsk
from panels.models import Critique, Judging, Run
from panels.panel import LOCAL_JUDGE
from panels.providers.scripts import Script
from panels.snapshot import RunSnapshot
from panels.writing.minority_report import minority_report
from tests.engine import patient_room
from tests.engine.conftest import Room
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, judged_panel, reply
from tests.engine.test_resume import restart
from tests.engine.test_writing import write
from tests.factories import make_panel

ADA = Reviewer(name="Ada")
AGAIN = reply(blind_spot("Nobody is on call"), blind_spot("No rollback"))
SLOW_JUDGE = Script(
    text=reply(blind_spot("Early"), blind_spot("Late " * 80)),
    tokens_per_second=60,
    then=Script(text=AGAIN),
)

room = patient_room.room


async def reviewed(room: Room, **scripts: Script | str) -> Run:
    """In review with C1 accepted, C2 undecided, and a person's own C3."""
    first = reply(blind_spot("Retention"), blind_spot("Cost"))
    usual = {"a": ANSWER_A, "b": ANSWER_B, "judge": first, "other": AGAIN, "writer": "So [C1]."}
    room.scripts(**{**usual, **scripts})
    run = await room.start(judged_panel())
    await room.finish(run)
    await sync_to_async(run.refresh_from_db)()
    await sync_to_async(_decide)(run)
    return run


def _decide(run: Run) -> None:
    now = timezone.now()
    decide(run, 1, ADA, now=now, verdict=Verdict.ACCEPTED, note="Yes.")
    add_critique(run, ADA, kind="remark", title="My own", body="", now=now)


async def judge_again(room: Room, run: Run, model: str = "scripted:other") -> RunSnapshot:
    await ask_judge_again(room, run, model)
    return await room.finish(run)


async def ask_judge_again(room: Room, run: Run, model: str = "scripted:other") -> None:
    await sync_to_async(rerun_judge)(
        run, model, privacies={}, requested_by="Ada", now=timezone.now()
    )
    await room.dispatcher.launch(run.pk)


def titles(run: RunSnapshot) -> list[tuple[int, str, bool]]:
    return [(c.number, c.title, c.is_earlier) for c in run.critiques]


async def test_decided_cards_stay_and_undecided_ones_make_room(room: Room) -> None:
    run = await reviewed(room)
    after = await judge_again(room, run)
    assert after.state == RunState.REVIEW
    assert titles(after) == [
        (1, "Retention", True),
        (3, "My own", False),
        (4, "Nobody is on call", False),
        (5, "No rollback", False),
    ]
    assert (after.critiques[0].is_accepted, after.critiques[0].note) == (True, "Yes.")
    assert [c.title for c in after.replaced_critiques] == ["Cost"]
    assert [(j.number, j.model, j.requested_by, j.stands) for j in after.judgings] == [
        (1, "scripted:judge", "", True),
        (2, "scripted:other", "Ada", True),
    ]
    assert after.panel.judge.model == "scripted:other"
    assert sorted(room.asked()) == ["a", "b", "judge", "other"]


async def test_a_card_whose_decision_was_taken_back_stays_in_sight(room: Room) -> None:
    run = await reviewed(room)
    await sync_to_async(undo)(run, ADA, now=timezone.now(), number=1)
    assert (await judge_again(room, run)).critiques[0].title == "Retention"


async def test_the_writer_gets_what_is_accepted_of_every_judge(room: Room) -> None:
    run = await reviewed(room)
    await judge_again(room, run)
    now = timezone.now()
    await sync_to_async(decide)(run, 4, ADA, now=now, verdict=Verdict.ACCEPTED)
    after = await write(room, run)
    assert [a.number for a in after.latest_synthesis.accepted] == [1, 4]


async def test_a_done_run_stays_done_and_its_minority_report_keeps_what_was_replaced(
    room: Room,
) -> None:
    run = await reviewed(room)
    await write(room, run)
    after = await judge_again(room, run)
    assert after.state == RunState.DONE
    left_out = [item.title for item in minority_report(after, after.syntheses[0])]
    assert "Cost" in left_out


async def test_a_judge_that_is_asked_again_reads_the_answers_that_count_by_then(room: Room) -> None:
    again = Script(text=ANSWER_A, then=Script(text="Wait until after the sale."))
    run = await reviewed(room, a=again)
    await sync_to_async(retry_seat)(run, "A", now=timezone.now())
    await room.dispatcher.launch(run.pk)
    await room.finish(run)
    after = await judge_again(room, run)
    asked = str(room.book.requests_to("other")[0].body)
    assert "Wait until after the sale." in asked
    assert ANSWER_A not in asked
    assert all(after.was_judged(answer) for answer in after.answers)


async def test_the_same_judge_may_be_asked_again(room: Room) -> None:
    first = Script(text=reply(blind_spot("One")), then=Script(text=reply(blind_spot("Two"))))
    run = await reviewed(room, judge=first)
    after = await judge_again(room, run, "scripted:judge")
    assert [c.title for c in after.critiques if not c.is_earlier] == ["My own", "Two"]
    assert after.panel.judge.past_models == ()


async def test_the_local_judge_may_be_asked_again_without_any_call(room: Room) -> None:
    run = await reviewed(room)
    after = await judge_again(room, run, LOCAL_JUDGE)
    assert after.standing_judging.is_local
    assert CritiqueOrigin.LOCAL_JUDGE in {c.origin for c in after.critiques if not c.is_earlier}
    again = await judge_again(room, run, LOCAL_JUDGE)
    assert [j.number for j in again.judgings] == [1, 2, 3]
    assert sorted(room.asked()) == ["a", "b", "judge"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [(Script(status=401), "auth_failed"), (Script(text="No JSON."), "judge_not_json")],
)
async def test_a_second_judge_that_fails_takes_nothings_place(
    room: Room, script: Script, reason: str
) -> None:
    run = await reviewed(room, other=script)
    after = await judge_again(room, run)
    assert titles(after) == [(1, "Retention", False), (2, "Cost", False), (3, "My own", False)]
    assert (after.judgings[1].reason, after.judgings[1].stands) == (reason, False)
    assert (after.standing_judging.number, after.judge_reason) == (1, "")


async def test_a_judge_that_stands_takes_away_the_word_that_the_first_had_failed(
    room: Room,
) -> None:
    run = await reviewed(room, judge=Script(status=401))
    assert (await room.snapshot(run)).judge_reason == "auth_failed"
    assert (await judge_again(room, run)).judge_reason == ""


async def test_two_judges_are_never_asked_at_once(room: Room) -> None:
    run = await reviewed(room, other=SLOW_JUDGE)
    await ask_judge_again(room, run)
    with pytest.raises(UnableToAsk, match="reading the answers already"):
        await ask_judge_again(room, run, LOCAL_JUDGE)
    await room.finish(run)


async def test_before_the_panel_has_ended_there_is_nothing_to_judge_again(room: Room) -> None:
    room.scripts(a=Script(text="word " * 500, tokens_per_second=100), b=ANSWER_B)
    run = await room.start(make_panel("AB"))
    with pytest.raises(UnableToAsk, match="has not finished"):
        await ask_judge_again(room, run)
    await stop_run(run, now=timezone.now())


async def _until_a_card_came(room: Room, run: Run, title: str) -> None:
    for _ in range(300):
        if title in [c.title for c in (await room.snapshot(run)).critiques]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the second judge's card never came")


async def test_its_cards_come_one_by_one_beside_those_that_are_there(room: Room) -> None:
    run = await reviewed(room, other=SLOW_JUDGE)
    await ask_judge_again(room, run)
    await _until_a_card_came(room, run, "Early")
    during = await room.snapshot(run)
    assert [c.title for c in during.critiques] == ["Retention", "Cost", "My own", "Early"]
    assert (during.state, during.is_at_work) == (RunState.REVIEW, True)
    await stop_run(run, now=timezone.now())
    after = await room.finish(run)
    assert (after.is_at_work, after.judgings[1].reason) == (False, "stopped_by_person")
    assert after.critiques[1].title == "Cost"


async def test_a_crash_while_it_reads_asks_that_judge_again_and_nobody_else(room: Room) -> None:
    run = await reviewed(room, other=SLOW_JUDGE)
    await ask_judge_again(room, run)
    await _until_a_card_came(room, run, "Early")
    await restart(room)
    after = await room.finish(run)
    fresh = [c.title for c in after.critiques if c.judging == 2]
    assert fresh == ["Nobody is on call", "No rollback"]
    assert sorted(room.asked()) == ["a", "b", "judge", "other", "other"]


async def test_a_run_from_before_judgings_had_rows_is_judged_again_all_the_same(room: Room) -> None:
    run = await reviewed(room)
    await Critique.objects.filter(run=run).aupdate(judging=None)
    await Judging.objects.filter(run=run).adelete()
    after = await judge_again(room, run)
    assert [(j.number, j.model) for j in after.judgings] == [
        (1, "scripted:judge"),
        (2, "scripted:other"),
    ]
    assert [c.title for c in after.replaced_critiques] == ["Cost"]
    assert sorted(room.asked()) == ["a", "b", "judge", "other"]
