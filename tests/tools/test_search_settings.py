import pytest

from panels.tools.domains import domain_rules
from panels.tools.engines import engine_from
from panels.tools.searching import count_to_ask, hits_of, plain, with_sites, words_of
from tests.tools.test_searching import ALL


@pytest.mark.parametrize(
    ("row", "hit"),
    [
        ({"url": "https://a.example/"}, ("https://a.example/", "")),
        ({"url": "https://a.example/", "title": None, "content": 7}, ("https://a.example/", "")),
        ({"url": "https://a.example/", "title": " T\n t ", "content": "x\t y"}, ("T t", "x y")),
        (
            {"url": "https://a.example/", "title": "<b>T</b> &amp; t", "content": "1 < 2 &lt; 3"},
            ("T & t", "1 < 2 < 3"),
        ),
        ({"url": "javascript:alert(1)", "title": "T"}, None),
        ({"url": "file:///etc/passwd"}, None),
        ({"url": "//a.example"}, None),
        ({"url": "http://[::1"}, None),
        ({"url": ""}, None),
        ({"url": None}, None),
        ({}, None),
        ("x", None),
        (None, None),
    ],
)
def test_a_row_is_a_hit_when_it_has_a_web_address(row, hit):
    hits = hits_of([row], ALL, 5)
    assert [(each.title, each.excerpt) for each in hits] == ([hit] if hit else [])


def test_an_address_comes_once():
    rows = [{"url": "https://a.example/", "title": title} for title in ("One", "Two")]
    assert [hit.title for hit in hits_of(rows, ALL, 5)] == ["One"]


def test_titles_and_excerpts_have_an_end():
    row = {"url": "https://a.example/", "title": "t" * 9999, "content": "c" * 9999}
    (hit,) = hits_of([row], ALL, 5)
    assert (len(hit.title), len(hit.excerpt)) == (300, 1000)


def test_small_decisions():
    assert plain("a <script>b</script> c", 100) == "a b c"
    assert with_sites("q", domain_rules(["a.com"])) == "q site:a.com"
    assert with_sites("q", domain_rules([f"a{n}.com" for n in range(7)])) == "q"
    assert count_to_ask(5, ALL) == 5
    assert count_to_ask(5, domain_rules(blocked=["a.com"])) == 10
    assert count_to_ask(50, ALL) == 20
    assert words_of("a bb ccc", most_words=2, most_characters=100) == "a bb"
    assert words_of("a bb ccc", most_words=9, most_characters=4) == "a bb"
    assert words_of("abcdef", most_words=9, most_characters=4) == "abcd"


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, None),
        ({"FUSIONWEB_SEARXNG_URL": " ", "BRAVE_API_KEY": ""}, None),
        ({"TAVILY_API_KEY": "k"}, "tavily"),
        ({"TAVILY_API_KEY": "k", "BRAVE_API_KEY": "k"}, "brave"),
        ({"BRAVE_API_KEY": "k", "FUSIONWEB_SEARXNG_URL": "http://localhost:8080"}, "searxng"),
    ],
)
def test_the_environment_chooses_the_engine(environ, name):
    engine = engine_from(environ, None)
    assert (engine and engine.name) == name


@pytest.mark.parametrize("address", ["localhost:8080", "ftp://a.example", "http://", "http://[::1"])
def test_an_address_that_is_none_is_named(address):
    with pytest.raises(ValueError, match="must be an http or https address, not"):
        engine_from({"FUSIONWEB_SEARXNG_URL": address}, None)


def test_a_password_in_the_address_is_refused_and_not_repeated():
    with pytest.raises(ValueError, match="no user and password") as caught:
        engine_from({"FUSIONWEB_SEARXNG_URL": "http://u:secret@a.example"}, None)
    assert "secret" not in str(caught.value)
