import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.judging.parsing import MOST_CRITIQUES, JudgeReplyParser, UnreadableReply
from panels.judging.schema import FoundCritique

LABELS = {"Q63": "A", "K41": "B"}
ANSWERS = {
    "A": "We should split checkout before the peak.",
    "B": "Do not split checkout before the peak.",
}


def stance(answer: str = "Q63", quote: str = "split checkout before the peak") -> dict[str, Any]:
    return {"answer": answer, "quote": quote, "position": "split"}


def critique(title: str = "Split?", kind: str = "contradiction", **changes: Any) -> dict[str, Any]:
    stances = [stance("Q63"), stance("K41")]
    return {"why": "It decides.", "kind": kind, "title": title, "stances": stances, **changes}


def reply(*critiques: Any) -> str:
    return json.dumps({"critiques": list(critiques)})


def make_parser() -> JudgeReplyParser:
    return JudgeReplyParser(LABELS, ANSWERS)


def read(text: str) -> list[FoundCritique]:
    parser = make_parser()
    return parser.feed(text) + parser.close()


def reason_of(text: str) -> str:
    with pytest.raises(UnreadableReply) as unreadable:
        read(text)
    return unreadable.value.reason


def test_a_critique_is_given_as_soon_as_it_is_complete():
    parser = make_parser()
    text = reply(critique("First"), critique("Second"))
    cut = text.index("Second")

    assert [c.title for c in parser.feed(text[:cut])] == ["First"]
    assert [c.title for c in parser.feed(text[cut:])] == ["Second"]
    assert parser.close() == []


def test_the_reply_is_read_with_seats_and_offsets():
    (found,) = read(reply(critique()))

    assert (found.kind, found.title, found.body) == ("contradiction", "Split?", "It decides.")
    assert [(s.seat, s.start, s.end) for s in found.stances] == [("A", 10, 40), ("B", 7, 37)]


@pytest.mark.parametrize(
    "around", ["{}", "```json\n{}\n```", "Sure! Here it is:\n\n{}\n\nHope it helps."]
)
def test_prose_and_fences_around_the_reply_do_not_matter(around):
    assert [c.title for c in read(around.replace("{}", reply(critique())))] == ["Split?"]


@pytest.mark.parametrize("text", ["", "   ", "\n\n\t"])
def test_an_empty_reply_has_its_reason(text):
    assert reason_of(text) == "judge_empty_reply"


@pytest.mark.parametrize(
    "text",
    [
        "I think that both answers are good.",
        "{not json}",
        '{"critiques": [',
        '{"critiques": [{"kind": ',
        "<html>502 Bad Gateway</html>",
        '{"a" "b"}',
    ],
)
def test_a_reply_without_json_has_its_reason(text):
    assert reason_of(text) == "judge_not_json"


@pytest.mark.parametrize(
    "text",
    [
        '{"verdict": "A wins"}',
        '{"critiques": []}',
        '{"critiques": "none"}',
        "[]",
        '[{"kind": "opinion", "title": "x"}]',
        '{"critiques": [{"kind": "consensus"}, {"title": "x"}, 3]}',
        reply(critique(stances=[])),
        reply(critique(title="   ")),
        reply(critique(stances=[stance("Z99")])),
    ],
)
def test_a_reply_of_another_shape_has_its_reason(text):
    assert reason_of(text) == "judge_schema_mismatch"


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "opinion", "title": "x"},
        {"kind": "consensus", "title": 3},
        {"title": "no kind"},
        critique("No stance", stances=[]),
        critique("No list", stances="none"),
        {},
    ],
)
def test_a_single_malformed_critique_is_dropped_and_counted(bad):
    parser = make_parser()
    found = parser.feed(reply(critique("First"), bad, critique("Last")))

    assert [c.title for c in found] == ["First", "Last"]
    assert parser.dropped == 1
    assert parser.close() == []


def test_a_critique_with_broken_json_is_dropped_and_the_next_is_read():
    text = '{"critiques": [{"title": oops}, ' + json.dumps(critique("Last")) + "]}"
    parser = make_parser()

    assert [c.title for c in parser.feed(text)] == ["Last"]
    assert parser.dropped == 1


def test_of_a_cut_critique_what_stands_is_used():
    text = reply(critique("First"), critique("Cut", kind="unique_insight"))
    parser = make_parser()
    parser.feed(text[: text.rindex('"position"')])
    (found,) = parser.close()

    assert (found.title, found.kind) == ("Cut", "unique_insight")
    assert [s.seat for s in found.stances] == ["A", "B"]


def test_a_contradiction_that_lost_its_other_side_is_not_used():
    text = reply(critique("First"), critique("Cut"))
    parser = make_parser()
    parser.feed(text[: text.rindex('"K41"')])

    assert parser.close() == []
    assert parser.dropped == 1


def test_a_reply_that_was_cut_in_its_only_critique_is_used_as_far_as_it_goes():
    text = reply(critique("Only", kind="unique_insight"))

    assert [c.title for c in read(text[:-30])] == ["Only"]


def test_a_draft_of_the_same_critique_counts_once():
    draft = f"<think>{reply(critique('Split?'))}</think>"

    assert [c.title for c in read(draft + reply(critique("SPLIT?"), critique("Other")))] == [
        "Split?",
        "Other",
    ]


def test_there_is_an_end_to_the_critiques():
    found = read(reply(*(critique(f"Critique {n}") for n in range(MOST_CRITIQUES + 20))))

    assert len(found) == MOST_CRITIQUES


def test_an_invented_quote_is_kept_unverified():
    (found,) = read(reply(critique(stances=[stance(quote="nobody ever said this"), stance("K41")])))

    assert [(s.seat, s.is_verified) for s in found.stances] == [("A", False), ("B", True)]


@given(st.lists(st.integers(1, 40), max_size=30))
def test_the_cuts_between_chunks_do_not_matter(sizes):
    text = "Well:\n" + reply(critique("Été {1}"), {"bad": 1}, critique('Quoted "}"'))
    whole = make_parser()
    chunked = make_parser()
    found = []
    at = 0
    for size in sizes:
        found += chunked.feed(text[at : at + size])
        at += size
    found += chunked.feed(text[at:])

    assert found + chunked.close() == whole.feed(text) + whole.close()
    assert chunked.dropped == whole.dropped == 1


@given(st.text(max_size=200))
def test_no_reply_breaks_the_parser(text):
    parser = make_parser()
    parser.feed(text)
    with pytest.raises(UnreadableReply) as unreadable:
        parser.close()

    assert unreadable.value.reason.startswith("judge_")


def test_deeply_nested_json_is_only_malformed():
    assert reason_of('[{"a": ' + "[" * 5000 + "]" * 5000 + "}]") == "judge_not_json"
