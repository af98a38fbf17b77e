"""Words that are added to a line's HTML read as if the parser had read them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels.markdown import LiveMarkdown, live, render
from panels.markdown.open_line import open_line

WORDS = (
    "word",
    "a",
    "7",
    "1",
    ". ",
    ", ",
    " ",
    "  ",
    "o'clock",
    "(so)",
    ")",
    "100%",
    "ü",
    "x2 ",
    "é?",
)
MARKS = (
    "\n", "\n\n", "- ", "* ", "1. ", "> ", "# ", "#", "---", "===", "    ", "\t", "`", "```\n",
    "~~~", "**", "*", "_", "~~", "[", "](", "[C1]", "<", ">", "&amp", ";", "\\", "|",
    "| a | b |\n|---|---|\n", "!", "http://a.b", "\r", "\xa0",
)  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(MARKS)), max_size=16)


def as_shown(blocks: list[str], tail: str) -> str:
    return re.sub(r"\s*\n\s*", "\n", "\n".join([*blocks, tail])).strip()


@settings(max_examples=400, deadline=None)
@given(texts)
def test_a_text_in_pieces_is_drawn_as_the_text_at_once(pieces: list[str]) -> None:
    growing, blocks, text = LiveMarkdown(), [], ""
    for piece in pieces:
        text += piece
        new, tail = growing.append(piece)
        blocks += new
        assert as_shown(blocks, tail) == as_shown(*LiveMarkdown().append(text))


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Split", " the service.", "<p>Split the service.</p>\n"),
        ("Split ", "it ", "<p>Split it</p>\n"),
        ("- **Risk** is", " high", "<ul>\n<li><strong>Risk</strong> is high</li>\n</ul>\n"),
        ("# A tit", "le", '<h3 class="level-1">A title</h3>\n'),
        ("> He said", " so", "<blockquote>\n<p>He said so</p>\n</blockquote>\n"),
    ],
)
def test_words_go_where_their_line_ends(text: str, words: str, expected: str) -> None:
    line = open_line(text, render(text))
    assert line is not None
    assert line.takes(words)
    assert line.html == expected == render(text + words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1", ". x"),
        ("-", " x"),
        ("a **", "b"),
        ("a `", "b"),
        ("a\n", "b"),
        ("```py", "thon"),
        ("- ~~~py", "thon"),
        ("| a | b |\n|---|---|\n| c", "d"),
        ("    code", " more"),
        ("A line", "\nand another"),
        ("A line", " *and"),
        ("[A link](http://a", ")"),
    ],
)
def test_what_is_not_words_in_a_line_is_for_the_parser(text: str, words: str) -> None:
    line = open_line(text, render(text))
    assert line is None or not line.takes(words)


def test_words_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    growing = LiveMarkdown()
    growing.append("Split the ")
    monkeypatch.setattr(live, "split_settled", lambda _: 1 / 0)
    assert growing.append("service ") == ([], "<p>Split the service</p>\n")
