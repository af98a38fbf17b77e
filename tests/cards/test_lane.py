"""From one model to the panel, and back: the card that escalates, the question, the first row."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from bs4 import Tag

from panels import cards
from panels.choices import CallState
from panels.panel import Judge, Writer
from panels.snapshot import BaselineSnapshot, RunSnapshot
from tests.cards.card_runs import (
    HOSTILE,
    assert_inert,
    at,
    open_call,
    posts,
    root_of,
    run_of,
    seat_call,
    synthesis_of,
    words_of,
    writer_call,
)
from tests.factories import make_critique, make_decision, make_panel, make_seat

SINGLE_ID = "0b5b1c9e-0000-4000-8000-000000000009"
PANEL_ID = "0b5b1c9e-0000-4000-8000-000000000002"
PANEL = make_panel(
    seats=(
        make_seat("A", model="openrouter:google/flash", persona_name="SRE"),
        make_seat("B", model="gpu:qwen"),
    ),
    judge=Judge(model="openrouter:judge"),
    writer=Writer(model="openrouter:writer"),
    privacies={"openrouter": "third-party", "gpu": "own-network"},
)


def single(state: str = "done", **changes: Any) -> RunSnapshot:
    call = changes.pop("call", None) or seat_call(cost_usd=Decimal("0.0041"))
    panel = PANEL.alone()
    return run_of(call, panel=panel, lane="single", state=state, whole_panel=PANEL, **changes)


def baseline(*calls: Any) -> BaselineSnapshot:
    calls = calls or (seat_call(id=9, cost_usd=Decimal("0.0041"), text="**Wait** a year."),)
    return BaselineSnapshot(run_id=SINGLE_ID, panel=PANEL.alone(), calls=calls)


def escalated(**changes: Any) -> RunSnapshot:
    written = synthesis_of(writer_call("Do it [C1].", cost_usd=Decimal("0.0190")))
    values = {
        "baseline": baseline(),
        "escalated_from_id": SINGLE_ID,
        "state": "done",
        "syntheses": (written,),
        **changes,
    }
    run = run_of(seat_call(cost_usd=Decimal("0.0653")), **values)
    writer = values["syntheses"][0].call if values["syntheses"] else None
    return replace(run, calls=(*run.calls, writer)) if writer else run


def escalation(run: RunSnapshot) -> Tag:
    return root_of(cards.render_escalation(run))


def synthesis(run: RunSnapshot) -> Tag:
    return root_of(cards.render_synthesis(run))


def ledger(run: RunSnapshot) -> Tag:
    return root_of(cards.render_ledger(run, now=at(20)))


# To the panel


def test_every_call_is_listed_before_the_panel_is_asked() -> None:
    card = escalation(single())
    assert card["id"] == "escalation"
    assert [words_of(row) for row in card.select(".later-calls li")] == [
        "A SRE openrouter:google/flash third party",
        "B Seat B gpu:qwen own network",
        "⚖ Judge openrouter:judge third party",
        "✎ Synthesis, when you ask openrouter:writer third party",
    ]
    assert "4 calls:" in words_of(card)


def test_the_local_judge_makes_no_call() -> None:
    card = escalation(replace(single(), whole_panel=replace(PANEL, judge=Judge())))
    assert words_of(card.select(".later-calls li")[2]) == "⚖ Judge local judge: no model call"
    assert "3 calls:" in words_of(card)


def test_its_button_belongs_to_the_owner_and_to_the_main_key() -> None:
    button = escalation(single()).select_one("button")
    assert button is not None
    assert words_of(button) == "Escalate to the panel"
    assert (button["form"], button["data-key"], "for-owner" in button["class"]) == (
        "escalate",
        "Ctrl+Enter",
        True,
    )
    assert not button.has_attr("disabled")


def test_while_the_model_answers_the_panel_waits() -> None:
    card = escalation(single("panel", call=open_call(CallState.STREAMING)))
    button = card.select_one("button")
    assert button is not None
    assert button.has_attr("disabled")
    reason = card.select_one(f"#{button['aria-describedby']}")
    assert reason is not None
    assert words_of(reason) == "The model is still answering."


def test_afterwards_it_leads_to_the_panels_run() -> None:
    card = escalation(single(escalation_ids=(PANEL_ID,)))
    assert card.select("button") == []
    link = card.select_one("a.for-owner")
    assert link is not None
    assert (link["href"], words_of(link)) == (f"/runs/{PANEL_ID}/", "Open the panel's run")


def test_the_head_of_one_models_run_has_one_step_and_no_judge() -> None:
    head = root_of(cards.render_head(single()))
    assert [words_of(step) for step in head.select(".step")] == ["✓ One model : done"]
    assert "one model, no judge" in words_of(head)


def test_the_head_says_that_a_run_is_local_only() -> None:
    run = single()
    run = replace(run, panel=replace(run.panel, is_local_only=True))
    assert words_of(root_of(cards.render_head(run))).endswith("one model, no judge local only")


# And back


def test_the_question_is_asked_beside_the_synthesis() -> None:
    card = synthesis(escalated()).select_one(".changed")
    assert card is not None
    assert "Did the panel change the answer?" in words_of(card)
    assert [words_of(button) for button in card.select("button")] == [
        "Yes, it did y",
        "Partly p",
        "No o",
    ]
    assert posts(card) == ["changed"] * 3
    assert card.select("[aria-pressed=true]") == []
    assert "Nobody has said." in words_of(card)


@pytest.mark.parametrize(
    ("said", "pressed"), [("yes", "Yes, it did y"), ("partly", "Partly p"), ("no", "No o")]
)
def test_what_was_said_is_marked_and_can_be_taken_back(said: str, pressed: str) -> None:
    card = synthesis(escalated(panel_changed_answer=said)).select_one(".changed")
    assert card is not None
    assert [words_of(button) for button in card.select("[aria-pressed=true]")] == [pressed]
    assert words_of(card.select("button")[-1]) == "Take back"
    assert words_of(card.select_one(".changed-said")) == f"Answer: {said} ."


def test_who_may_only_look_sees_the_answer_without_buttons() -> None:
    card = synthesis(escalated(panel_changed_answer="no")).select_one(".changed")
    assert card is not None
    assert all(button.find_parent(class_="for-reviewers") for button in card.select("button"))
    assert card.select_one(".for-reviewers .changed-said") is None


def test_it_says_what_the_panel_added_and_for_how_much() -> None:
    accepted = make_critique(1, decision=make_decision("accepted"))
    words = words_of(synthesis(escalated(critiques=(accepted,))).select_one(".changed"))
    assert "google/gemini-3-flash answered first for $0.0041." in words
    assert "The panel added 1 accepted critique for 21.6× the cost." in words


def test_before_a_synthesis_there_is_nothing_to_compare() -> None:
    card = synthesis(escalated(syntheses=()))
    assert "once there is a synthesis" in words_of(card.select_one(".changed"))
    assert card.select(".changed button") == []


def test_the_baseline_is_one_click_away() -> None:
    card = synthesis(escalated())
    shown = card.select_one("details#baseline")
    assert shown is not None
    assert not shown.has_attr("open")
    assert shown.select_one("summary")["data-key"] == "b"
    assert shown.select_one(".prose strong").get_text() == "Wait"
    assert shown.select_one("a.for-owner")["href"] == f"/runs/{SINGLE_ID}/"


def test_a_run_of_the_panel_alone_asks_nothing() -> None:
    card = synthesis(escalated(baseline=None, escalated_from_id=""))
    assert card.select(".changed, #baseline") == []
    assert "has-baseline" not in card["class"]


def test_hostile_text_stays_inert() -> None:
    evil = baseline(seat_call(id=9, text=HOSTILE, model_asked=f"a:{HOSTILE}"))
    for card in (synthesis(escalated(baseline=evil)), ledger(escalated(baseline=evil))):
        assert_inert(card)
    panel = replace(PANEL, seats=(make_seat("A", model=HOSTILE, persona_name=HOSTILE),))
    run = single(preset_name=HOSTILE)
    assert_inert(escalation(replace(run, whole_panel=panel)))


# The ledger


def rows(run: RunSnapshot) -> list[list[str]]:
    return [
        [words_of(cell) for cell in row.select("th, td")] for row in ledger(run).select("tbody tr")
    ]


def test_the_default_lane_comes_first_and_its_outcome_says_what_followed() -> None:
    first, *others = rows(escalated())
    assert (first[0], first[1]) == (
        "1 Default lane",
        "openrouter:google/gemini-3-flash third party",
    )
    assert first[-1] == "done, escalated its ledger"
    assert [row[0] for row in others] == ["A Seat A", "✎ Synthesis v1"]


def test_the_total_is_the_sum_of_all_rows_with_its_factor() -> None:
    total = ledger(escalated()).select_one("tfoot tr")
    assert total is not None
    labelled = {cell["data-label"]: words_of(cell) for cell in total.select("[data-label]")}
    assert (labelled["Tokens in"], labelled["Tokens out"]) == ("18,720", "2,526")
    assert labelled["Cost"].startswith("$0.0884")
    assert words_of(total.select("td")[-1]) == "21.6× the default lane"


@pytest.mark.parametrize(
    "changes",
    [
        {"baseline": baseline(seat_call(id=9, cost_usd=None, cost_source="unknown"))},
        {"baseline": baseline(seat_call(id=9, cost_usd=Decimal(0), cost_source="free"))},
        {"baseline": None},
        {"syntheses": (synthesis_of(writer_call("Do it.", cost_usd=None, cost_source="unknown")),)},
    ],
)
def test_a_factor_is_never_invented(changes: dict[str, Any]) -> None:
    run = escalated(**changes)
    assert "×" not in words_of(ledger(run))
    if run.baseline:
        assert "×" not in words_of(synthesis(run).select_one(".changed"))


def test_every_attempt_of_the_lane_is_a_row() -> None:
    failed = seat_call(id=8, state=CallState.FAILED, error_code="overloaded", cost_usd=Decimal(0))
    done = seat_call(id=9, attempt=2)
    found = rows(escalated(baseline=baseline(failed, done)))
    assert [row[0] for row in found[:2]] == ["1 Default lane"] * 2
    assert "escalated" not in found[0][-1]
    assert "escalated" in found[1][-1]


def test_the_single_models_ledger_leads_on() -> None:
    words = ledger(single(escalation_ids=(PANEL_ID,))).select_one(".ledger-words")
    assert words is not None
    assert "The panel was asked next: its ledger ." in words_of(words)
    assert words.select_one("a")["href"] == f"/runs/{PANEL_ID}/#ledger"
    assert "asked next" not in words_of(ledger(single()))
