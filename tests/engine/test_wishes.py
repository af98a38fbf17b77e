"""People ask for more of a panel that has spoken: nothing is asked twice, and nothing is lost."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import CallState, RunState, Verdict
from panels.engine.add_seat import add_seat
from panels.engine.cancel_run import stop_run
from panels.engine.choose_answer import choose_answer
from panels.engine.events import AnswerChosen
from panels.engine.retry_failed import retry_failed
from panels.engine.retry_seat import retry_seat
from panels.engine.review import Reviewer, decide
from panels.engine.swap_model import swap_model
from panels.engine.wishes import UnableToAsk
from panels.models import Run
from panels.panel import Fallbacks, Seat
from panels.providers.scripts import Script
from panels.snapshot import RunSnapshot
from tests.engine import patient_room
from tests.engine.conftest import Room
from tests.engine.test_judging import ANSWER_A, ANSWER_B, contradiction, judged_panel, reply
from tests.engine.test_resume import restart
from tests.engine.test_writing import prompt, write
from tests.factories import make_panel, make_seat

room = patient_room.room

SECOND = "On second thoughts: keep the monolith until the sale is over."
SLOW = Script(text="word " * 1000, tokens_per_second=100)
ADA = Reviewer(name="Ada")


async def reviewed(room: Room, **scripts: Script | str) -> Run:
    """In review; C1 is a contradiction of A and B, accepted with side A."""
    first = Script(text=ANSWER_A, then=Script(text=SECOND))
    usual = {"a": first, "b": ANSWER_B, "judge": reply(contradiction()), "writer": "So [C1]."}
    room.scripts(**{**usual, **scripts})
    run = await room.start(judged_panel())
    await room.finish(run)
    await sync_to_async(run.refresh_from_db)()
    await sync_to_async(decide)(run, 1, ADA, now=timezone.now(), verdict=Verdict.ACCEPTED, side="A")
    return run


async def wish(room: Room, verb: Any, run: Run, *args: Any, **values: Any) -> RunSnapshot:
    """As a view does: write it down and launch; the run when it has come to rest."""
    await sync_to_async(verb)(run, *args, now=timezone.now(), **values)
    await room.dispatcher.launch(run.pk)
    return await room.finish(run)


def texts(run: RunSnapshot, letter: str) -> list[str]:
    return [call.text for call in run.answer(letter).attempts]


# One seat again


async def test_a_seat_is_asked_again_beside_the_review_and_its_new_answer_counts(
    room: Room,
) -> None:
    run = await reviewed(room)
    after = await wish(room, retry_seat, run, "A")
    assert (after.state, texts(after, "A")) == (RunState.REVIEW, [ANSWER_A, SECOND])
    assert after.answer("A").call.text == SECOND
    assert [(c.attempt, c.because) for c in after.answer("A").attempts] == [(1, ""), (1, "")]
    assert not after.was_judged(after.answer("A"))
    assert after.was_judged(after.answer("B"))
    assert (after.critiques[0].is_accepted, after.critiques[0].side) == (True, "A")
    assert sorted(room.asked()) == ["a", "a", "b", "judge"]


async def test_a_done_run_stays_done_while_a_seat_is_asked_again(room: Room) -> None:
    run = await reviewed(room)
    await write(room, run)
    after = await wish(room, retry_seat, run, "A")
    assert (after.state, after.answer("A").call.text) == (RunState.DONE, SECOND)
    assert len(after.syntheses) == 1


async def test_the_answer_before_counts_while_the_new_one_comes_and_when_it_fails(
    room: Room,
) -> None:
    run = await reviewed(room, a=Script(text=ANSWER_A, then=Script(status=401)))
    after = await wish(room, retry_seat, run, "A")
    answer = after.answer("A")
    assert (answer.call.text, answer.failed_again.error_code) == (ANSWER_A, "auth_failed")
    assert after.was_judged(answer)


async def test_a_seat_that_is_asked_again_falls_back_as_it_did_the_first_time(room: Room) -> None:
    room.retry()
    room.scripts(
        a=Script(text=ANSWER_A, then=Script(status=503)),
        b=ANSWER_B,
        judge=reply(contradiction()),
        spare="From the spare model.",
    )
    seat = make_seat("A", fallbacks=Fallbacks(outage="scripted:spare"))
    run = await room.start(judged_panel(seats=(seat, make_seat("B"))))
    await room.finish(run)
    after = await wish(room, retry_seat, run, "A")
    assert after.answer("A").call.text == "From the spare model."
    assert after.state == RunState.REVIEW
    assert room.asked().count("a") == 1 + 3
    assert room.asked()[-1] == "spare"


async def test_a_seat_that_is_answering_is_not_asked_again(room: Room) -> None:
    room.scripts(a=SLOW, b=ANSWER_B)
    run = await room.start()
    with pytest.raises(UnableToAsk, match="Seat A is still answering"):
        await sync_to_async(retry_seat)(run, "A", now=timezone.now())
    await stop_run(run, now=timezone.now())
    with pytest.raises(UnableToAsk, match="Run it again first"):
        await sync_to_async(retry_seat)(run, "A", now=timezone.now())


async def test_a_failed_seat_is_asked_again_while_another_still_speaks(room: Room) -> None:
    room.scripts(a=Script(status=401, then=Script(text=ANSWER_A)), b=SLOW)
    run = await room.start()
    while not (await room.snapshot(run)).failed_answers:
        await asyncio.sleep(0.02)
    await sync_to_async(retry_seat)(run, "A", now=timezone.now())
    await room.dispatcher.launch(run.pk)
    while not (await room.snapshot(run)).readable_answers:
        await asyncio.sleep(0.02)
    during = await room.snapshot(run)
    assert (during.state, during.answer("A").call.text) == (RunState.PANEL, ANSWER_A)
    assert during.answer("B").is_open
    assert sorted(room.asked()) == ["a", "a", "b"]
    await stop_run(run, now=timezone.now())


async def test_a_crash_while_a_seat_is_asked_again_repeats_only_that(room: Room) -> None:
    cut = Script(text=SLOW.text, tokens_per_second=100, then=Script(text=SECOND))
    run = await reviewed(room, a=Script(text=ANSWER_A, then=cut))
    await sync_to_async(retry_seat)(run, "A", now=timezone.now())
    await room.dispatcher.launch(run.pk)
    while not (await room.snapshot(run)).answer("A").latest.is_streaming:
        await asyncio.sleep(0.02)
    assert (await room.snapshot(run)).answer("A").call.text == ANSWER_A
    await restart(room)
    after = await room.finish(run)
    assert after.answer("A").call.text == SECOND
    states = [call.state for call in after.answer("A").attempts]
    assert states == [CallState.DONE, CallState.INTERRUPTED, CallState.DONE]
    assert sorted(room.asked()) == ["a", "a", "a", "b", "judge"]


# Which answer counts


async def test_an_earlier_answer_is_chosen_and_is_what_the_writer_reads(room: Room) -> None:
    run = await reviewed(room)
    after = await wish(room, retry_seat, run, "A")
    first, second = after.answer("A").answers
    await sync_to_async(choose_answer)(run, "A", first.id, ADA, now=timezone.now())
    assert AnswerChosen(run_id=str(run.pk), seat="A") in room.events
    chosen = await room.snapshot(run)
    assert chosen.answer("A").call.text == ANSWER_A
    assert chosen.was_judged(chosen.answer("A"))
    await write(room, run)
    assert ANSWER_A in prompt(room)
    assert SECOND not in prompt(room)
    await sync_to_async(choose_answer)(run, "A", second.id, ADA, now=timezone.now())
    assert (await room.snapshot(run)).answer("A").call.text == SECOND
    assert await run.answer_choices.acount() == 2


async def test_only_an_answer_of_that_seat_can_be_chosen(room: Room) -> None:
    run = await reviewed(room)
    other = (await room.snapshot(run)).answer("B").call
    with pytest.raises(UnableToAsk, match="Seat A has no such answer"):
        await sync_to_async(choose_answer)(run, "A", other.id, ADA, now=timezone.now())


# All that failed


async def test_all_failed_seats_are_asked_again_and_no_other(room: Room) -> None:
    broken = Script(status=401, then=Script(text="Here after all."))
    room.scripts(a=ANSWER_A, b=broken, c=broken, judge=reply())
    run = await room.start(judged_panel(seats=make_panel("ABC").seats))
    await room.finish(run)
    after = await wish(room, retry_failed, run)
    assert [a.letter for a in after.readable_answers] == ["A", "B", "C"]
    assert after.state == RunState.REVIEW
    assert sorted(room.asked()) == ["a", "b", "b", "c", "c", "judge"]
    with pytest.raises(UnableToAsk, match="No seat has failed"):
        await sync_to_async(retry_failed)(run, now=timezone.now())


# Another model in a seat


async def test_a_swapped_model_answers_and_both_are_in_the_ledger(room: Room) -> None:
    run = await reviewed(room, other="From the other model.")
    privacies = {"scripted": "this-machine"}
    after = await wish(room, swap_model, run, "A", "scripted:other", privacies=privacies)
    assert after.panel.seat("A").model == "scripted:other"
    assert after.panel.privacies == privacies
    assert [c.model_asked for c in after.answer("A").attempts] == ["scripted:a", "scripted:other"]
    assert after.answer("A").model == "scripted:other"
    assert sorted(room.asked()) == ["a", "b", "judge", "other"]


async def test_what_the_run_had_written_down_of_a_provider_stays(room: Room) -> None:
    run = await reviewed(room, other="x")
    await wish(room, swap_model, run, "A", "scripted:a", privacies={"scripted": "own-network"})
    after = await wish(
        room, swap_model, run, "A", "scripted:other", privacies={"scripted": "third-party"}
    )
    assert after.panel.privacies == {"scripted": "own-network"}


async def test_the_tour_asks_no_model_whatever_is_wished(room: Room) -> None:
    run = await reviewed(room)
    await Run.objects.filter(pk=run.pk).aupdate(is_tour=True)
    now = timezone.now()
    with pytest.raises(UnableToAsk, match="The tour is scripted"):
        await sync_to_async(swap_model)(run, "A", "scripted:other", privacies={}, now=now)
    with pytest.raises(UnableToAsk, match="The tour is scripted"):
        await sync_to_async(add_seat)(run, Seat(letter="", model="x:y"), privacies={}, now=now)


# One seat more


async def test_a_seat_joins_a_finished_panel_as_the_next_letter(room: Room) -> None:
    run = await reviewed(room, third="A third opinion.")
    await write(room, run)
    seat = Seat(letter="", model="scripted:third", persona_name="Third", persona="Look at cost.")
    after = await wish(room, add_seat, run, seat, privacies={})
    added = after.answer("C")
    assert (added.seat.title, added.call.text) == ("Third", "A third opinion.")
    assert (after.state, after.was_judged(added)) == (RunState.DONE, False)
    assert "Look at cost." in str(room.book.requests_to("third")[0].body)
    assert sorted(room.asked()) == ["a", "b", "judge", "third", "writer"]


async def test_a_panel_has_at_most_eight_seats(room: Room) -> None:
    panel = make_panel("ABCDEFGH")
    room.scripts(**{letter.lower(): "x" for letter in "ABCDEFGH"})
    run = await room.start(panel)
    await room.finish(run)
    with pytest.raises(UnableToAsk, match="at most 8 seats"):
        await sync_to_async(add_seat)(
            run, Seat(letter="", model="scripted:a"), privacies={}, now=timezone.now()
        )
