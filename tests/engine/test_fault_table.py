"""Every way in which an upstream can go wrong, end to end over real HTTP.

For each: what the row stores, what the column and the ledger say, whether it was asked again or
somebody else was, and that the neighbours and the run are none the worse. Seven faults at a time,
each in a seat of its own beside one that is well.
"""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels import cards
from panels.choices import Because, CallState, CritiqueOrigin, RunState
from panels.engine.request_synthesis import request_synthesis
from panels.panel import Fallbacks, Judge, Panel, Seat, Writer
from panels.providers.scripts import Script
from panels.snapshot import RunSnapshot
from panels.wording import explain_call_error
from tests.cards.card_runs import root_of, words_of
from tests.engine.fault_rows import FALLBACKS, FAULTS, QUICK_FAULTS, SLOW_FAULTS, Fault
from tests.engine.fault_upstream import FINE, STANDING_IN, FaultRoom, faulty  # noqa: F401
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, reply

LETTERS = "ABCDEFG"
WELL = "H"
GROUPS = [SLOW_FAULTS, *(QUICK_FAULTS[n : n + 7] for n in range(0, len(QUICK_FAULTS), 7))]
IDS = [" | ".join(fault.name for fault in group) for group in GROUPS]
ON_ONES_OWN = Fallbacks()


def seated(faults: tuple[Fault, ...]) -> list[tuple[str, Fault]]:
    return list(zip(LETTERS, faults, strict=False))


def panel_of(faults: tuple[Fault, ...], fallbacks: Fallbacks) -> Panel:
    seats = [
        Seat(letter=letter, model=fault.reference, fallbacks=fallbacks)
        for letter, fault in seated(faults)
    ]
    well = Seat(letter=WELL, model="up:fine")
    return Panel(seats=(*seats, well), writer=Writer(model="up:writer"))


async def run_with(room: FaultRoom, faults: tuple[Fault, ...], fallbacks: Fallbacks) -> RunSnapshot:
    room.scripts(
        **{fault.slug: fault.script for fault in faults if fault.script}, **STANDING_IN, fine=FINE
    )
    return await room.finish(await room.start(panel_of(faults, fallbacks)))


def answer_of(run: RunSnapshot, letter: str):
    return next(answer for answer in run.answers if answer.letter == letter)


def column(run: RunSnapshot, letter: str) -> str:
    return words_of(root_of(cards.render_answer(run, letter)))


def outcomes(run: RunSnapshot, letter: str) -> list[str]:
    """What the ledger says of each of a seat's attempts."""
    rows = root_of(cards.render_ledger(run)).select(f"tbody tr.seat-{letter}")
    return [words_of(row.select(".ledger-outcome")[0]) for row in rows]


def assert_the_rest_is_well(run: RunSnapshot) -> None:
    well = answer_of(run, WELL)
    assert [call.state for call in well.attempts] == [CallState.DONE]
    assert well.call.text == FINE.text
    assert (run.state, run.reason) == (RunState.REVIEW, "")
    assert not [call for call in run.calls if call.is_open]
    assert all(call.finished_at for call in run.calls)


def assert_stored(call, fault: Fault) -> None:
    assert (call.state, call.error_code) == (CallState.FAILED, fault.code)
    assert call.retry_after_seconds == fault.retry_after_seconds
    assert call.text.startswith(fault.kept)
    assert (call.text == fault.kept) is fault.is_whole


# For good, with nobody to stand in


@pytest.mark.parametrize("faults", GROUPS, ids=IDS)
async def test_a_fault_is_named_kept_and_nobody_elses(
    faulty: FaultRoom,  # noqa: F811
    faults: tuple[Fault, ...],
) -> None:
    run = await run_with(faulty, faults, ON_ONES_OWN)
    for letter, fault in seated(faults):
        attempts = answer_of(run, letter).attempts
        assert [(call.model_asked, call.because) for call in attempts] == fault.attempts, fault.name
        for call in attempts:
            assert_stored(call, fault)
        explanation = explain_call_error(fault.code)
        assert explanation.sentence == fault.sentence
        assert f"{fault.sentence} {explanation.remedy}" in column(run, letter)
        assert fault.kept.strip() in column(run, letter)
        failed = f"failed: {fault.sentence.rstrip('.')}"
        assert all(outcome.startswith(failed) for outcome in outcomes(run, letter))
        if fault.script:
            assert faulty.asked().count(fault.slug) == len(attempts)
    assert [answer.letter for answer in run.readable_answers] == [WELL]
    assert_the_rest_is_well(run)


# For good, with somebody to stand in


@pytest.mark.parametrize("faults", GROUPS, ids=IDS)
async def test_a_fault_goes_to_the_fallback_that_fits_it(
    faulty: FaultRoom,  # noqa: F811
    faults: tuple[Fault, ...],
) -> None:
    run = await run_with(faulty, faults, FALLBACKS)
    for letter, fault in seated(faults):
        attempts = answer_of(run, letter).attempts
        asked = [(call.model_asked, call.because) for call in attempts]
        if fault.fallback is None:
            assert asked == fault.attempts, fault.name
            continue
        assert asked == [*fault.attempts, (fault.stand_in, fault.fallback)], fault.name
        assert (attempts[-1].state, attempts[-1].text) == (CallState.DONE, fault.stand_in_text)
        assert f"fell back to {fault.stand_in}" in outcomes(run, letter)[-1]
        said = column(run, letter)
        assert f"Attempt {len(asked)}, by {fault.stand_in} in place of {fault.reference}." in said
        assert f"Before: {fault.sentence}" in said
        assert fault.kept.strip() in said
        assert said.index(fault.kept.strip()) <= said.index(fault.stand_in_text)
    assert_the_rest_is_well(run)


# Once


TRANSIENT = [fault for fault in FAULTS if fault.is_retried and fault.script]
PASSING = [tuple(TRANSIENT[n : n + 7]) for n in range(0, len(TRANSIENT), 7)]


@pytest.mark.parametrize("faults", PASSING)
async def test_a_fault_that_passes_is_asked_again_and_says_so(
    faulty: FaultRoom,  # noqa: F811
    faults: tuple[Fault, ...],
) -> None:
    faulty.scripts(**{fault.slug: fault.passing for fault in faults}, **STANDING_IN, fine=FINE)
    run = await faulty.finish(await faulty.start(panel_of(faults, FALLBACKS)))
    for letter, fault in seated(faults):
        first, second = answer_of(run, letter).attempts
        assert_stored(first, fault)
        assert (second.state, second.because, second.text) == (
            CallState.DONE,
            Because.RETRY,
            FINE.text,
        )
        wait = timedelta(seconds=fault.retry_after_seconds or 0)
        assert second.asked_at >= second.not_before_at >= first.finished_at + wait
        assert outcomes(run, letter)[-1].startswith("done, 1 retry (")
        said = column(run, letter)
        assert f"Attempt 2. Before: {fault.sentence}" in said
        assert ("what follows is new" in said) is bool(fault.kept)
    assert len(run.readable_answers) == len(faults) + 1
    assert_the_rest_is_well(run)


def test_every_fault_of_the_table_is_tried() -> None:
    assert sorted(fault.name for group in GROUPS for fault in group) == sorted(
        fault.name for fault in FAULTS
    )
    assert len({fault.slug for fault in FAULTS}) == len(FAULTS)


# The judge and the writer

BAD_ENDS = {
    "503": Script(status=503),
    "401": Script(status=401),
    "cut": Script(text='{"critiques": [{"kind"', fault="cut", fault_after_tokens=2),
    "refusal": Script(text="No.", fault="refusal"),
    "empty": Script(fault="empty"),
}


def judged(fallbacks: Fallbacks) -> Panel:
    return Panel(
        seats=(Seat(letter="A", model="up:a"), Seat(letter="B", model="up:b")),
        judge=Judge(model="up:judge", fallbacks=fallbacks),
        writer=Writer(model="up:writer", fallbacks=fallbacks),
    )


async def judged_and_written(
    room: FaultRoom, bad: Script, fallbacks: Fallbacks
) -> tuple[RunSnapshot, RunSnapshot]:
    """The run as it came to review, and after a synthesis was asked for."""
    cards_of_spare = Script(
        text=reply(blind_spot("Retention")), then=Script(text="Written by the spare one.")
    )
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=bad, writer=bad, spare=cards_of_spare)
    started = await room.start(judged(fallbacks))
    reviewed = await room.finish(started)
    await sync_to_async(started.refresh_from_db)()
    await sync_to_async(request_synthesis)(started, requested_by="Ada", now=timezone.now())
    await room.dispatcher.launch(started.pk)
    return reviewed, await room.finish(started)


@pytest.mark.parametrize("bad", BAD_ENDS.values(), ids=BAD_ENDS)
async def test_a_judge_and_a_writer_fall_back_too(
    faulty: FaultRoom,  # noqa: F811
    bad: Script,
) -> None:
    spare = Fallbacks(outage="up:spare", refusal="up:spare")
    reviewed, written = await judged_and_written(faulty, bad, spare)
    assert (reviewed.judge_reason, reviewed.judge_call.model_asked) == ("", "up:spare")
    assert [critique.title for critique in reviewed.critiques] == ["Retention"]
    assert (written.state, written.latest_synthesis.text) == (
        RunState.DONE,
        "Written by the spare one.",
    )
    assert [synthesis.version for synthesis in written.syntheses] == [1]


@pytest.mark.parametrize("bad", BAD_ENDS.values(), ids=BAD_ENDS)
async def test_a_judge_and_a_writer_with_nobody_to_stand_in_cost_no_answer(
    faulty: FaultRoom,  # noqa: F811
    bad: Script,
) -> None:
    reviewed, written = await judged_and_written(faulty, bad, ON_ONES_OWN)
    assert reviewed.judge_reason == reviewed.judge_call.error_code
    assert {c.origin for c in reviewed.critiques} == {CritiqueOrigin.LOCAL_JUDGE}
    assert written.state == RunState.REVIEW
    assert written.latest_synthesis.call.error_code == reviewed.judge_reason
    assert len(written.readable_answers) == 2
