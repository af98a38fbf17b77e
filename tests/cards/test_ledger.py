"""Every call of a run, and their sum."""

from dataclasses import replace
from decimal import Decimal

from panels import cards
from panels.choices import CallState
from panels.panel import Judge
from panels.snapshot import RunSnapshot
from tests.cards.card_runs import (
    at,
    open_call,
    root_of,
    run_of,
    seat_call,
    synthesis_of,
    words_of,
    writer_call,
)
from tests.factories import make_critique, make_panel, make_run, make_stance


def ledger(run: RunSnapshot):
    return root_of(cards.render_ledger(run, now=at(20)))


def test_the_ledger_lists_every_call_and_sums_exactly() -> None:
    run = run_of(
        seat_call(cost_usd=Decimal("0.00000001")),
        seat_call(id=2, cost_usd=Decimal("0.1"), cost_source="estimated", attempt=2),
    )
    card = ledger(run)
    assert [words_of(cell) for cell in card.select("tbody tr")[1].select("th, td")] == [
        "A Seat A",
        "openrouter:google/gemini-3-flash",
        "–",
        "waited 2.0 s, streamed 8.0 s",
        "6,240",
        "842",
        "–",
        "$0.1000 estimated",
        "done, attempt 2",
    ]
    assert [words_of(cell) for cell in card.select("tfoot .num")] == [
        "12,480",
        "1,684",
        "–",
        "$0.10000001",
    ]


def test_a_model_that_answered_in_place_of_another_stands_out() -> None:
    swapped, same = (
        ledger(run_of(seat_call(model_served=served, provider_served="Vertex"))).select("tbody td")[
            1
        ]
        for served in ("google/gemini-2", "google/gemini-3-flash")
    )
    assert (words_of(swapped), "swapped" in swapped.get("class", [])) == (
        "google/gemini-2, via Vertex",
        True,
    )
    assert (words_of(same), "swapped" in same.get("class", [])) == ("same, via Vertex", False)


def test_an_unknown_cost_is_not_counted_as_nothing() -> None:
    card = ledger(run_of(seat_call(cost_usd=None, cost_source="unknown")))
    assert words_of(card.select("tbody .num")[2]) == "–"
    assert "plus calls whose cost is unknown" in words_of(card.select_one("tfoot"))


def test_the_cost_of_an_open_call_is_not_unknown_but_to_come() -> None:
    card = ledger(run_of(seat_call(), open_call(CallState.STREAMING, id=2)))
    assert "plus what is still being asked" in words_of(card.select_one("tfoot"))


def test_the_judge_is_measured_by_its_verified_quotes() -> None:
    found = make_critique(
        1, stances=(make_stance("A", "there", start=0, end=5), make_stance("B", "invented"))
    )
    judge = seat_call(id=9, role="judge", seat="", model_asked="a:judge")
    run = make_run(critiques=(found,), calls=(judge,))
    assert "1 critique, 1 of 2 quotes verified" in words_of(ledger(run))


def test_the_writer_is_measured_by_what_it_used() -> None:
    call = writer_call("Do it [C1].")
    run = make_run(calls=(call,), syntheses=(synthesis_of(call),))
    row = words_of(ledger(run).select_one("tbody tr"))
    assert row.startswith("✎ Synthesis v1")
    assert row.endswith("1 of 2 accepted used")


def test_a_failed_call_says_in_words_what_happened() -> None:
    card = ledger(run_of(seat_call(state="failed", error_code="stream_broken")))
    assert "failed: The connection broke in the middle of the answer" in words_of(card)


def test_a_call_that_waits_has_a_bar_up_to_now() -> None:
    card = ledger(run_of(open_call(CallState.WAITING, first_token_at=None)))
    assert [(bar["x"], bar["width"]) for bar in card.select(".bar-waiting")] == [("0", "1000")]


def test_the_local_judge_is_told_apart_from_calls() -> None:
    found = make_critique(1, "consensus", origin="local_judge")
    run = make_run(critiques=(found,), panel=make_panel("A", judge=Judge()), texts={"A": "Yes."})
    assert "The local judge ran inside this server and made no call." in words_of(ledger(run))


def test_a_run_without_calls_says_so() -> None:
    assert "No call has been made." in words_of(ledger(replace(make_run(), calls=())))


def test_every_attempt_has_its_row_with_its_model_and_how_it_came_to_be() -> None:
    first = seat_call(state="failed", error_code="rate_limited", text="")
    second = seat_call(
        id=2, attempt=2, because="retry", state="failed", error_code="overloaded", text=""
    )
    third = seat_call(id=3, attempt=3, because="outage", model_asked="openai:spare")
    rows = ledger(run_of(first, second, third)).select("tbody tr")
    assert [(words_of(row.select_one("td")), words_of(row.select("td")[-1])) for row in rows] == [
        (
            "openrouter:google/gemini-3-flash",
            "failed: The provider allows no more requests for now",
        ),
        (
            "openrouter:google/gemini-3-flash",
            "failed: The provider is overloaded, 1 retry (rate limited)",
        ),
        ("openai:spare", "done, 1 retry (rate limited), fell back to openai:spare after an outage"),
    ]


def test_every_attempt_of_a_writer_belongs_to_its_version() -> None:
    first = writer_call("Half", state="failed", error_code="stream_broken")
    second = writer_call("Do it [C1].", id=31, attempt=2, because="retry")
    run = make_run(calls=(first, second), syntheses=(synthesis_of(second),))
    rows = ledger(run).select("tbody tr")
    assert [words_of(row.select_one("th")) for row in rows] == ["✎ Synthesis v1"] * 2
    assert words_of(rows[1]).endswith("1 of 2 accepted used, 1 retry (connection broken)")


def test_a_judges_second_attempt_says_so_beside_what_it_found() -> None:
    first = seat_call(id=8, role="judge", seat="", state="failed", error_code="overloaded")
    judge = seat_call(id=9, role="judge", seat="", attempt=2, because="retry")
    run = make_run(critiques=(make_critique(1),), calls=(first, judge))
    assert "1 critique, 0 of 0 quotes verified, 1 retry (overloaded)" in words_of(ledger(run))
