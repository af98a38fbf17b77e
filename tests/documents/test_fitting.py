import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels.documents.fitting import FittedDocuments, fit_documents, words_for_tokens
from panels.documents.passages import Passage, count_words, split_passages, split_sentences
from panels.embedding import embed as real_embed
from panels.tour import TOUR_DOCUMENT

WORDS = ("money", "rollback", "cat", "network", "security")


def embed(texts):
    """A dimension per known word: near means sharing one."""
    rows = np.array([[text.lower().count(word) for word in WORDS] for text in texts], np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)


def fit(text, *, query="", budget):
    return fit_documents([("a.md", text)], query=query, budget_words=budget, embed=embed)


FILLER = "The cat sat on the warm mat and looked at the other cat for a long while today."
PLAN = f"""\
# Plan

{FILLER}

## Costs

The money is not counted. Nobody owns the money.

## Middle

{FILLER}

{FILLER}

## Undo

The rollback takes an hour. The rollback was never tried.

{FILLER}
"""


def test_what_fits_stays_as_it_is():
    assert fit(PLAN, budget=1000) == FittedDocuments(PLAN, count_words(PLAN), count_words(PLAN))


def test_the_exact_budget_fits():
    assert fit(PLAN, budget=count_words(PLAN)).is_whole


def test_the_nearest_passages_are_kept_under_their_headings_in_order():
    fitted = fit(PLAN, query="rollback and money", budget=36)
    assert fitted.text == (
        "[…]\n\n# Plan\n\n## Costs\n\nThe money is not counted. Nobody owns the money.\n\n"
        "[…]\n\n## Undo\n\nThe rollback takes an hour. The rollback was never tried.\n\n[…]"
    )
    assert fitted.words_shown == count_words(fitted.text) - 3
    assert fitted.words_total == count_words(PLAN)
    assert not fitted.is_whole


def test_neighbours_have_no_gap_between_them_and_share_their_headings():
    fitted = fit(PLAN, query="money, and a cat", budget=50)
    assert fitted.text.startswith(f"# Plan\n\n{FILLER}\n\n## Costs\n\nThe money")


def test_without_a_query_the_beginning_is_shown():
    assert fit(PLAN, budget=30).text == f"# Plan\n\n{FILLER}\n\n[…]"


def test_a_budget_too_small_for_any_passage_gets_its_first_sentences():
    text = "The money is gone today. The cat took it away. " + "More words follow here now. " * 5
    assert fit(text, query="money", budget=12).text == (
        "The money is gone today. The cat took it away.\n\n[…]"
    )


def test_a_sentence_is_cut_only_where_nothing_else_fits():
    assert fit("one " * 50, budget=6).text == "one one one one\n\n[…]"


@pytest.mark.parametrize("budget", [0, 1, 2])
def test_no_budget_shows_nothing(budget):
    fitted = fit(PLAN, budget=budget)
    assert (fitted.text, fitted.words_shown) == ("", 0)


def test_several_documents_stand_under_their_names():
    documents = [("a.md", "About money."), ("b.md", "About cats.")]
    fitted = fit_documents(documents, query="", budget_words=99, embed=embed)
    assert fitted.text == "=== a.md ===\n\nAbout money.\n\n=== b.md ===\n\nAbout cats."
    assert (fitted.words_shown, fitted.words_total) == (4, 4)


def test_of_several_documents_only_those_with_something_near_are_shown():
    documents = [("a.md", FILLER), ("b.md", "The money is gone."), ("c.md", FILLER)]
    fitted = fit_documents(documents, query="money", budget_words=20, embed=embed)
    assert fitted.text == "=== b.md ===\n\nThe money is gone."
    assert fitted.words_shown == 4


def test_no_documents_give_no_text():
    assert fit_documents([], query="x", budget_words=10, embed=embed) == FittedDocuments("", 0, 0)


def test_two_sections_of_the_same_name_are_both_shown():
    text = f"## Risk\n\nThe money is gone.\n\n## Other\n\n{FILLER}\n\n## Risk\n\nMoney again."
    fitted = fit(text, query="money", budget=20)
    assert fitted.text == ("## Risk\n\nThe money is gone.\n\n[…]\n\n## Risk\n\nMoney again.")


def test_the_real_embeddings_find_the_right_passage():
    text = "\n\n".join(
        [
            "## Staffing\n\nFive engineers work in two squads and hire a sixth in spring.",
            "## Database\n\nThe orders table has 212 million rows and grows by half each year.",
            "## Party\n\nThere will be cake, music and a long speech by the founder.",
        ]
    )
    fitted = fit_documents(
        [("a", text)], query="How large is the data?", budget_words=20, embed=real_embed
    )
    assert "212 million rows" in fitted.text
    assert "cake" not in fitted.text


paragraphs = st.lists(
    st.sampled_from(
        ["# A", "## B", "## B", "### C d e", FILLER, "Money. Cats! Rollback?", "- a b\n- c d\n- e",
         "| a | b |\n|---|---|\n| 1 | 2 |", "```\ncode here\n\n# not a heading\n```", "word " * 70]
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(paragraphs, st.integers(min_value=0, max_value=120), st.sampled_from(WORDS))
def test_the_budget_is_never_exceeded(parts, budget, query):
    text = "\n\n".join(parts)
    fitted = fit(text, query=query, budget=budget)
    assert count_words(fitted.text) <= budget
    assert 0 <= fitted.words_shown <= fitted.words_total
    assert fitted == fit(text, query=query, budget=budget)


@settings(max_examples=40, deadline=None)
@given(paragraphs, st.integers(min_value=5, max_value=60))
def test_passages_hold_every_word_outside_headings_in_order(parts, size):
    passages = split_passages("\n\n".join(parts), size)
    shown = " ".join(passage.text for passage in passages).split()
    assert shown == " ".join(part for part in parts if not part.startswith("#")).split()


def test_a_heading_inside_code_is_code():
    [passage] = split_passages("```sh\n# build\n\nmake\n```", 50)
    assert passage == Passage((), "```sh\n# build\n\nmake\n```")


def test_a_heading_needs_no_blank_line_around_it():
    assert [(p.headings[-1].line, p.text) for p in split_passages("# A\none\n## B\ntwo", 9)] == [
        ("# A", "one"),
        ("## B", "two"),
    ]


def test_a_long_list_splits_at_its_items():
    passages = split_passages("\n".join(f"- item {n} of the list" for n in range(20)), 12)
    assert all(p.text.startswith("- item") and p.words <= 12 for p in passages)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? four", ["One.", "Two!", "Three? four"]),
        ("It costs 3.50 a day. “Too much,” they say.", None),
        ("See e.g. the plan.", ["See e.g. the plan."]),
        ("- one. Two\n- three", ["- one. Two", "- three"]),
        ("**Bold.** Next.", ["**Bold.**", "Next."]),
    ],
)
def test_sentences(text, sentences):
    expected = sentences or ["It costs 3.50 a day.", "“Too much,” they say."]
    assert split_sentences(text) == expected


def test_a_token_is_about_three_quarters_of_a_word():
    assert words_for_tokens(1000) == 750
    assert words_for_tokens(0) == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("What happened in the outages, and how many minutes did they last?", "143"),
        ("How is the traffic rolled out, step by step?", "## Roll-out"),
        ("What does the project cost per month in euros?", "2,600 euros"),
        ("Which alternatives were considered and rejected?", "## Alternatives considered"),
    ],
)
def test_a_small_model_is_shown_the_part_of_a_long_document_that_matters(query, found):
    fitted = fit_documents(
        [("adr-014.md", TOUR_DOCUMENT)], query=query, budget_words=220, embed=real_embed
    )
    assert found in fitted.text
    assert 150 <= fitted.words_shown <= 220
    assert fitted.words_total == count_words(TOUR_DOCUMENT)
