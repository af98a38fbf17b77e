"""Sources that a provider's own search gives."""

import pytest

from panels.providers.stream import Cited, Finished, TextDelta
from tests.providers.streams import DONE, FINISH, HELLO, SAID, delta, read, text


def citation(url: object = "https://a.example/", title: object = "A", **more: object):
    page = {"url": url, "title": title, "start_index": 0, "end_index": 5, **more}
    return {"type": "url_citation", "url_citation": page}


def test_a_citation_is_an_event_where_it_comes():
    stream = text("Hello") + delta(annotations=[citation(content="long excerpt")]) + FINISH + DONE
    assert read(stream) == (
        [TextDelta("Hello"), Cited("https://a.example/", "A"), Finished("stop")],
        None,
    )


def test_the_flat_form_is_read_too():
    flat = {"type": "url_citation", "url": "https://a.example/", "title": "A"}
    assert read(delta(annotations=[flat]) + HELLO)[0] == [Cited("https://a.example/", "A"), *SAID]


def test_an_address_is_cited_once():
    stream = delta(annotations=[citation(), citation(title="B"), citation("https://b.example/")])
    assert read(stream + stream + HELLO)[0] == [
        Cited("https://a.example/", "A"),
        Cited("https://b.example/", "A"),
        *SAID,
    ]


@pytest.mark.parametrize(
    "annotations",
    [
        None,
        7,
        "x",
        [7, None, "x"],
        [{"type": "file_citation", "url": "https://a.example/"}],
        [{"type": "url_citation"}],
        [{"type": "url_citation", "url_citation": 7}],
        [citation(None)],
        [citation("")],
        [citation("javascript:alert(1)")],
        [citation("data:text/html,x")],
        [citation("/relative")],
    ],
)
def test_what_is_no_web_page_is_no_citation(annotations):
    assert read(delta(annotations=annotations) + HELLO) == (SAID, None)


def test_a_citation_without_a_title_has_none_and_long_ones_end():
    assert read(delta(annotations=[citation(title=None)]) + HELLO)[0][0].title == ""
    (cited, *_), _ = read(
        delta(annotations=[citation("https://" + "a" * 9999, "t" * 9999)]) + HELLO
    )
    assert (len(cited.url), len(cited.title)) == (2000, 2000)


def test_citations_alone_are_no_answer():
    assert read(delta(annotations=[citation()]) + FINISH + DONE)[1].error_code == "empty_answer"
