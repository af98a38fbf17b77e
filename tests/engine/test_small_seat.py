"""A small model reviews in a bound form: it chooses sentences of its document to remark on."""

import json
import re

import pytest

from panels.engine.seat_prompt import build_seat_prompt, document_budget, is_small
from panels.engine.small_seat import MOST_POINTS, quotable_sentences, review_grammar
from panels.providers.requests import ModelInfo
from panels.snapshot import DocumentSnapshot
from tests.factories import make_run, make_seat

DOCUMENT = """# Plan

Orders are written to both databases for two release cycles. Events are delivered exactly once.

## Rollback

- After step five no rollback is foreseen at all.
- Too short.

| Step | Owner |
|---|---|
| Copy | Nobody has been named for this step yet. |

```
This is code and not a sentence to quote.
```

Does anybody know who owns the retention of payment data?
"""
LONG = "\n\n".join(f"Step {n} copies the orders of month {n} once more." for n in range(90))
SMALL = ModelInfo(slug="s", context_tokens=2048, prompt_tokens=420)
LARGE = ModelInfo(slug="l", context_tokens=128_000)


def run_with_document(text: str, question: str = "Is it safe?"):
    document = DocumentSnapshot(
        id=1, name="plan.md", kind="markdown", text=text, word_count=1, size_bytes=1
    )
    return make_run(question=question, documents=(document,))


def test_whole_sentences_of_prose_can_be_quoted_and_nothing_else() -> None:
    assert quotable_sentences(DOCUMENT) == [
        "Orders are written to both databases for two release cycles.",
        "After step five no rollback is foreseen at all.",
        "Does anybody know who owns the retention of payment data?",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "We ask the reviewers to say whether the plan can go ahead.",
        "The purpose of this document is to decide about the split.",
    ],
)
def test_a_sentence_about_the_document_itself_is_nothing_to_remark_on(sentence: str) -> None:
    assert quotable_sentences(sentence) == []


def test_every_point_quotes_another_part_of_the_document() -> None:
    sentences = [f"This is the plain sentence number {word} here." for word in "abcdefghij"]
    grammar = review_grammar(" ".join(sentences))
    points = re.findall(r"^point\d ::= .*$", grammar, re.M)
    assert len(points) == MOST_POINTS
    quoted = [[s for s in sentences if s.removesuffix(".") in point] for point in points]
    assert all(quoted)
    assert sorted(s for group in quoted for s in group) == sentences


def test_quotes_and_backslashes_of_the_document_can_t_break_out_of_the_grammar() -> None:
    hostile = 'He said "stop" and wrote C:\\temp into the plan today.'
    grammar = review_grammar(f"{hostile} A second sentence of the plan stands right here.")
    assert json.dumps(hostile.removesuffix("."))[1:-1] in grammar
    assert hostile not in grammar


@pytest.mark.parametrize(
    "text", ["", "Short.", "Only one single sentence stands in this document."]
)
def test_a_document_with_too_little_to_quote_binds_nothing(text: str) -> None:
    assert review_grammar(text) == ""


def test_a_small_model_gets_a_short_angle_a_fitted_document_and_the_grammar() -> None:
    seat = make_seat(persona="Attack the data. Follow every record through the change.")
    prompt = build_seat_prompt(run_with_document(LONG), seat, SMALL)
    assert prompt.messages[0].content.startswith("Attack the data.")
    assert "Follow every record" not in prompt.messages[0].content
    assert prompt.fitted.words_shown < prompt.fitted.words_total
    assert prompt.grammar
    assert prompt.max_tokens


def test_a_large_model_gets_the_whole_persona_and_document_and_is_not_bound() -> None:
    seat = make_seat(persona="Attack the data. Follow every record.", max_tokens=900)
    prompt = build_seat_prompt(run_with_document(DOCUMENT), seat, LARGE)
    assert "Follow every record." in prompt.messages[0].content
    assert DOCUMENT.strip() in prompt.messages[1].content
    assert (prompt.grammar, prompt.max_tokens, prompt.fitted.is_whole) == ("", 900, True)


def test_a_question_without_documents_is_asked_as_it_is() -> None:
    prompt = build_seat_prompt(make_run(question="What is two and two?"), make_seat(), SMALL)
    assert prompt.messages[-1].content == "What is two and two?"
    assert prompt.grammar == ""


def test_the_documents_marks_differ_in_every_prompt() -> None:
    run = run_with_document("A short plan of a few words.")
    marks = {
        re.findall(
            r"<<<DOCUMENT (\w+)>>>", build_seat_prompt(run, make_seat(), None).messages[1].content
        )[0]
        for _ in range(3)
    }
    assert len(marks) == 3


@pytest.mark.parametrize(
    ("info", "small", "words"),
    [
        (None, False, 10**9),
        (ModelInfo(slug="x"), False, 10**9),
        (ModelInfo(slug="x", context_tokens=10_000), False, 4500),
        (ModelInfo(slug="x", context_tokens=5_000), False, 3000),
        (SMALL, True, 225),
    ],
)
def test_how_much_of_the_documents_a_model_is_given(
    info: ModelInfo | None, small: bool, words: int
) -> None:
    assert (is_small(info), document_budget(info)) == (small, words)
