"""The sample of nginx in front of two real web processes: HTTPS, sockets, uploads, and a loss."""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import httpx
import pytest
from django.conf import settings

from fusionweb.server import MOST_FORM_BYTES
from tests.browser.scripted_vendor import ScriptedVendor
from tests.cluster.redis import PrivateRedis
from tests.deploy.conftest import PostgresForTests
from tests.deploy.proxy import SAMPLE, Nginx
from tests.deploy.room import Room
from tests.deploy.visitor import Visitor

LONG = " ".join(f"word{n}" for n in range(120))
SCRIPTS: dict[str, Any] = {
    "long": {"text": LONG, "tokens_per_second": 15},
    "quick": {"text": "Split it after the sale."},
    "judge": {"text": '{"critiques": []}'},
    "writer": {"text": "Wait."},
}
#: Longer than the sample's `fail_timeout`.
NGINX_LOOKS_AGAIN_SECONDS = 2.5
_SOCKET = re.compile(r'hx-ws:connect="([^"]+)"')


@dataclass
class ProxiedSite:
    room: Room
    nginx: Nginx
    tls: ssl.SSLContext

    def visitor(self) -> Visitor:
        visitor = Visitor(self.nginx.address)
        visitor.client.close()
        visitor.client = httpx.Client(
            verify=self.tls, timeout=30, follow_redirects=True, trust_env=False
        )
        return visitor


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresForTests
) -> Iterator[ProxiedSite]:
    folder = tmp_path_factory.mktemp("proxied")
    vendor = ScriptedVendor(SCRIPTS)
    redis = PrivateRedis(logs=folder)
    more = {
        "DATABASE_URL": postgres.new_database("proxied"),
        "REDIS_URL": redis.url,
        "FUSIONWEB_ENDPOINTS": f"up {vendor.base_url}",
        "FUSIONWEB_HTTPS": "on",
    }
    with Room(folder / "room", webs=2, **more) as room:
        nginx = Nginx(folder / "nginx", [web.port for web in room.webs])
        try:
            redis.launch()
            room.start()
            room.add_account()
            nginx.launch()
            asyncio.run(nginx.wait_until_ready())
            tls = ssl.create_default_context(cafile=str(nginx.certificate))
            yield ProxiedSite(room, nginx, tls)
        finally:
            nginx.end_now()
            for web in room.webs:
                web.end_now()
            redis.end_now()
            vendor.close()


@pytest.fixture
def ada(site: ProxiedSite) -> Iterator[Visitor]:
    with site.visitor() as visitor:
        visitor.sign_in()
        yield visitor


def test_the_sample_takes_exactly_what_fusionweb_takes() -> None:
    sizes = re.findall(r"client_max_body_size (\d+);", SAMPLE.read_text())
    documents = settings.MOST_DOCUMENTS * settings.MOST_DOCUMENT_BYTES
    assert sizes == [str(MOST_FORM_BYTES), str(documents + MOST_FORM_BYTES)]


def test_plain_http_is_sent_to_https(site: ProxiedSite) -> None:
    answer = httpx.get(f"http://127.0.0.1:{site.nginx.plain_port}/presets/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://127.0.0.1/presets/")


def test_a_form_is_taken_and_the_cookies_are_for_https_alone(site: ProxiedSite) -> None:
    with site.visitor() as visitor:
        visitor.sign_in()
        assert {cookie.name: cookie.secure for cookie in visitor.client.cookies.jar} == {
            "csrftoken": True,
            "sessionid": True,
        }
        page = visitor.get("/")
        assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert page.headers["Content-Encoding"] == "gzip"


def test_a_page_says_which_line_of_the_logs_is_about_it(site: ProxiedSite, ada: Visitor) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", ada.get("/").headers["X-Request-ID"])


def test_the_addresses_of_share_links_are_not_logged(site: ProxiedSite, ada: Visitor) -> None:
    assert ada.get("/s/of-nobody/").status_code == 404
    assert ada.get("/presets/").status_code == 200
    logged = (site.nginx.folder / "access.log").read_text()
    assert "GET /presets/ " in logged
    assert "of-nobody" not in logged


def test_what_asks_for_metrics_from_outside_gets_none(ada: Visitor) -> None:
    assert ada.get("/metrics/").status_code == 404


def test_a_run_streams_live_through_the_proxy(site: ProxiedSite, ada: Visitor) -> None:
    path = ada.start_run(ada.make_preset("Live", "long", "quick"), "Does it stream?")
    frames = asyncio.run(watch_and_leave(site, ada, path))
    tokens = [frame for frame in frames if "seat-A" in frame and "word" in frame]
    # In many pieces, not all at its end: a proxy that collects them would send one.
    assert len(tokens) > 10
    assert said_by_seat_a(ada.wait_for(path, "review")) == LONG


def said_by_seat_a(facts: dict[str, Any]) -> str:
    """The last attempt's text."""
    return [str(call["text"]) for call in facts["calls"] if call["seat"] == "A"][-1]


async def watch_and_leave(site: ProxiedSite, visitor: Visitor, path: str) -> list[str]:
    frames = await watch(site, visitor, path, until="word119")
    # aiohttp says goodbye over TLS in the background, for which the loop must live a little longer.
    await asyncio.sleep(0.3)
    return frames


async def watch(site: ProxiedSite, visitor: Visitor, path: str, *, until: str) -> list[str]:
    """The frames of the run's page, until one holds the word."""
    socket_path = _SOCKET.search(visitor.page(path))
    assert socket_path, "The run page has no socket."
    address = site.nginx.address + socket_path[1].replace("&amp;", "&")
    cookies = {cookie.name: cookie.value or "" for cookie in visitor.client.cookies.jar}
    frames: list[str] = []
    async with (
        aiohttp.ClientSession(cookies=cookies, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
        http.ws_connect(address, origin=site.nginx.address, ssl=site.tls, max_msg_size=0) as live,
        asyncio.timeout(60),
    ):
        async for message in live:
            frames.append(message.data)
            if until in message.data:
                return frames
    raise AssertionError(f"The socket closed ({live.close_code}) after {len(frames)} frames.")


def test_a_document_just_under_the_limit_is_read(site: ProxiedSite, ada: Visitor) -> None:
    page = attach(ada, "under.html", settings.MOST_DOCUMENT_BYTES - 10)
    assert page.status_code == 200
    assert "under.html" in page.text


def test_a_document_just_over_the_limit_is_refused_in_words(ada: Visitor) -> None:
    page = attach(ada, "over.html", settings.MOST_DOCUMENT_BYTES + 1)
    assert page.status_code == 422
    assert "It is larger than 10 MB. Attach the part that matters." in page.text


def attach(visitor: Visitor, name: str, size: int) -> httpx.Response:
    """A page with little text and a long comment, so that its bytes are what counts."""
    start, end = b"<html><body><p>Split it after the sale.</p><!-- ", b" --></body></html>"
    content = start + b"x" * (size - len(start) - len(end)) + end
    to = f"/runs/new/{visitor.draft_id()}/documents/"
    files = {"files": (name, content, "text/html")}
    return visitor.post("/runs/new/", {"question": ""}, to=to, files=files)


@pytest.mark.parametrize(
    ("path", "size"), [("/sign-in/", 2_000_001), ("/runs/new/x/documents/", 102_000_001)]
)
def test_a_body_beyond_all_limits_never_reaches_fusionweb(
    site: ProxiedSite, path: str, size: int
) -> None:
    """Refused by what it announces; nothing of it is read."""
    with (
        socket.create_connection(("127.0.0.1", site.nginx.port), timeout=20) as plain,
        site.tls.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode())
        assert line.recv(200).startswith(b"HTTP/1.1 413 ")


def test_styles_outlive_the_web_processes_and_pages_come_back_with_one(
    site: ProxiedSite, ada: Visitor
) -> None:
    style = re.search(r"/static/panels/css/site\.\w+\.css", ada.page("/"))
    assert style
    assert ada.get(style[0]).status_code == 200
    path = ada.start_run(ada.make_preset("Killed", "long", "quick"), "And when one dies?")
    ada.wait_until(path, lambda facts: any("word10 " in c["text"] for c in facts["calls"]))
    for killed in site.room.webs:
        killed.end_now()
        for _ in range(4):
            assert "And when one dies?" in ada.page(path)
        ada.make_preset(f"Made without {killed.name}", "quick")
        killed.launch()
        asyncio.run(killed.wait_until_ready())
        _until_nginx_looks_again()
    assert said_by_seat_a(ada.wait_for(path, "review")) == LONG

    for web in site.room.webs:
        web.end_now()
    assert ada.get("/").status_code == 502
    answer = ada.get(style[0])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    site.room.start_webs()
    _until_nginx_looks_again()


def _until_nginx_looks_again() -> None:
    """What it met dead it takes for dead for a while, whatever has started since."""
    time.sleep(NGINX_LOOKS_AGAIN_SECONDS)
