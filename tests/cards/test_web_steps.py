"""What a call did on the web, as its column and the ledger show it."""

from typing import Any

import pytest
from bs4 import Tag
from django.template.loader import render_to_string

from panels import cards
from panels.choices import CallState
from panels.panel import WebTools
from panels.snapshot import CallSnapshot, Source, ToolStepSnapshot
from tests.cards.card_runs import HOSTILE, assert_inert, at, open_call, root_of, run_of, seat_call
from tests.cards.card_runs import words_of as words

EVIL_URL = f"https://evil.example/{HOSTILE}"


def step(number: int = 1, **changes: Any) -> ToolStepSnapshot:
    return ToolStepSnapshot(
        **{
            "number": number,
            "tool": "web_search",
            "argument": "why split",
            "outcome": "2 results",
            "error_code": "",
            "began_at": at(1),
            "ended_at": at(2.5),
            **changes,
        }
    )


def running(number: int = 1, **changes: Any) -> ToolStepSnapshot:
    return step(number, **{"outcome": "", "ended_at": None, **changes})


def sources(count: int) -> tuple[Source, ...]:
    return tuple(Source(url=f"https://a.example/{n}", title=f"Page {n}") for n in range(count))


def answer(call: CallSnapshot) -> Tag:
    return root_of(cards.render_answer(run_of(call), "A", now=at(20)))


def step_rows(*calls: CallSnapshot) -> list[Tag]:
    return root_of(cards.render_ledger(run_of(*calls), now=at(20))).select("tr.ledger-step")


def cells(row: Tag) -> list[str]:
    return [found for cell in row.select("th, td") if (found := words(cell))]


def test_sources_stand_under_the_answer_with_their_hosts() -> None:
    card = answer(seat_call(sources=sources(2)))
    links = card.select("#seat-A-sources a")
    assert [(link["href"], words(link)) for link in links] == [
        ("https://a.example/0", "Page 0"),
        ("https://a.example/1", "Page 1"),
    ]
    assert {(link["target"], tuple(link["rel"])) for link in links} == {
        ("_blank", ("noopener", "noreferrer", "nofollow", "ugc"))
    }
    assert [words(host) for host in card.select(".source-host")] == ["a.example"] * 2
    assert card.select("#seat-A-sources details") == []


def test_ten_sources_are_shown_and_the_others_are_folded_away() -> None:
    card = answer(seat_call(sources=sources(13)))
    assert len(card.select("#seat-A-sources > ol > li")) == 10
    more = card.select_one("#seat-A-more-sources")
    assert words(more.summary) == "and 3 more"
    assert (more.ol["start"], len(more.select("li"))) == ("11", 3)


def test_an_answer_without_sources_says_nothing_of_them() -> None:
    assert answer(seat_call()).select("#seat-A-sources") == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "http://[",
    ],
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    card = answer(seat_call(sources=(Source(url=url, title=""),)))
    assert (card.select("#seat-A-sources a"), url in words(card)) == ([], True)


def test_hostile_titles_and_addresses_are_inert() -> None:
    call = seat_call(
        sources=(Source(url=EVIL_URL, title=HOSTILE), Source(url=HOSTILE, title="")),
        tool_steps=(step(tool=HOSTILE[:20], argument=HOSTILE, outcome=HOSTILE, error_code="x"),),
    )
    card = answer(call)
    assert_inert(card)
    assert [link["href"] for link in card.select("#seat-A-sources a")] == [EVIL_URL]
    assert HOSTILE in card.select_one("#seat-A-sources").get_text()
    (row,) = step_rows(call)
    assert_inert(row)
    assert HOSTILE in row.get_text()


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((running(),), "searching: why split"),
        ((running(argument="w" * 200),), f"searching: {'w' * 80}…"),
        ((step(), running(2, tool="web_fetch", argument="https://a.example/x?y")),
         "reading: a.example"),
        ((running(tool="web_fetch", argument="{nonsense"),), "reading: {nonsense"),
        ((running(), running(2), running(3)), "searching: why split and 2 more"),
        ((running(argument=HOSTILE),), f"searching: {' '.join(HOSTILE.split())}"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("state", [CallState.WAITING, CallState.STREAMING])
def test_the_column_says_what_is_going_on(state: CallState, steps: Any, said: str) -> None:
    card = answer(open_call(state, tool_steps=steps))
    assert words(card.select_one(".answer-activity")) == said
    assert card.select(".answer-waiting") == []
    assert_inert(card)


def test_nothing_goes_on_between_steps_nor_after_the_end() -> None:
    between = answer(open_call(CallState.WAITING, tool_steps=(step(),)))
    ended = answer(seat_call(tool_steps=(running(),)))
    assert between.select(".answer-activity") == ended.select(".answer-activity") == []
    assert len(between.select(".answer-waiting")) == 1


def test_each_step_is_a_row_below_its_call() -> None:
    fetch = step(
        2, tool="web_fetch", argument="https://a.example/one", outcome="900 characters read"
    )
    first, second = seat_call(tool_steps=(step(), fetch)), seat_call(id=2, attempt=2)
    rows = root_of(cards.render_ledger(run_of(first, second), now=at(20))).select("tbody tr")
    assert ["ledger-step" in row["class"] for row in rows] == [False, True, True, False]
    assert cells(rows[1]) == ["↳ Search", "why split", "1.5 s", "2 results"]
    assert cells(rows[2]) == ["↳ Read", "https://a.example/one", "1.5 s", "900 characters read"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"error_code": "search_used_up", "outcome": "The quota is used up."},
         "failed: The quota is used up."),
        ({"error_code": "stopped_by_person", "outcome": ""}, "stopped"),
        ({"error_code": "interrupted", "outcome": ""}, "cut off when the server stopped"),
        ({"error_code": "internal_error", "outcome": ""}, "failed: its call ended"),
    ],
)  # fmt: skip
def test_a_failed_step_says_so_in_words(changes: Any, said: str) -> None:
    (row,) = step_rows(seat_call(tool_steps=(step(**changes),)))
    outcome = row.select_one(".ledger-outcome")
    assert (words(outcome), "ledger-failed" in outcome["class"]) == (said, True)


def test_a_step_that_runs_has_no_duration_yet() -> None:
    (row,) = step_rows(open_call(CallState.WAITING, tool_steps=(running(),)))
    assert cells(row) == ["↳ Search", "why split", "running"]


def test_a_provider_that_searched_by_itself_is_told_apart() -> None:
    (row,) = step_rows(seat_call(sources=sources(3)))
    assert cells(row) == [
        "↳ By the provider",
        "its own search, whose steps it does not tell",
        "3 sources given",
    ]


def brief(**tools: Any) -> str:
    html = render_to_string("panels/cards/_brief_web.html", {"tools": WebTools(**tools)})
    return words(root_of(html)) if html.strip() else ""


def test_the_brief_says_that_the_web_is_open_and_where() -> None:
    assert brief() == ""
    assert brief(can_search=True, can_fetch=True) == (
        "Web tools Seats and judge may search the web and read pages, in at most 4 steps per call."
        " The ledger lists each one. The writer has none."
    )
    ruled = brief(
        can_fetch=True,
        most_steps=1,
        allowed_domains=("a.example", "b.example"),
        blocked_domains=("c.a.example",),
    )
    assert ruled == (
        "Web tools Seats and judge may read web pages, in at most 1 step per call."
        " The ledger lists each one. The writer has none."
        " Only on a.example, b.example and below. Never on c.a.example or below."
    )
