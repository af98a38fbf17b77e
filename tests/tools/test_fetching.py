"""Fetching over real connections to a server on loopback, which stands for the public internet."""

import asyncio
import gzip
import json
import zlib

import pytest

from panels.tools.domains import domain_rules
from panels.tools.errors import (
    AddressRefused,
    DomainRefused,
    NoTextFound,
    NotReached,
    StatusRefused,
    TooLarge,
    TooSlow,
    TypeRefused,
)
from panels.tools.fetching import FetchedPage
from tests.tools.names import Names
from tests.tools.web_server import response

HELLO = b"<html><head><title>Hello</title></head><body><p>One short sentence.</p></body></html>"
NAMES = Names(site_example=["127.0.0.1"], xn____bcher__kva_example=["127.0.0.1"])


async def test_a_page_comes_with_its_title_text_and_size(site, fetcher_for, connections):
    site.page("/a", HELLO, "text/html; charset=utf-8")
    url = site.url("site.example", "/a?q=1#part")
    assert await fetcher_for(NAMES, site.port).fetch(f" {url}\n") == FetchedPage(
        url=url,
        final_url=site.url("site.example", "/a?q=1"),
        title="Hello",
        text="One short sentence.",
        content_type="text/html",
        fetched_bytes=len(HELLO),
    )
    assert connections == [("127.0.0.1", site.port)]


async def test_the_site_is_asked_by_its_name_and_told_nothing_about_us(site, fetcher_for):
    site.page("/a", HELLO)
    await fetcher_for(NAMES, site.port).fetch(site.url("bücher.example", "/a%20b/../a?x=%2F"))
    asked = site.asked[0]
    assert (asked.method, asked.path) == ("GET", "/a?x=%2F")
    assert asked.headers == {
        "host": f"xn--bcher-kva.example:{site.port}",
        "user-agent": "Fusionweb/0.1 (a review room fetching a page for a model)",
        "accept": asked.headers["accept"],
        "accept-encoding": "gzip",
        "connection": "close",
    }


async def test_no_proxy_of_the_environment_is_used(site, fetcher_for, monkeypatch, connections):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.page("/a", HELLO)
    await fetcher_for(NAMES, site.port).fetch(site.url("site.example", "/a"))
    assert connections == [("127.0.0.1", site.port)]


async def test_the_name_is_asked_for_once_and_the_connection_goes_where_it_said(
    site, fetcher_for, connections
):
    """DNS rebinding: the second answer would be the inside, and nobody asks for it."""
    names = Names(rebinding_example=[["127.0.0.1"], ["127.0.0.2"]])
    site.page("/a", HELLO)
    await fetcher_for(names, site.port).fetch(site.url("rebinding.example", "/a"))
    assert names.asked == ["rebinding.example"]
    assert connections == [("127.0.0.1", site.port)]
    with pytest.raises(AddressRefused, match=r"127.0.0.2 is this machine's own"):
        await fetcher_for(names, site.port).fetch(site.url("rebinding.example", "/a"))
    assert connections == [("127.0.0.1", site.port)]


async def test_the_next_checked_address_is_tried_when_one_does_not_answer(
    site, fetcher_for, monkeypatch
):
    site.page("/a", HELLO)
    names = Names(both_example=["127.0.0.3", "127.0.0.1"])
    fetcher = fetcher_for(names, site.port)
    monkeypatch.setattr(fetcher, "_what_it_is", lambda address: "")
    tried = []
    ask_at = fetcher._ask_at

    async def noted(target, address):
        tried.append(str(address))
        if address.packed[-1] == 3:
            # The suite lets nobody connect there; a real machine would refuse it.
            import httpx

            raise httpx.ConnectError("refused")
        return await ask_at(target, address)

    monkeypatch.setattr(fetcher, "_ask_at", noted)
    page = await fetcher.fetch(site.url("both.example", "/a"))
    assert page.title == "Hello"
    assert tried == ["127.0.0.3", "127.0.0.1"]


async def test_domain_lists_are_kept_before_the_name_is_asked_for(site, fetcher_for, connections):
    names = Names(site_example=["127.0.0.1"])
    fetcher = fetcher_for(names, site.port)
    with pytest.raises(DomainRefused, match="Only these domains"):
        await fetcher.fetch(site.url("site.example", "/a"), domain_rules(["other.example"]))
    with pytest.raises(DomainRefused, match="blocked"):
        await fetcher.fetch(site.url("site.example", "/a"), domain_rules(blocked=["site.example"]))
    assert (names.asked, connections) == ([], [])


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (b"plain words", "text/plain", "plain words"),
        (b"# Head\n\n* one", "text/markdown; charset=utf-8", "# Head\n\n* one"),
        ("größer".encode("latin-1"), "text/plain; charset=iso-8859-1", "größer"),
        (b'{"a": ["b", 1.50]}', "application/json", '{\n "a": [\n  "b",\n  1.5\n ]\n}'),
        (b'{"broken": ', "application/json", '{"broken":'),
        (b'{"a": 1}', "application/ld+json", '{\n "a": 1\n}'),
        (b"a,b\r\n1,2", "text/csv", "a,b\n1,2"),
        (b"nobody said what this is", "", "nobody said what this is"),
        (HELLO, "", "One short sentence."),
        (HELLO, "application/xhtml+xml", "One short sentence."),
    ],
)
async def test_text_json_and_html_are_read(site, fetcher_for, body, content_type, text):
    site.page("/a", body, content_type)
    page = await fetcher_for(NAMES, site.port).fetch(site.url("site.example", "/a"))
    assert page.text.strip() == text
    assert page.content_type == content_type.partition(";")[0]


@pytest.mark.parametrize(
    "content_type",
    [
        "image/png",
        "application/octet-stream",
        "application/zip",
        "video/mp4",
        "application/javascript",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "multipart/form-data",
        "nonsense",
    ],
)
async def test_other_types_are_refused_by_their_name(site, fetcher_for, content_type):
    site.page("/a", b"\0" * 100, content_type)
    with pytest.raises(TypeRefused, match="are read here, not "):
        await fetcher_for(NAMES, site.port).fetch(site.url("site.example", "/a"))


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 410, 429, 500, 503])
async def test_the_sites_error_is_named_by_its_status(site, fetcher_for, status):
    site.answers["/a"] = response(b"secret words", "text/html", status)
    with pytest.raises(StatusRefused, match=f"answered with the status {status}"):
        await fetcher_for(NAMES, site.port).fetch(site.url("site.example", "/a"))


async def test_a_page_without_text_says_so(site, fetcher_for):
    site.page("/a", b"<html><body><script>draw()</script></body></html>")
    with pytest.raises(NoTextFound, match="perhaps a script writes it"):
        await fetcher_for(NAMES, site.port).fetch(site.url("site.example", "/a"))


async def test_gzip_is_unpacked(site, fetcher_for):
    packed = gzip.compress(HELLO)
    site.page("/a", packed, Content_Encoding="gzip")
    page = await fetcher_for(NAMES, site.port).fetch(site.url("site.example", "/a"))
    assert (page.text, page.fetched_bytes) == ("One short sentence.", len(packed))


async def test_a_gzip_bomb_is_cut_at_the_limit(site, fetcher_for, monkeypatch):
    made = []
    unpack = zlib.decompressobj

    class Watched:
        def __init__(self, *args):
            self._unpacker = unpack(*args)

        def decompress(self, data, most):
            made.append(len(plain := self._unpacker.decompress(data, most)))
            return plain

    monkeypatch.setattr("panels.tools.bodies.zlib.decompressobj", Watched)
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 60_000
    site.page("/a", bomb, "text/plain", Content_Encoding="gzip")
    fetcher = fetcher_for(NAMES, site.port, most_bytes=100_000)
    with pytest.raises(TooLarge, match=r"larger than 0.1 MB"):
        await fetcher.fetch(site.url("site.example", "/a"))
    assert sum(made) == 100_001


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "deflate", "compress", "x"])
async def test_packing_that_was_not_asked_for_is_refused(site, fetcher_for, encoding):
    site.page("/a", gzip.compress(gzip.compress(HELLO)), Content_Encoding=encoding)
    with pytest.raises(TypeRefused, match="packed in a way"):
        await fetcher_for(NAMES, site.port).fetch(site.url("site.example", "/a"))


@pytest.mark.parametrize(
    "body", [b"no gzip at all", gzip.compress(HELLO, mtime=0)[:-20]], ids=["plain", "cut"]
)
async def test_broken_packing_is_a_broken_answer(site, fetcher_for, body):
    site.page("/a", body, Content_Encoding="gzip")
    with pytest.raises(NotReached, match=r"packed wrongly|broke off"):
        await fetcher_for(NAMES, site.port).fetch(site.url("site.example", "/a"))


async def test_a_page_announced_as_too_large_is_not_read(site, fetcher_for):
    site.answers["/a"] = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 999999999\r\n\r\n"
    )
    with pytest.raises(TooLarge, match="larger than 5 MB"):
        await fetcher_for(NAMES, site.port).fetch(site.url("site.example", "/a"))


async def test_a_page_that_never_ends_is_cut_at_the_limit(site, fetcher_for):
    sent = 0

    async def endless(writer):
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while True:
            writer.write(b"x" * 10_000)
            sent += 10_000
            await writer.drain()

    site.answers["/a"] = endless
    with pytest.raises(TooLarge):
        await fetcher_for(NAMES, site.port, most_bytes=50_000).fetch(site.url("site.example", "/a"))
    # What lies in the buffers of both ends, and no more.
    assert sent < 20_000_000


@pytest.mark.parametrize("pause", ["before", "within"])
async def test_the_whole_fetch_has_a_deadline(site, fetcher_for, pause):
    async def slow(writer):
        if pause == "within":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        for _ in range(200):
            await asyncio.sleep(0.02)
            writer.write(b"x" if pause == "within" else b"")
            await writer.drain()

    site.answers["/a"] = slow
    with pytest.raises(TooSlow, match=r"did not come within 0.3 seconds"):
        await fetcher_for(NAMES, site.port, total_seconds=0.3).fetch(site.url("site.example", "/a"))


async def test_a_name_server_that_does_not_answer_counts_against_the_deadline(fetcher_for):
    async def silent(host, port):
        await asyncio.sleep(30)
        return []

    with pytest.raises(TooSlow):
        await fetcher_for(silent, total_seconds=0.1).fetch("http://site.example/")


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1", b"rubbish\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nx"],
)
async def test_a_server_that_speaks_no_http_is_a_broken_answer(site, fetcher_for, answer):
    site.answers["/a"] = answer
    with pytest.raises(NotReached, match=r"site.example broke off or answered wrongly."):
        await fetcher_for(NAMES, site.port).fetch(site.url("site.example", "/a"))


async def test_a_site_that_is_down_is_named(fetcher_for, connections):
    from tests.providers.raw_servers import free_port

    port = free_port()
    with pytest.raises(NotReached, match=r"site.example can't be reached."):
        await fetcher_for(NAMES, port).fetch(f"http://site.example:{port}/")
    assert connections == [("127.0.0.1", port)]


async def test_nothing_is_remembered_from_one_fetch_to_the_next(site, fetcher_for):
    site.answers["/a"] = response(HELLO, "text/html", Set_Cookie="id=1; Path=/")
    fetcher = fetcher_for(NAMES, site.port)
    for _ in range(2):
        await fetcher.fetch(site.url("site.example", "/a"))
    assert ["cookie" in each.headers for each in site.asked] == [False, False]
    assert json.dumps(site.paths) == '["/a", "/a"]'
