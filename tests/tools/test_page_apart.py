"""Reading in a process of its own: the same result, within bounds, and with none of our secrets."""

import asyncio
import time

import pytest

from panels.documents.limits import ReadingLimits
from panels.tools import page_apart
from panels.tools.errors import NoTextFound, TooLarge
from panels.tools.page_apart import ProcessLimits, page_text_apart
from panels.tools.page_text import PageText, page_text

HTML = b"<html><head><title>Hello</title></head><body><p>One short sentence.</p></body></html>"
LIMITS = ReadingLimits()


async def read(body: bytes, content_type: str = "text/html", **limits: int) -> PageText:
    url = "https://site.example/"
    return await page_text_apart(body, content_type, url, LIMITS, ProcessLimits(**limits))


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.subprocess.Process]:
    started = []
    start = asyncio.create_subprocess_exec

    async def noted(*command, **options):
        started.append((await start(*command, **options), command, options))
        return started[-1][0]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    return started


async def test_the_result_is_the_same(children):
    assert await read(HTML) == page_text(HTML, "text/html", "https://site.example/", LIMITS)
    assert len(children) == 1


@pytest.mark.parametrize(
    ("body", "content_type", "is_apart"),
    [
        (b"plain", "text/plain", False),
        (b'{"a": 1}', "application/json", False),
        (b"plain", "", False),
        (b"x" * 200_001, "text/plain", True),
        (HTML, "", True),
        (HTML, "application/xhtml+xml", True),
        ("plain".encode("utf-16"), "", True),
    ],
)
async def test_only_small_plain_text_is_read_here(children, body, content_type, is_apart):
    assert (await read(body, content_type)).text
    assert bool(children) is is_apart


async def test_refusals_come_back_with_their_words():
    with pytest.raises(NoTextFound, match="perhaps a script writes it"):
        await read(b"<script>x</script>")
    with pytest.raises(NoTextFound, match="broken"):
        await read(b"%PDF-1.7 rubbish", "application/pdf")


async def test_the_child_knows_none_of_our_keys(children, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    await read(HTML)
    assert children[0][2]["env"] == {"LANG": "C.UTF-8"}
    assert not any("secret" in str(part) for part in children[0][1])


async def test_a_page_that_takes_too_much_memory_is_refused():
    with pytest.raises(TooLarge, match="takes too long to read"):
        await read(HTML, memory_bytes=30_000_000)


async def test_a_page_that_takes_too_long_is_refused(monkeypatch):
    # A page that needs seconds; the bound leaves it less than starting up takes.
    slow = (
        b"<html><body>" + b"<p>Words and <a href='/x'>links</a>.</p>" * 24_000 + b"</body></html>"
    )
    with pytest.raises(TooLarge, match="takes too long to read"):
        await read(slow, seconds=1)


async def test_nobody_waits_for_a_child_after_giving_up(children):
    slow = (
        b"<html><body>" + b"<p>Words and <a href='/x'>links</a>.</p>" * 24_000 + b"</body></html>"
    )
    started_at = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await read(slow)
    assert time.monotonic() - started_at < 5
    assert children[0][0].returncode == -9


def test_the_child_starts_in_the_projects_folder():
    assert (page_apart.PROJECT_DIR / "panels" / "tools" / "page_process.py").is_file()
