"""Lists of domains: what they cover, and how people write them."""

import pytest

from panels.tools.domains import DomainRules, domain_of, domain_rules
from panels.tools.errors import DomainRefused


@pytest.mark.parametrize(
    ("allowed", "blocked", "host", "is_permitted"),
    [
        ([], [], "example.com", True),
        (["example.com"], [], "example.com", True),
        (["example.com"], [], "docs.example.com", True),
        (["example.com"], [], "a.b.example.com", True),
        (["example.com"], [], "EXAMPLE.com.", True),
        (["example.com"], [], "badexample.com", False),
        (["example.com"], [], "example.com.evil.org", False),
        (["example.com"], [], "com", False),
        (["docs.example.com"], [], "example.com", False),
        (["example.com", "python.org"], [], "docs.python.org", True),
        ([], ["example.com"], "docs.example.com", False),
        ([], ["example.com"], "example.org", True),
        (["example.com"], ["ads.example.com"], "docs.example.com", True),
        (["example.com"], ["ads.example.com"], "x.ads.example.com", False),
        (["bücher.example"], [], "xn--bcher-kva.example", True),
        (["xn--bcher-kva.example"], [], "www.bücher.example", True),
        (["example.com"], [], "a_b.example.com", True),
        (["example.com"], [], "93.184.216.34", False),
        ([], ["example.com"], "93.184.216.34", True),
    ],
)
def test_a_domain_covers_itself_and_what_is_under_it(allowed, blocked, host, is_permitted):
    assert domain_rules(allowed, blocked).permit(host) is is_permitted


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("example.com", "example.com"),
        (" Example.COM ", "example.com"),
        ("*.example.com", "example.com"),
        (".example.com.", "example.com"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("例え.jp", "xn--r8jz45g.jp"),
    ],
)
def test_a_domain_may_be_written_in_several_ways(written, domain):
    assert domain_of(written) == domain


@pytest.mark.parametrize("written", ["", "com", "*", "https://example.com", "a b.com", "exa..com"])
def test_what_is_no_domain_is_named(written):
    with pytest.raises(ValueError, match=r"is no domain. Write, for instance, example.com."):
        domain_rules(allowed=[written])


def test_the_sentence_says_which_list_it_was():
    rules = domain_rules(["example.com", "python.org"], ["ads.example.com"])
    with pytest.raises(DomainRefused, match=r"The domain x.ads.example.com is blocked here."):
        rules.check("x.ads.example.com")
    with pytest.raises(
        DomainRefused, match=r"Only these domains .* here: example.com, python.org."
    ):
        rules.check("evil.org")


def test_a_domain_said_twice_counts_once():
    assert domain_rules(["a.com", "A.com", "*.a.com"]) == DomainRules(("a.com",), ())
