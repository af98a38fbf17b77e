"""The real server process, over real sockets: bodies are bounded while they arrive."""

import socket
from collections.abc import Iterator

import pytest
from django.test import override_settings

from fusionweb.server import MOST_FORM_BYTES
from panels.management.commands.serve import names_for_others
from tests.browser.conftest import Site

MEGABYTE = b"x" * 1_000_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"), {}, FUSIONWEB_LOCAL_MODEL="off").start()
    yield site
    site.stop()


def send(site: Site, head: str, *pieces: bytes) -> bytes:
    """The start of the answer; b"" when the server hung up on us."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as line:
        request = f"{head}\r\nHost: 127.0.0.1:{site.port}\r\n\r\n"
        try:
            line.sendall(request.encode())
            for piece in pieces:
                line.sendall(piece)
        except OSError:
            # It hung up in the middle of our body; what it said before that is still to be read.
            pass
        try:
            return line.recv(200).split(b"\r\n")[0]
        except OSError:
            return b""


def test_a_form_within_the_limit_is_read(site: Site) -> None:
    head = "POST /sign-in/ HTTP/1.1\r\nContent-Length: 1000000\r\nConnection: close"
    assert send(site, head, MEGABYTE).startswith(b"HTTP/1.1 403")


def test_a_body_that_announces_too_much_is_refused_before_it_is_sent(site: Site) -> None:
    head = f"POST /sign-in/ HTTP/1.1\r\nContent-Length: {MOST_FORM_BYTES + 1}"
    assert send(site, head) == b"HTTP/1.1 413 Content Too Large"


def test_a_body_without_a_length_is_cut_when_it_grows_too_large(site: Site) -> None:
    chunk = f"{len(MEGABYTE):x}\r\n".encode() + MEGABYTE + b"\r\n"
    head = "POST /nope/ HTTP/1.1\r\nTransfer-Encoding: chunked"
    assert send(site, head, *[chunk] * 5) in (b"HTTP/1.1 413 Content Too Large", b"")


def test_documents_may_be_larger_than_forms_but_not_endless(site: Site) -> None:
    upload = "POST /runs/new/x/documents/ HTTP/1.1\r\nConnection: close\r\nContent-Length: "
    assert send(site, f"{upload}3000000", *[MEGABYTE] * 3).startswith(b"HTTP/1.1 404")
    assert send(site, f"{upload}300000000") == b"HTTP/1.1 413 Content Too Large"


def test_the_server_goes_on_after_a_refusal(site: Site) -> None:
    head = f"POST / HTTP/1.1\r\nContent-Length: {MOST_FORM_BYTES * 2}"
    assert send(site, head) == b"HTTP/1.1 413 Content Too Large"
    assert send(site, "GET /sign-in/ HTTP/1.1\r\nConnection: close").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("host", "changes", "shown"),
    [
        ("127.0.0.1", {}, ""),
        ("localhost", {"ALLOWED_HOSTS": ["localhost", "[::1]"]}, ""),
        ("0.0.0.0", {}, "0.0.0.0"),
        ("127.0.0.1", {"ALLOWED_HOSTS": ["127.0.0.1", "panels.example.com"]}, "panels.example.com"),
        ("127.0.0.1", {"ALLOWED_HOSTS": ["*"]}, "*"),
        ("127.0.0.1", {"IS_HTTPS": True}, "it by HTTPS"),
    ],
)
def test_the_local_user_is_for_a_site_of_this_machine_alone(
    host: str, changes: dict, shown: str
) -> None:
    usual = {"ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"], "IS_HTTPS": False}
    with override_settings(**{**usual, **changes}):
        assert names_for_others(host) == shown
