"""Which addresses count as found: those that somebody other than the model wrote."""

import pytest

from panels.tools.found_addresses import FoundAddresses


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("See https://a.example/page?x=1#part.", "https://a.example/page?x=1"),
        ("See https://a.example/page, and more", "https://a.example/page"),
        ("(https://a.example/page)", "https://a.example/page"),
        ("[link](https://a.example/page) and", "https://a.example/page"),
        ("https://en.example/wiki/A_(b) says", "https://en.example/wiki/A_(b)"),
        ("<a href='https://a.example/page'>", "https://a.example/page"),
        ("**https://a.example/page**", "https://a.example/page"),
        ("| https://a.example/page |", "https://a.example/page"),
        ("https://a.example", "https://a.example/"),
        ("https://a.example/", "http://a.example"),
        ("HTTPS://A.Example/Page", "https://a.example/Page"),
        ("https://a.example/page/", "https://a.example/page"),
        ("http://a.example:8080/x", "http://a.example:8080/x"),
        ("read a.example please", "https://a.example/"),
        ("read docs.a.example/page.", "https://docs.a.example/page"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://a.example/page", "https://a.example/page#part"),
    ],
)
def test_an_address_that_was_written_is_found(text, url):
    found = FoundAddresses()
    found.remember(text)
    assert found.has(url)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("", "https://a.example/"),
        ("https://a.example/page", "https://a.example/"),
        ("https://a.example/page", "https://a.example/page?secret=plan"),
        ("https://a.example/page", "https://a.example/page/secret"),
        ("https://a.example/", "https://b.a.example/"),
        ("https://a.example/", "https://a.example:8443/"),
        ("https://a.example/Page", "https://a.example/page"),
        ("mail to ada@a.example", "https://a.example/"),
        ("a.example", "https://a.example/secret"),
        ("https://a.example/page", ""),
        ("nothing", ""),
        ("http://[::1", "http://[::1"),
        ("x", "http://xn--.example/"),
    ],
)
def test_an_address_that_the_model_made_up_is_not(text, url):
    found = FoundAddresses()
    found.remember(text)
    assert not found.has(url)


def test_nothing_is_forgotten():
    found = FoundAddresses()
    found.remember("https://a.example/")
    found.remember("https://b.example/")
    assert found.has("https://a.example/")
    assert found.has("https://b.example/")
