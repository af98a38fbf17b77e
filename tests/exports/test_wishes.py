"""What people asked for beside the run's own course, in both exports."""

import json
from dataclasses import replace

from panels.exports.as_json import export_json
from panels.exports.markdown import export_markdown
from panels.snapshot import AnswerSnapshot, JudgingSnapshot, RunSnapshot
from tests.factories import NOW, make_call, make_critique, make_decision, make_run


def judged_twice() -> RunSnapshot:
    """A has answered twice and the second counts; the first was judged, by both judges."""
    run = make_run(texts={"A": "First.", "B": "No."})
    first, other = run.calls
    second = make_call(id=3, text="Second.")
    judging = JudgingSnapshot(
        id=1,
        number=1,
        model="scripted:judge",
        reads={"A": 1, "B": 2},
        requested_by="",
        created_at=NOW,
        ended_at=NOW,
        reason="",
        stands=True,
        call=None,
    )
    again = replace(judging, id=2, number=2, model="local-judge", requested_by="Ada")
    kept = make_critique(1, decision=make_decision("accepted"), judging=1, replaced_at=NOW)
    return replace(
        run,
        calls=(first, other, second),
        answers=(
            AnswerSnapshot(seat=run.panel.seat("A"), call=second, attempts=(first, second)),
            AnswerSnapshot(seat=run.panel.seat("B"), call=other, attempts=(other,)),
        ),
        judgings=(judging, again),
        critiques=(kept, make_critique(3, judging=2)),
        replaced_critiques=(
            make_critique(2, title="Left *undecided*", judging=1, replaced_at=NOW),
        ),
    )


def test_json_tells_which_answers_there_are_and_which_the_judges_read() -> None:
    data = json.loads(export_json(judged_twice()))
    answer = data["answers"][0]
    assert (answer["call"], answer["answers"], answer["attempts"]) == (3, [1, 3], [1, 3])
    told = [(j["number"], j["model"], j["reads"], j["requested_by"]) for j in data["judgings"]]
    assert told == [
        (1, "scripted:judge", {"A": 1, "B": 2}, ""),
        (2, "local-judge", {"A": 1, "B": 2}, "Ada"),
    ]
    assert [(c["number"], c["judging"]) for c in data["critiques"]] == [(1, 1), (3, 2)]
    assert [c["number"] for c in data["replaced_critiques"]] == [2]


def test_markdown_says_it_in_words() -> None:
    text = export_markdown(judged_twice())
    assert "### A · Seat A\n\nThe judge did not read this answer.\n" in text
    assert "Another answer, which does not count:" in text
    assert "Contradiction, found by the judge, from an earlier judge" in text
    assert "## Critiques that a later judge replaced\n\n- C2 · Left \\*undecided\\*" in text
