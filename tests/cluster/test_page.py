"""The drills' page does what the other page double does, swap by swap."""

import json

import pytest

from tests.cluster.page import QuickPage, UnknownTarget
from tests.live.page import Page

HTML = """<!doctype html><html><body><main id="room">
<section id="seat-A"><div id="seat-A-blocks"><p>One.</p></div>
<div id="seat-A-tail" class="tail">Tw</div> after</section>
<ul id="list"><li id="first">1</li></ul></main></body></html>"""


def partial(target: str, swap: str, content: str) -> str:
    return f'<hx-partial hx-target="#{target}" hx-swap="{swap}">{content}</hx-partial>'


def frame(*partials: str) -> str:
    return json.dumps({"content": "".join(partials)})


@pytest.mark.parametrize(
    "partials",
    [
        [partial("seat-A-blocks", "beforeend", "<p>Two &amp; more.</p> and <b>three</b>")],
        [partial("seat-A-blocks", "beforeend", "only text")],
        [partial("seat-A-tail", "innerHTML", "Three <i>four</i> five")],
        [partial("seat-A-tail", "innerHTML", "")],
        [partial("list", "outerMorph", '<ul id="list"><li id="second">2</li></ul>')],
        [
            partial("seat-A", "outerMorph", '<section id="seat-A"><p id="new">New</p></section>'),
            partial("new", "beforeend", "<b>er</b>"),
        ],
    ],
)
def test_both_pages_show_the_same_after_every_swap(partials: list[str]) -> None:
    quick, plain = QuickPage(HTML), Page(HTML)
    for each in (quick, plain):
        each.apply(frame(*partials))
    assert quick.text("room").split() == plain.text("room").split()
    assert quick.ids("") == plain.ids("")


def test_what_the_page_does_not_have_is_said_and_the_rest_is_applied() -> None:
    page = QuickPage(HTML)
    lost = partial("seat-B-tail", "innerHTML", "x")
    with pytest.raises(UnknownTarget, match="has no seat-B-tail"):
        page.apply(frame(lost, partial("first", "innerHTML", "one")))
    assert page.text("first") == "one"
    assert not page.has("seat-B-tail")
