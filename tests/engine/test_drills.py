"""A drill in a whole engine: the chosen calls break, and the run shows what it makes of that."""

from collections.abc import Iterator

import pytest
from django.core.management.base import CommandError

from panels import cards
from panels.choices import Because, CallState, RunState
from panels.engine import providers
from panels.management.commands.serve import Command
from panels.panel import Fallbacks
from panels.providers.broken import WORDS
from panels.providers.drills import drills_from
from tests.cards.card_runs import root_of, words_of
from tests.engine.conftest import Room
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, judged_panel, reply
from tests.factories import make_panel, make_run, make_seat

DRILL = "seat:B=429 x1; judge=cut; writer=hang"


def drill(room: Room, text: str) -> None:
    room.drills = drills_from(text)
    room.retry()


async def test_a_seat_that_is_broken_once_comes_back(room: Room) -> None:
    drill(room, "seat:B=429 x1")
    room.scripts(a="Fine.", b="Fine, too.")
    run = await room.finish(await room.start())
    first, second = run.answers[1].attempts
    assert (first.error_code, first.error_detail) == ("rate_limited", WORDS)
    assert (second.state, second.because, second.text) == (
        CallState.DONE,
        Because.RETRY,
        "Fine, too.",
    )
    assert sorted(room.asked()) == ["a", "b"]


async def test_a_seat_that_is_broken_for_good_fails_and_the_others_do_not(room: Room) -> None:
    drill(room, "seat:B=503")
    room.scripts(a="Fine.", b="Never said.", spare="Never said either.")
    seats = (make_seat("A"), make_seat("B", fallbacks=Fallbacks(outage="scripted:spare")))
    run = await room.finish(await room.start(make_panel("AB", seats=seats)))
    assert {call.state for call in run.answers[1].attempts} == {CallState.FAILED}
    assert run.answers[1].call.model_asked == "scripted:spare"
    assert (room.asked(), run.state) == (["a"], RunState.REVIEW)


async def test_a_judge_that_is_cut_is_replaced_by_the_local_judge(room: Room) -> None:
    drill(room, DRILL)
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=reply(blind_spot("One"), blind_spot("Two")))
    run = await room.finish(await room.start(judged_panel()))
    assert run.judge_reason == "stream_broken"
    assert [call.error_code for call in run.calls if call.is_judge] == ["stream_broken"] * 3


async def test_a_drill_spares_the_guided_tour(room: Room) -> None:
    drill(room, "seat=503")
    room.scripts(a="Fine.", b="Fine, too.")
    run = await room.finish(await room.start(is_tour=True))
    assert [answer.call.state for answer in run.answers] == [CallState.DONE] * 2


# What a person is told


def test_the_page_says_that_a_drill_is_on(settings) -> None:
    settings.DRILL = "seat:B=429 x1; judge=cut"
    head = root_of(cards.render_head(make_run()))
    assert words_of(head.select_one(".notice-warn")) == (
        "A drill is on. Calls are broken on purpose: seat B: status 429, first attempt; judge: "
        "cut in the middle. Take FUSIONWEB_DRILL away and restart the server to end it."
    )


def test_the_page_says_nothing_of_the_kind_otherwise(settings) -> None:
    settings.DRILL = ""
    assert "drill" not in words_of(root_of(cards.render_head(make_run())))


@pytest.fixture
def fresh_settings() -> Iterator[None]:
    """What the process has read once is read again."""
    read = (providers.drills, providers.call_limits)
    for setting in read:
        setting.cache_clear()
    yield
    for setting in read:
        setting.cache_clear()


@pytest.mark.usefixtures("fresh_settings")
def test_a_wrong_drill_ends_the_server_with_a_sentence(settings) -> None:
    settings.DRILL = "judge=boom"
    with pytest.raises(CommandError, match="“boom” is no fault"):
        Command()._refuse_wrong_settings()


@pytest.mark.usefixtures("fresh_settings")
def test_a_wrong_limit_ends_the_server_with_a_sentence(settings, monkeypatch) -> None:
    monkeypatch.setenv("FUSIONWEB_MOST_CALLS_OLLAMA", "none")
    with pytest.raises(CommandError, match="FUSIONWEB_MOST_CALLS_OLLAMA must be a number"):
        Command()._refuse_wrong_settings()


@pytest.mark.usefixtures("fresh_settings")
def test_the_server_says_at_its_start_that_a_drill_is_on(settings, capsys) -> None:
    settings.DRILL = "judge=cut"
    Command()._refuse_wrong_settings()
    assert capsys.readouterr().out == (
        "A drill is on. Broken on purpose: judge: cut in the middle\n"
    )
