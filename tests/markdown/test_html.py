import pytest

from panels.markdown import cited, render, render_synthesis
from panels.markdown.highlighting import MOST_HIGHLIGHTED_CHARACTERS, plain_code_block

OUTWARD = 'rel="noopener noreferrer nofollow" target="_blank"'


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Text", "<p>Text</p>\n"),
        ("# One", '<h3 class="level-1">One</h3>\n'),
        ("## Two", '<h3 class="level-2">Two</h3>\n'),
        ("Three\n---", '<h3 class="level-2">Three</h3>\n'),
        ("##### Five", '<h3 class="level-5">Five</h3>\n'),
        ("###### Six", '<h3 class="level-6">Six</h3>\n'),
        ("**b** *i* ~~s~~", "<p><strong>b</strong> <em>i</em> <s>s</s></p>\n"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>\n'),
        ("[a](https://b.c)", f'<p><a href="https://b.c" {OUTWARD}>a</a></p>\n'),
        ("<mailto:a@b.c>", f'<p><a href="mailto:a@b.c" {OUTWARD}>mailto:a@b.c</a></p>\n'),
        ("[a](/delete)", "<p>a</p>\n"),
        ("[a](#top)", "<p>a</p>\n"),
        ("[a](//evil.example)", "<p>a</p>\n"),
        ("[a](ftp://b.c)", "<p>a</p>\n"),
        ("![alt](https://b.c/d.png)", f'<p><a href="https://b.c/d.png" {OUTWARD}>alt</a></p>\n'),
        ("![](https://b.c/d.png)", f'<p><a href="https://b.c/d.png" {OUTWARD}>image</a></p>\n'),
        ("![alt](data:image/png;base64,AA)", "<p>alt</p>\n"),
        ("[![alt](https://i.j)](https://b.c)", f'<p><a href="https://b.c" {OUTWARD}>alt</a></p>\n'),
        ("[![alt](https://i.j)](/x)", f'<p><a href="https://i.j" {OUTWARD}>alt</a></p>\n'),
        ("https://b.c", "<p>https://b.c</p>\n"),
    ],
)
def test_rendering(markdown, html):
    assert render(markdown) == html


def test_a_table_scrolls_sideways_and_aligns_by_class():
    assert render("| a | b | c |\n|--:|:-:|:--|\n| 1 | 2 | 3 |") == (
        '<div class="table-wrap" tabindex="0"><table>\n<thead>\n<tr>\n'
        '<th class="align-right">a</th>\n<th class="align-center">b</th>\n<th>c</th>\n'
        "</tr>\n</thead>\n<tbody>\n<tr>\n"
        '<td class="align-right">1</td>\n<td class="align-center">2</td>\n<td>3</td>\n'
        "</tr>\n</tbody>\n</table></div>\n"
    )


def test_code_is_coloured_by_class():
    assert render("```python title=x\npass\n```") == (
        '<pre class="code" tabindex="0"><code><span class="k">pass</span>\n</code></pre>\n'
    )


@pytest.mark.parametrize("language", ["", "nonsense", "<script>", "python\0"])
def test_code_in_an_unknown_language_stays_plain(language):
    assert render(f"```{language}\nif <x>:\n```") == plain_code_block("if <x>:\n")


def test_very_long_code_stays_plain():
    code = "x = 1\n" * (MOST_HIGHLIGHTED_CHARACTERS // 6 + 1)
    assert render(f"```python\n{code}```") == plain_code_block(code)


def test_leading_blank_lines_of_code_are_kept():
    assert "<code>\n\n<span" in render("```python\n\n\npass\n```")


def cite(number):
    return f'<a class="cite" href="#critique-{number}" data-critique="{number}">C{number}</a>'


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("So [C3].", f"So&nbsp;{cite(3)}."),
        ("[C1, C2]", f"{cite(1)} {cite(2)}"),
        ("[C1;C12]", f"{cite(1)} {cite(12)}"),
        ("[C3][C1]", f"{cite(3)}{cite(1)}"),
        ("**[C3]**", f"<strong>{cite(3)}</strong>"),
        ("[C9]", "[C9]"),
        ("[C9, C10]", "[C9, C10]"),
        ("[C1, C9]", f"{cite(1)} [C9]"),
        ("`[C3]`", "<code>[C3]</code>"),
        ("[C3](https://b.c)", f'<a href="https://b.c" {OUTWARD}>C3</a>'),
        ("[see [C3]](https://b.c)", f'<a href="https://b.c" {OUTWARD}>see [C3]</a>'),
        ("[c3] C3 [C 3] [C]", "[c3] C3 [C 3] [C]"),
    ],
)
def test_citations_of_known_critiques_become_links(markdown, html):
    assert render_synthesis(markdown, {1, 2, 3, 12}) == f"<p>{html}</p>\n"


def test_citations_in_tables_are_linked_and_in_code_blocks_not():
    html = render_synthesis("| a |\n|---|\n| [C3] |\n\n```\n[C3]\n```\n\n    [C3]", [3])
    assert html.count(cite(3)) == 1
    assert html.count("[C3]") == 2


def test_a_plain_text_has_no_citations():
    assert render("[C3]") == "<p>[C3]</p>\n"


def test_cited_numbers_come_once_in_order():
    text = (
        "One [C7, C2]. Two [C2] and `[C5]`.\n\n- three [C10]\n\n```\n[C11]\n```\n[C4](https://b.c)"
    )
    assert cited(text) == (7, 2, 10)
