"""Redirects over real connections: each one is checked as if it had been asked for."""

import pytest

from panels.tools.domains import domain_rules
from panels.tools.errors import (
    AddressRefused,
    BadAddress,
    CredentialsInAddress,
    DomainRefused,
    OddSpelling,
    PortRefused,
    SchemeRefused,
    StatusRefused,
    TooManyRedirects,
)
from tests.tools.names import Names

HELLO = b"<html><head><title>Hello</title></head><body><p>One short sentence.</p></body></html>"


def names(**more) -> Names:
    return Names(
        first_example=["127.0.0.1"],
        second_example=["127.0.0.1"],
        inside_example=["10.0.0.5"],
        **more,
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_and_the_end_is_named(site, fetcher_for, status):
    site.redirect("/a", f"http://second.example:{site.port}/b", status)
    site.page("/b", HELLO)
    page = await fetcher_for(names(), site.port).fetch(site.url("first.example", "/a"))
    assert page.url == site.url("first.example", "/a")
    assert page.final_url == site.url("second.example", "/b")
    assert [each.headers["host"] for each in site.asked] == [
        f"first.example:{site.port}",
        f"second.example:{site.port}",
    ]


@pytest.mark.parametrize(
    ("location", "path"),
    [("/b", "/b"), ("b?x=1", "/dir/b?x=1"), ("../b", "/b"), ("?y=2", "/dir/a?y=2")],
)
async def test_a_relative_redirect_stays_on_its_host(site, fetcher_for, location, path):
    site.redirect("/dir/a", location)
    site.page(path.partition("?")[0], HELLO)
    if path.startswith("/dir/a"):

        async def once(writer):
            head = f"HTTP/1.1 302 x\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
            site.page("/dir/a", HELLO)
            writer.write(head.encode())
            await writer.drain()

        site.answers["/dir/a"] = once
    page = await fetcher_for(names(), site.port).fetch(site.url("first.example", "/dir/a"))
    assert page.final_url == site.url("first.example", path)


@pytest.mark.parametrize(
    ("location", "refusal"),
    [
        ("http://127.0.0.2/", AddressRefused),
        ("http://169.254.169.254/latest/meta-data/", AddressRefused),
        ("http://metadata.google.internal/", AddressRefused),
        ("http://[::1]/", AddressRefused),
        ("http://[::ffff:169.254.169.254]/", AddressRefused),
        ("http://inside.example/", AddressRefused),
        ("//inside.example/", AddressRefused),
        ("http://localhost/", AddressRefused),
        ("http://2130706433/", OddSpelling),
        ("http://0x7f.1/", OddSpelling),
        ("file:///etc/passwd", SchemeRefused),
        ("ftp://second.example/", SchemeRefused),
        ("data:text/plain,hello", SchemeRefused),
        ("http://a:b@second.example/", CredentialsInAddress),
        ("http://second.example:22/", PortRefused),
        ("http://second.example\\@127.0.0.1/", BadAddress),
    ],
)
async def test_a_redirect_inside_is_refused_and_nobody_connects_there(
    site, fetcher_for, connections, location, refusal
):
    site.redirect("/a", location)
    with pytest.raises(refusal) as caught:
        await fetcher_for(names(), site.port).fetch(site.url("first.example", "/a"))
    assert type(caught.value) is refusal
    assert connections == [("127.0.0.1", site.port)]


async def test_a_redirect_to_the_same_name_asks_for_it_again_and_checks_it_again(
    site, fetcher_for, connections
):
    """Rebinding between two hops: the first answer was public, the second is not."""
    moving = names(moving_example=[["127.0.0.1"], ["127.0.0.2"]])
    site.redirect("/a", "/b")
    site.page("/b", HELLO)
    with pytest.raises(AddressRefused, match=r"127.0.0.2"):
        await fetcher_for(moving, site.port).fetch(site.url("moving.example", "/a"))
    assert moving.asked == ["moving.example", "moving.example"]
    assert connections == [("127.0.0.1", site.port)]
    assert site.paths == ["/a"]


async def test_domain_lists_hold_for_redirects(site, fetcher_for):
    site.redirect("/a", f"http://second.example:{site.port}/b")
    site.page("/b", HELLO)
    fetcher = fetcher_for(names(), site.port)
    with pytest.raises(DomainRefused):
        await fetcher.fetch(site.url("first.example", "/a"), domain_rules(["first.example"]))
    with pytest.raises(DomainRefused):
        await fetcher.fetch(
            site.url("first.example", "/a"), domain_rules(blocked=["second.example"])
        )
    assert site.paths == ["/a", "/a"]


async def test_five_redirects_are_followed_and_six_are_not(site, fetcher_for):
    for number in range(6):
        site.redirect(f"/{number}", f"/{number + 1}")
    site.page("/6", HELLO)
    fetcher = fetcher_for(names(), site.port)
    assert (await fetcher.fetch(site.url("first.example", "/1"))).title == "Hello"
    with pytest.raises(TooManyRedirects, match="More than 5 redirects"):
        await fetcher.fetch(site.url("first.example", "/0"))
    assert site.paths[-1] == "/5"


async def test_a_circle_ends(site, fetcher_for):
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    with pytest.raises(TooManyRedirects):
        await fetcher_for(names(), site.port).fetch(site.url("first.example", "/a"))
    assert len(site.asked) == 6


async def test_a_redirect_to_nowhere_is_named(site, fetcher_for):
    site.redirect("/a", "")
    with pytest.raises(StatusRefused, match="without saying where to"):
        await fetcher_for(names(), site.port).fetch(site.url("first.example", "/a"))


async def test_a_redirect_that_cannot_be_read_is_named(site, fetcher_for):
    site.redirect("/a", "http://[::1")
    with pytest.raises(BadAddress, match="to an address that can't be read"):
        await fetcher_for(names(), site.port).fetch(site.url("first.example", "/a"))


async def test_the_body_of_a_redirect_is_not_read(site, fetcher_for):
    async def endless(writer):
        writer.write(b"HTTP/1.1 302 x\r\nLocation: /b\r\n\r\n")
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()

    site.answers["/a"] = endless
    site.page("/b", HELLO)
    page = await fetcher_for(names(), site.port).fetch(site.url("first.example", "/a"))
    assert page.title == "Hello"
