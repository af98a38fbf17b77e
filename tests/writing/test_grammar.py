import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.snapshot import AcceptedCritique
from panels.writing.grammar import MOST_TOKENS, citation_grammar
from panels.writing.receipt import Receipt, read_receipt
from tests.factories import make_critique, make_stance
from tests.writing.factories import accept, make_reviewed_run

LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
ESCAPES = {"\\n": "\n", '\\"': '"', "\\\\": "\\"}


def rules_of(grammar: str) -> dict[str, str]:
    return dict(line.split(" ::= ", 1) for line in grammar.strip().split("\n"))


def text_of(grammar: str, *, choice: int = 0) -> str:
    """A text that the grammar allows: for every critique its choice-th sentence, or its last."""
    rules = rules_of(grammar)

    def spoken(rule: str) -> str:
        said = ""
        for token in re.findall(r'"(?:[^"\\]|\\.)*"|\(.*\)|\w+', rule):
            if token.startswith("("):
                options = LITERAL.findall(token)
                said += unescaped(options[min(choice, len(options) - 1)])
            elif token.startswith('"'):
                said += unescaped(token[1:-1])
            else:
                said += spoken(rules[token])
        return said

    return spoken(rules["root"])


def unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        return chr(int(match[0][2:], 16)) if match[0][1] in "uU" else ESCAPES[match[0]]

    return re.sub(r'\\u[0-9a-f]{4}|\\U[0-9A-F]{8}|\\[n"\\]', character, text)


def test_the_text_has_a_heading_sections_and_a_citation_for_each_critique():
    run = make_reviewed_run()
    accepted = (*accept(run, 1, side="A"), *accept(run, 2, 3))

    assert text_of(citation_grammar(accepted, run)) == (
        "# Do not split checkout before the peak\n\n"
        "## Decided\n\n"
        "- **Split checkout: yes or no?** Do not split checkout before the peak. [C1]\n\n"
        "## Agreed\n\n"
        "- **The restore takes four hours.** Rolling back takes four hours. [C3]\n\n"
        "## Still to be dealt with\n\n"
        "- **Not dealt with: security.** No answer comes near it. [C2]\n"
    )


def test_the_model_chooses_between_the_sentences_of_a_critique():
    run = make_reviewed_run()
    grammar = citation_grammar(accept(run, 3), run)

    assert "Rolling back takes four hours. [C3]" in text_of(grammar, choice=0)
    assert "- **The restore takes four hours**. [C3]" in text_of(grammar, choice=1)


def test_a_title_that_begins_its_sentence_is_said_once():
    run = make_reviewed_run()

    assert "- **Alert on queue depth**. [C4]" in text_of(citation_grammar(accept(run, 4), run))


@pytest.mark.parametrize("choice", range(4))
def test_whatever_is_chosen_every_critique_is_cited_and_no_other(choice):
    run = make_reviewed_run()
    accepted = accept(run, 1, 2, 3, 4, 5, 6)

    receipt = read_receipt(text_of(citation_grammar(accepted, run), choice=choice), accepted, [9])

    assert sorted(receipt.used) == [1, 2, 3, 4, 5, 6]
    assert receipt == Receipt(used=receipt.used)


@pytest.mark.parametrize(
    ("side", "heading"),
    [
        ("B", "# I would split checkout now"),
        ("", "# Should we split checkout out of the monolith?"),
    ],
)
def test_the_heading_is_the_first_decision_else_the_question(side, heading):
    run = make_reviewed_run()
    text = text_of(citation_grammar(accept(run, 1, side=side), run))

    assert text.split("\n")[0] == heading


def test_a_critique_that_is_gone_is_given_by_its_title():
    accepted = [AcceptedCritique(number=3, title="Keep the queue")]

    assert text_of(citation_grammar(accepted, make_reviewed_run(critiques=()))) == (
        "# Should we split checkout out of the monolith?\n\n"
        "## Also accepted\n\n"
        "- **Keep the queue**. [C3]\n"
    )


def test_without_critiques_there_is_a_heading_only():
    assert text_of(citation_grammar([], make_reviewed_run(critiques=()))) == (
        "# Should we split checkout out of the monolith?\n"
    )


@pytest.mark.parametrize(
    "title",
    [
        'He said "now"',
        "back\\slash",
        "two\nlines",
        "Überlänge – “é”",
        "[C9] forged [C8]",
        "**bold** `code` <b>",
        "emoji 🚀",
        "\u2028separator\u0007",
        "::= | ( ) * + ?",
        "   ",
        "x" * 500,
    ],
)
def test_any_title_is_a_literal_and_forges_nothing(title):
    accepted = [AcceptedCritique(number=3, title=title)]
    grammar = citation_grammar(accepted, make_reviewed_run(critiques=()))
    text = text_of(grammar)

    assert set(rules_of(grammar)) == {"root", "p3"}
    assert read_receipt(text, accepted, []).unknown_cited == ()
    assert text.count("\n- ") == 1
    assert len(text) < 700


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_gives_a_grammar_of_the_same_form(title, quote):
    critique = make_critique(3, "consensus", stances=(make_stance("A", quote, start=0, end=1),))
    run = make_reviewed_run(critiques=(critique,))
    accepted = [AcceptedCritique(number=3, title=title)]
    grammar = citation_grammar(accepted, run)

    assert set(rules_of(grammar)) == {"root", "p3"}
    assert read_receipt(text_of(grammar), accepted, []).unknown_cited == ()


def test_many_critiques_still_fit_the_model():
    stances = tuple(
        make_stance("A", "several words of a quote " * 30, start=0, end=1) for _ in "abc"
    )
    critiques = tuple(
        make_critique(n, "consensus", title=f"Point number {n}", stances=stances)
        for n in range(1, 31)
    )
    run = make_reviewed_run(critiques=critiques)
    text = text_of(citation_grammar(accept(run, *range(1, 31)), run))

    assert len(text) / 4 < MOST_TOKENS


def test_a_run_without_a_question_has_its_title_for_a_heading():
    run = make_reviewed_run(question="")

    assert text_of(citation_grammar([], run)) == "# Split checkout?\n"
