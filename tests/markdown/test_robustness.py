"""Odd input costs little: a hostile answer must not stop the server for others."""

import re
import time

import pytest

from panels.markdown import LiveMarkdown, plain_text, render, render_synthesis
from panels.markdown.citations import cited_numbers, outside_links
from panels.markdown.parser import MARKDOWN, parse, parse_blocks

ODD = {
    "brackets": "[" * 20_000,
    "images": "![" * 10_000,
    "emphasis": "**a _b" * 5_000,
    "stars": "*a " * 8_000,
    "quotes": ">" * 5_000,
    "lists": "- " * 3_000,
    "links": "[a](" * 8_000,
    "tags": "<a" * 10_000,
    "entities": "&" * 20_000,
    "table": "| " * 20_000 + "\n" + "|-" * 20_000,
    "ticks": "".join("`" * n + " " for n in range(300)),
    "citations": "[C1, " * 5_000,
    "numbers": "[" + "C1," * 5_000 + "C1]",
    "one line": "word " * 40_000,
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_input_is_rendered_in_time(kind):
    started = time.process_time()
    render_synthesis(ODD[kind], {1})
    plain_text(ODD[kind])
    assert time.process_time() - started < 5


@pytest.mark.parametrize("kind", ODD)
def test_odd_input_streams_in_time(kind):
    text = ODD[kind]
    live = LiveMarkdown()
    started = time.process_time()
    for start in range(0, len(text), len(text) // 20):
        live.append(text[start : start + len(text) // 20])
    live.finish()
    assert time.process_time() - started < 10


HOSTILE = {
    "open brackets": "[" * 40_000,
    "open images": "![" * 20_000,
    "half links": "[a](" * 10_000,
    "brackets in brackets": "[" * 20_000 + "]" * 20_000,
    "a few open and much behind them": "![" * 12 + "a *b* " * 900,
    "a line without an end": "a *b* " * 8_000,
    "a cell without an end": "| a |\n|---|\n| " + "*b* " * 10_000 + "|\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_takes_long_and_is_no_prose_is_shown_as_it_stands(kind, monkeypatch):
    parsed = []
    parse_inline = MARKDOWN.inline.parse

    def noted(text, *values):
        parsed.append(text)
        return parse_inline(text, *values)

    monkeypatch.setattr(MARKDOWN.inline, "parse", noted)
    html = render(HOSTILE[kind])
    assert sum(map(len, parsed)) < 10
    for letters in re.findall(r"\w+", HOSTILE[kind])[:3]:
        assert letters in html


@pytest.mark.parametrize(
    "prose",
    [
        "It **is** so [C1], [C2, C3] and [see](https://a.b/c_(d)).",
        "Use `a[0]`, `b[` and [x] or [[y]] " * 5 + "**then**.",
        "word *so* " * 500 + "**end**",
    ],
)
def test_prose_keeps_its_emphasis(prose):
    assert "<strong>" in render(prose)


def test_plain_lines_keep_their_ends():
    assert render("[" * 20 + "\n**b**") == "<p>" + "[" * 20 + "\n**b**</p>\n"


def test_a_hostile_line_costs_no_more_than_prose_of_its_length():
    prose = "A **plain** sentence with `code` and [a link](https://a.b/c).\n" * 600
    allowed = 3 * seconds_of(prose)
    for text in ODD.values():
        assert seconds_of((text * 10)[: len(prose)]) < allowed


def seconds_of(text):
    """The least of a few, since other work only ever adds."""
    times = []
    for _ in range(3):
        started = time.process_time()
        render(text)
        times.append(time.process_time() - started)
    return min(times)


def test_deep_nesting_keeps_its_text():
    for marker in ("> ", "- ", "1. "):
        assert plain_text(marker * 18 + "deep") == "deep"
        assert "deep" in render(marker * 18 + "deep")


def test_blocks_are_seen_without_reading_inside_them():
    tokens = parse_blocks("# *a*\n\ntext\n\n- b\n\n```\nc\n```\n\n---\n")
    assert [(token.type, token.map) for token in tokens] == [
        ("heading_open", [0, 1]),
        ("paragraph_open", [2, 3]),
        ("bullet_list_open", [4, 6]),
        ("fence", [6, 9]),
        ("hr", [10, 11]),
    ]


def test_text_outside_links_is_found():
    [_, inline, _] = parse("a [b](https://c.d) e `f` **g**")
    assert [t.content for t in outside_links(inline.children)] == ["a ", " e ", " ", "g", ""]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", ()),
        ("[C1]", (1,)),
        ("[C01]", (1,)),
        ("[C1,C2 ;C3]", (1, 2, 3)),
        ("[C1 and C2]", ()),
        ("[C1234567]", ()),
        ("# [C4]\n\n> [C5]\n\n1. [C6]", (4, 5, 6)),
    ],
)
def test_citations_are_read_from_tokens(text, numbers):
    assert cited_numbers(parse(text)) == numbers


@pytest.mark.parametrize("text", ["\0", "\ud800", "\u202e", "\x1b[31m", "\ufffe", "🦊"])
def test_strange_characters_do_not_break_the_page(text):
    for shown in (render(f"a{text}b"), "".join(LiveMarkdown().append(f"a{text}b")[1])):
        assert shown.startswith("<p>a")
        assert shown.endswith("b</p>\n")
