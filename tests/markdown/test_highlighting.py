"""Code of a model must not keep a processor busy: the hub draws it between two frames."""

import time

import pytest
from pygments.lexers import get_lexer_by_name

from panels.markdown.highlighting import (
    LANGUAGES,
    MOST_HIGHLIGHTED_CHARACTERS,
    code_block,
    plain_code_block,
)

#: Generous, for a busy machine: what this is about took minutes.
MOST_SECONDS = 3.0
UNITS = ("a\n", "a b ", "1.", "(", "<%", "&", '"', "\\", "\n ", "def ")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_language_is_slow_on_code_written_to_be_slow(language):
    for unit in UNITS:
        code = (unit * MOST_HIGHLIGHTED_CHARACTERS)[:MOST_HIGHLIGHTED_CHARACTERS]
        lines = [code[at : at + 499] for at in range(0, len(code), 500)]
        started = time.process_time()
        code_block("\n".join(lines), language)
        assert time.process_time() - started < MOST_SECONDS, unit


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_is_one_that_can_be_highlighted(language):
    assert get_lexer_by_name(language)


def test_names_of_languages_are_read_in_any_case():
    assert code_block("x = 1\n", "Python") == code_block("x = 1\n", "python")
    assert "<span" in code_block("x = 1\n", "Python")


@pytest.mark.parametrize(
    ("code", "language"),
    [
        (" " * 3000 + "x\n", "systemd"),
        ("a\n" * 4000, "csharp"),
        ("x = 1\n" + "a" * 500, "python"),
        ("x = 1\n" + "\n" * 100, "python"),
        ("x = 1\n" * MOST_HIGHLIGHTED_CHARACTERS, "python"),
    ],
    ids=["slow lexer", "slower lexer", "long line", "blank lines", "long code"],
)
def test_what_could_be_slow_stays_plain(code, language):
    assert code_block(code, language) == plain_code_block(code)
