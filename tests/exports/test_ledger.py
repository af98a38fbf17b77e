from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from panels.exports import export_markdown
from panels.exports.as_json import _plain
from panels.exports.ledger import call_outcome, ledger
from panels.snapshot import AnswerSnapshot, SynthesisSnapshot
from tests.factories import NOW, make_call, make_run, make_seat


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"state": "done"}, "done"),
        ({"state": "done", "finish_reason": "length"}, "done (length)"),
        ({"state": "queued", "finish_reason": ""}, "queued"),
        ({"state": "waiting", "finish_reason": ""}, "waiting for the first token"),
        ({"state": "stopped", "finish_reason": ""}, "stopped"),
        ({"state": "interrupted", "finish_reason": ""}, "interrupted"),
        ({"state": "failed", "error_code": "timeout"}, "failed (timeout)"),
        (
            {"state": "failed", "error_code": "http_error", "error_detail": "<b>500</b>\nsorry"},
            "failed (http\\_error): \\<b\\>500\\</b\\> sorry",
        ),
    ],
)
def test_a_call_says_its_fate_in_words(changes, outcome):
    assert call_outcome(make_call(**changes)) == outcome


def rows_of(*calls):
    [_, table, *_] = ledger(replace(make_run(texts={}), calls=calls))
    return table.split("\n")[2:]


@pytest.mark.parametrize(
    ("source", "cost", "cell"),
    [
        ("reported", Decimal("0.0041"), "$0.0041 (reported by the provider)"),
        ("estimated", Decimal("1.50"), "$1.50 (estimated from a price list)"),
        ("free", Decimal("0"), "$0 (runs on this machine)"),
        ("unknown", None, "unknown"),
        ("reported", Decimal("1E-7"), "$0.0000001 (reported by the provider)"),
    ],
)
def test_a_cost_says_where_it_comes_from(source, cost, cell):
    [row, _] = rows_of(make_call(cost_source=source, cost_usd=cost))
    assert row.split(" | ")[8] == cell


def test_times_are_seconds_and_unknown_ones_a_dash():
    asked = make_call(first_token_at=None, finished_at=None)
    done = make_call(
        first_token_at=NOW + timedelta(seconds=0.44), finished_at=NOW + timedelta(seconds=70)
    )
    waiting, finished, _ = rows_of(asked, done)
    assert waiting.split(" | ")[4:6] == ["–", "–"]
    assert finished.split(" | ")[4:6] == ["0.4 s", "69.6 s"]


def test_totals_are_exact_sums():
    one = make_call(cost_usd=Decimal("0.1"), cost_source="reported", tokens_in=1000, tokens_out=1)
    two = make_call(cost_usd=Decimal("0.2"), cost_source="reported", tokens_in=500)
    *_, totals = rows_of(one, two)
    assert totals == "| | **Total** | | | 0.0 s in all | | 1,500 | 1 | $0.3 | |"


def test_a_total_that_is_not_the_whole_says_so():
    run = make_run()
    assert "leaves out calls whose cost is not known" in list(ledger(run))[-1]
    free = tuple(replace(c, cost_usd=Decimal(0), cost_source="free") for c in run.calls)
    assert "leaves out" not in list(ledger(replace(run, calls=free)))[-1]


def test_a_seat_that_was_not_asked_says_so():
    run = make_run(texts={})
    answers = (AnswerSnapshot(seat=make_seat("A"), call=None),)
    assert "### A · Seat A\n\nNot asked.\n" in export_markdown(replace(run, answers=answers))


def test_a_synthesis_that_has_not_begun_is_listed():
    waiting = SynthesisSnapshot(
        id=1, version=1, accepted=(), rejected=(), added=(), requested_by="", created_at=NOW,
        call=None,
    )  # fmt: skip
    exported = export_markdown(make_run(syntheses=(waiting,)))
    assert "### Version 1\n\nAsked for, 2026-11-20 12:00:00 UTC\n" in exported
    assert "- no accepted critique\n\n## Ledger" in exported


def test_json_refuses_what_has_no_form_instead_of_inventing_one():
    with pytest.raises(TypeError, match="set has no JSON form"):
        _plain(set())
