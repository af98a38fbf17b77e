import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels.markdown import LiveMarkdown, render, split_settled
from panels.markdown.live import SHOWN_CHARACTERS
from panels.markdown.settled import normalized

PIECES = (
    "word", "a sentence\n", "\n", "\n\n", "- ", "- item\n", "  ", "    ", "\t", "* other\n",
    "1. z\n", "> quoted\n",
    "```\n", "```py\n", "~~~\n", "---\n", "===\n", "# Title\n", "#", "| a | b |\n",
    "|---|---|\n", "| 1 | 2 |\n", "[x]: http://a.b\n", "[x]\n", "<div>\n", "</div>\n", "<!--\n",
    "-->\n", "  - nested\n", "\r", "\r\n", "**bold**", "`", "\\", "-\n", "&amp;",
    "|", "\x0c\n", "\u2028",
)  # fmt: skip

markdown_texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def as_shown(html: str) -> str:
    """HTML without the whitespace between blocks."""
    return re.sub(r"\s*\n\s*", "\n", html).strip()


@settings(max_examples=150, deadline=None)
@given(markdown_texts)
def test_settled_blocks_never_change_however_the_text_goes_on(text):
    settled, _ = split_settled(text)
    for end in range(len(text)):
        earlier, _ = split_settled(text[:end])
        assert earlier == settled[: len(earlier)]


@settings(max_examples=200, deadline=None)
@given(markdown_texts)
def test_blocks_one_by_one_read_as_the_whole_text(text):
    settled, tail = split_settled(text)
    assert "".join(settled) + tail == normalized(text)
    one_by_one = "\n".join(render(source) for source in [*settled, tail])
    assert as_shown(one_by_one) == as_shown(render(text))


@settings(max_examples=100, deadline=None)
@given(markdown_texts, st.integers(min_value=1, max_value=9))
def test_a_live_text_ends_as_the_whole_text(text, step):
    live = LiveMarkdown()
    blocks = []
    for start in range(0, len(text), step):
        new, tail_html = live.append(text[start : start + step])
        blocks += new
        assert tail_html == live.tail_html
    blocks += live.finish()
    assert as_shown("\n".join(blocks)) == as_shown(render(text))


@pytest.mark.parametrize(
    ("text", "settled", "tail"),
    [
        ("", [], ""),
        ("One sentence.", [], "One sentence."),
        ("One.\n\nTwo.", ["One.\n"], "\nTwo."),
        ("# Title\nText", ["# Title\n"], "Text"),
        ("# Title", [], "# Title"),
        ("Title\n===\n", ["Title\n===\n"], ""),
        ("Perhaps a title\n", [], "Perhaps a title\n"),
        ("```\ncode\n\nmore", [], "```\ncode\n\nmore"),
        ("```\ncode\n```\n\nText", ["```\ncode\n```\n"], "\nText"),
        ("- a\n\n", [], "- a\n\n"),
        ("- a\n\n- b\n\nText\n", ["- a\n\n- b\n\n"], "Text\n"),
        ("- a\n  1. b\n", [], "- a\n  1. b\n"),
        ("| a |\n|---|\n| 1 |\n", [], "| a |\n|---|\n| 1 |\n"),
        ("| a |\n|---|\n| 1 |\n\n", ["| a |\n|---|\n| 1 |\n"], "\n"),
        ("> a\n\n> b", ["> a\n"], "\n> b"),
        ("    code\n\n    more\n", [], "    code\n\n    more\n"),
        ("---\n", ["---\n"], ""),
    ],
)
def test_what_is_settled(text, settled, tail):
    assert split_settled(text) == (settled, tail)


def test_a_later_definition_does_not_change_an_earlier_block():
    before = "See [the plan] and [C3].\n"
    after = "\n[the plan]: https://evil.example\n[C3]: https://evil.example\n"
    settled, _ = split_settled(before + after)
    assert settled == [before]
    assert "<a" not in render(before + after)


def test_half_a_line_end_is_not_a_line_end():
    live = LiveMarkdown()
    live.append("One\r")
    live.append("\nstill one\r")
    assert live.append("\n\r\nTwo")[0] == ["<p>One\nstill one</p>\n"]


def test_an_open_code_block_is_shown_plain_and_coloured_when_it_closes():
    live = LiveMarkdown()
    assert live.append("```python\nx = <1\n") == (
        [],
        '<pre class="code" tabindex="0"><code>x = &lt;1</code></pre>\n',
    )
    live.append("``")
    assert "``" not in live.tail_html
    blocks, tail_html = live.append("`\n\nDone")
    assert ['<span class="n">x</span>' in block for block in blocks] == [True]
    assert tail_html == "<p>Done</p>\n"


def test_a_fence_of_the_other_kind_does_not_close_a_code_block():
    live = LiveMarkdown()
    blocks, tail_html = live.append("~~~~\n```\n~~~\n    ~~~~\ntext\n\n")
    assert blocks == []
    assert tail_html.endswith("<code>```\n~~~\n    ~~~~\ntext\n</code></pre>\n")


def test_a_live_synthesis_can_bring_its_own_renderer():
    live = LiveMarkdown(str.upper)
    assert live.append("one\n\ntwo") == (["ONE\n"], "\nTWO")


class CountingRenderer:
    """Counts the characters that it was asked to render."""

    def __init__(self):
        self.characters = 0

    def __call__(self, source):
        self.characters += len(source)
        return render(source)


LONG_BLOCKS = {
    "code": ("```python\n", "def f(x): return x + 1\n", "```\n"),
    "list": ("", "- item with **bold** text\n", ""),
    "table": ("| a | b |\n|---|---|\n", "| one | `two` |\n", ""),
    "paragraph": ("", "word *by* word ", ""),
}


def work_for(kind, count):
    first, middle, last = LONG_BLOCKS[kind]
    renderer = CountingRenderer()
    live = LiveMarkdown(renderer)
    for piece in (first, *[middle] * count, last, "\n\nThe end."):
        live.append(piece)
    live.finish()
    return renderer.characters


@pytest.mark.parametrize("kind", LONG_BLOCKS)
def test_a_long_block_costs_linear_work(kind):
    shorter = work_for(kind, 200)
    longer = work_for(kind, 800)
    # Quadratic work would be 16 times as much.
    assert longer < 7 * shorter


def test_a_very_long_block_is_sent_only_in_part_until_it_is_final():
    live = LiveMarkdown()
    live.append("```\n")
    for number in range(4000):
        _, tail_html = live.append(f"line {number}\n")
    assert len(tail_html) < SHOWN_CHARACTERS + 200
    assert "line 3999" in tail_html
    assert "line 0\n" not in tail_html
    assert "line 0\n" in live.append("```\n\n")[0][0]
