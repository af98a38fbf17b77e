"""The negative control: a drill's verdict notices everything that a drill is there to find."""

from dataclasses import replace
from typing import Any

import pytest

from tests.cluster.rows import CallRow, RunRow
from tests.cluster.said import COST_USD, quotes, text_of, titles
from tests.cluster.upstream import FINISHED, GONE, Asked
from tests.drills.storm import FREEZE, KILL, STOP, Trouble
from tests.drills.verdict import Expected, Verdict, judge

WORDS = 20
EXPECTED = Expected(mark="r01", is_written=False)
RUN = RunRow(
    id="1",
    mark="r01",
    state="review",
    reason="",
    judge_reason="",
    critiques=tuple(titles("r01")),
    quotes=tuple(quotes("r01")),
)


def row(model: str, attempt: int = 1, **changes: Any) -> CallRow:
    values: dict[str, Any] = {
        "id": 10 * ord(model[0]) + attempt,
        "mark": "r01",
        "model": model,
        "attempt": attempt,
        "state": "done",
        "error_code": "",
        "text": text_of("r01", model, words=WORDS),
        "generation_id": f"scripted-r01-{model}-{attempt}",
        "cost_usd": COST_USD,
        "reserved_usd": None,
        "asked_at": 100.0,
        "finished_at": 110.0,
    }
    return CallRow(**{**values, **changes})


def request(model: str, attempt: int = 1, **changes: Any) -> Asked:
    values: dict[str, Any] = {
        "number": 10 * ord(model[0]) + attempt,
        "mark": "r01",
        "model": model,
        "generation_id": f"scripted-r01-{model}-{attempt}",
        "began_at": 100.0 * attempt,
        "ended_at": 100.0 * attempt + 10.0,
        "end": FINISHED,
    }
    return Asked(**{**values, **changes})


ROWS = [row(model) for model in EXPECTED.models]
ASKED = [request(model) for model in EXPECTED.models]
#: Seat A's first attempt was cut, and a second one gave the answer.
CUT = row("a", state="interrupted", text="r01a0 r01a1 ", generation_id="", cost_usd=None)
AGAIN = row("a", 2)


def verdict(**changes: Any) -> Verdict:
    values: dict[str, Any] = {
        "runs": [RUN],
        "calls": ROWS,
        "asked": ASKED,
        "troubles": [],
        "workers": ["worker-1"],
        "words": WORDS,
    }
    return judge([EXPECTED], **{**values, **changes})


def with_cut(end: str, *troubles: Trouble) -> Verdict:
    return verdict(
        calls=[CUT, AGAIN, *ROWS[1:]],
        asked=[replace(ASKED[0], end=end), request("a", 2), *ASKED[1:]],
        troubles=troubles,
    )


def test_a_run_without_trouble_has_no_problems() -> None:
    found = verdict()
    assert found.problems == []
    assert (found.stored, found.requests, found.cut, found.in_flight) == (5, 5, 0, [])


def test_a_stream_that_was_cut_and_asked_again_is_no_problem() -> None:
    found = with_cut(GONE)
    assert found.problems == []
    assert (found.cut, found.cut_characters, found.in_flight) == (1, 12, [])


def test_an_answer_that_was_stored_and_asked_again_is_one() -> None:
    found = verdict(asked=[*ASKED, request("a", 2, end=GONE)], calls=[CUT, *ROWS])
    assert any("answered, stored, and asked again" in problem for problem in found.problems)


def test_a_finished_answer_that_was_asked_again_without_a_blow_is_one() -> None:
    (problem,) = with_cut(FINISHED).problems
    assert "finished undisturbed, and was asked again" in problem


@pytest.mark.parametrize("how", [KILL, FREEZE])
def test_a_finished_answer_whose_worker_was_hit_before_its_commit_is_counted(how: str) -> None:
    found = with_cut(FINISHED, Trouble(part="worker-1", how=how, since=110.1, until=115.0))
    assert found.problems == []
    assert found.in_flight == [f"('r01', 'a') #1: worker-1 {how} 0.10 s after its last byte"]


def test_an_answer_to_a_frozen_worker_is_finished_for_the_upstream_alone() -> None:
    found = with_cut(FINISHED, Trouble(part="worker-1", how=FREEZE, since=105.0, until=120.0))
    assert found.problems == []
    assert found.in_flight == ["('r01', 'a') #1: worker-1 was down and did not read it (freeze)"]


def test_a_blow_that_came_too_late_or_to_another_part_is_no_reason() -> None:
    for trouble in (
        Trouble(part="worker-1", how=KILL, since=114.0, until=120.0),
        Trouble(part="web-1", how=KILL, since=110.1, until=115.0),
        # One that is asked to end stores what has come to its end.
        Trouble(part="worker-1", how=STOP, since=110.1, until=115.0),
    ):
        assert len(with_cut(FINISHED, trouble).problems) == 1


def test_while_the_database_is_away_an_answer_may_die_with_its_worker() -> None:
    outage = Trouble(part="postgres", how=KILL, since=109.0, until=125.0)
    kill = Trouble(part="worker-1", how=KILL, since=124.0, until=130.0)
    assert with_cut(FINISHED, outage, kill).problems == []
    assert len(with_cut(FINISHED, outage).problems) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"runs": []}, "there 0 times"),
        ({"runs": [replace(RUN, state="panel")]}, "is panel"),
        ({"runs": [replace(RUN, judge_reason="judge_failed")]}, "judge_failed"),
        ({"runs": [replace(RUN, critiques=RUN.critiques * 2)]}, "has the critiques"),
        ({"runs": [replace(RUN, quotes=RUN.quotes[:1])]}, "has the critiques"),
        ({"calls": [*ROWS[1:]]}, "should end with its one answer"),
        ({"calls": [row("a", text="Something else."), *ROWS[1:]]}, "is not exact"),
        ({"calls": [row("a", cost_usd=None), *ROWS[1:]]}, "cost None"),
        ({"calls": [replace(CUT, text="Made up."), AGAIN, *ROWS[1:]]}, "never said"),
        ({"calls": [replace(CUT, state="failed"), AGAIN, *ROWS[1:]]}, "has a call that is failed"),
        ({"asked": [*ASKED, request("b", 2)]}, "was asked 2 times by 1 calls"),
        ({"asked": ASKED[1:]}, "holds an answer that the upstream did not finish"),
        ({"asked": [*ASKED, replace(ASKED[0], mark="r99")]}, "which nobody wanted"),
    ],
)
def test_whatever_else_is_wrong_is_said(changed: dict[str, Any], words: str) -> None:
    assert any(words in problem for problem in verdict(**changed).problems)
