import pytest

from panels.documents.html import read_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("just text", "just text"),
        ("<p>one\n  two</p><p>three</p>", "one two\n\nthree"),
        ("<h1>A <em>b</em></h1><h6>C</h6>", "# A b\n\n###### C"),
        ("<h2> </h2><p>x</p>", "x"),
        ("free <b>bold</b><p>para</p>tail", "free bold\n\npara\n\ntail"),
        ("<p>one<br>two</p>", "one\ntwo"),
        ("<p>run <code>make  test</code></p>", "run `make test`"),
        ("<pre>a\n  b\n</pre>", "```\na\n  b\n```"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ("<ol><li><p>a</p><p>b</p></li></ol>", "1. a\n   b"),
        ("<blockquote><p>q</p></blockquote>", "> q"),
        ("<p>a</p><hr><p>b</p>", "a\n\n---\n\nb"),
        ("<div><section><p>deep</p></section></div>", "deep"),
        ("<a href='x'><div>in a link</div></a>", "in a link"),
        ("<p>see <a href='https://a.b'>this</a></p>", "see this"),
        ("<table><tr><th>a<th>b<tr><td>1<td>2|3</table>", "| a | b |\n|---|---|\n| 1 | 2\\|3 |"),
        ("<table><tr><td><p>x</p><p>y</p></td></tr></table>", "| x y |\n|---|"),
        ("<table></table>", ""),
        ("<table><tr><td>o<table><tr><td>i</table></table>", "| o \\| i \\| \\|---\\| |\n|---|"),
        ("<table><tr><td>1<tr><td>2</table>", "| 1 |\n|---|\n| 2 |"),
        ("<ul><li>a<ul><li>b<li>c</ul><li>d</ul>", "- a\n  - b\n  - c\n- d"),
        ("<p>a</p><script>alert(1)</script><style>p{}</style><p>b</p>", "a\n\nb"),
        ("<head><title>T</title></head><body><p>b</p></body>", "b"),
        ("<!-- secret --><p>a<!-- b --></p>", "a"),
        ("<img src=x alt=y><svg><text>z</text></svg><p>a</p>", "a"),
        ("<p>1 &lt; 2 &amp;&nbsp;3</p>", "1 < 2 & 3"),
        ("<p>unclosed <b>bold", "unclosed bold"),
    ],
)
def test_html_becomes_markdown_like_text(html, text):
    assert read_html(html) == text
