"""The ledger beside what was foreseen: per call and in total."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from panels import cards
from panels.snapshot import RunSnapshot
from tests.cards.card_runs import at, root_of, run_of, seat_call, words_of, writer_call
from tests.cards.foreseen_runs import estimate_json


def ledger(run: RunSnapshot) -> Any:
    return root_of(cards.render_ledger(run, now=at(20)))


def estimates(card: Any) -> list[str]:
    return [words_of(cell) for cell in card.select("[data-label=Estimate]")]


def test_each_listed_call_stands_beside_its_estimate_and_the_total_beside_the_whole() -> None:
    foreseen = estimate_json(calls={"A": ("0.01", "0.02"), "writer": ("0.03", "0.04")})
    run = replace(
        run_of(seat_call(), estimate_json=foreseen), calls=(seat_call(), writer_call("Done."))
    )
    assert estimates(ledger(run)) == ["$0.010 – 0.020", "$0.030 – 0.040", "$0.08 – 0.14"]


def test_attempts_and_versions_beyond_what_was_listed_have_none() -> None:
    foreseen = estimate_json(calls={"A": ("0.01", "0.02"), "writer": ("0.03", "0.04")})
    calls = (
        seat_call(),
        seat_call(id=2, attempt=2),
        writer_call("One."),
        writer_call("Two.", id=31),
    )
    run = replace(run_of(seat_call(), estimate_json=foreseen), calls=calls)
    assert estimates(ledger(run))[:4] == ["$0.010 – 0.020", "–", "$0.030 – 0.040", "–"]


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        ("0.05", "below the estimate"),
        ("0.08", "within the estimate"),
        ("0.14", "within the estimate"),
        ("0.15", "above the estimate"),
    ],
)
def test_a_finished_run_says_how_its_estimate_held(cost: str, words: str) -> None:
    call = seat_call(cost_usd=Decimal(cost))
    run = run_of(call, estimate_json=estimate_json(), state="done")
    assert words_of(ledger(run).select_one("tfoot td:last-child")) == words


def test_nothing_is_said_while_it_can_not_be_known() -> None:
    unknown = seat_call(cost_usd=None, cost_source="unknown")
    for run in (
        run_of(seat_call(), estimate_json=estimate_json(), state="panel"),
        run_of(unknown, estimate_json=estimate_json(), state="done"),
        run_of(seat_call(), state="done"),
    ):
        assert "the estimate" not in words_of(ledger(run))
