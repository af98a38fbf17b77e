"""Reads a page in a process of its own, since a small page can keep a parser busy for hours.

The child (`page_process.py`) has bounds on time and memory, and nothing of our environment: no key
is near a parser. It is killed when nobody waits for it any more.
"""

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from panels.documents.limits import ReadingLimits
from panels.documents.sniffing import looks_like_html
from panels.tools.errors import FetchRefused, NoTextFound, TooLarge, TypeRefused
from panels.tools.page_process import TOO_MUCH
from panels.tools.page_text import HTML_TYPES, PDF_TYPE, PageText, check_type, page_text

PROJECT_DIR = Path(__file__).resolve().parents[2]
#: Plain text up to this size is read right here, in a few milliseconds.
MOST_BYTES_HERE = 200_000
_ERRORS: dict[str, type[FetchRefused]] = {
    error.code: error for error in (NoTextFound, TooLarge, TypeRefused)
}


@dataclass(frozen=True, kw_only=True)
class ProcessLimits:
    """`seconds` of the processor's time."""

    seconds: int = 10
    memory_bytes: int = 1024**3


async def page_text_apart(
    body: bytes,
    content_type: str,
    url: str,
    limits: ReadingLimits,
    process: ProcessLimits | None = None,
) -> PageText:
    """As `page_text`.

    :raises FetchRefused: also when reading it takes too long or too much memory.
    """
    if not _needs_a_parser(body, content_type):
        return page_text(body, content_type, url, limits)
    asked = {"content_type": content_type, "url": url, "limits": asdict(limits)}
    asked |= asdict(process or ProcessLimits())
    answer = await _answer_to(json.dumps(asked).encode() + b"\n" + body)
    if "error" in answer:
        raise _ERRORS[answer["error"]](answer["sentence"])
    return PageText(**answer)


def _needs_a_parser(body: bytes, content_type: str) -> bool:
    media_type = check_type(content_type)
    if media_type in HTML_TYPES | {PDF_TYPE} or len(body) > MOST_BYTES_HERE:
        return True
    start = body[:1000]
    is_unsaid = not media_type
    # Text with zero bytes is in an encoding in which a tag can't be seen here.
    return is_unsaid and (
        start.startswith(b"%PDF-") or b"\0" in start or looks_like_html(start.decode("latin-1"))
    )


async def _answer_to(question: bytes) -> dict[str, str]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "panels.tools.page_process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=PROJECT_DIR,
        env={"LANG": "C.UTF-8"},
    )
    try:
        said, _ = await child.communicate(question)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise TooLarge(TOO_MUCH)
    return dict(json.loads(said))
