"""What a run is called."""

import pytest

from panels.web.titles import MOST_CHARACTERS, title_of


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Split it?", "Split it?"),
        ("\n\n  Split it?  \nBecause…", "Split it?"),
        ("## Review **this** `ADR`", "Review this ADR"),
        ("- one\n- two", "one"),
        (
            "Review this ADR. Should we split checkout out of the monolith, and what is the safest "
            "first step that we could take?",
            "Review this ADR.",
        ),
        ("word " * 40, "word " * 19 + "word…"),
        ("x" * 300, "x" * 99 + "…"),
        ("Is it v1.2 or v1.3?", "Is it v1.2 or v1.3?"),
        ("***\nAfter a rule", "After a rule"),
    ],
)
def test_the_first_line_of_the_question_is_the_title(question: str, title: str) -> None:
    assert title_of(question) == title
    assert len(title) <= MOST_CHARACTERS


def test_without_a_question_it_is_the_documents_first_heading() -> None:
    assert title_of("", document_text="Text\n\n## ADR 14 ##\n\nMore") == "ADR 14"


def test_without_a_heading_it_is_the_documents_first_line() -> None:
    assert title_of(" ", document_text="\n Minutes of May\n…") == "Minutes of May"


def test_without_any_text_it_is_the_documents_name() -> None:
    assert title_of("", document_name="adr-014.md") == "adr-014"
    assert title_of("", document_name="README") == "README"


def test_there_is_always_a_title() -> None:
    assert title_of("") == "Untitled"
