"""Reads a document in a process of its own, since a small file can keep a parser busy for hours.

The child (`reading_process.py`) has bounds on time and memory, and nothing of our environment: no
key is near a parser.
"""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from panels.documents import errors
from panels.documents.errors import BrokenDocument, TooLarge, UnreadableDocument
from panels.documents.limits import ReadingLimits
from panels.documents.names import extension
from panels.documents.reading import HTML_ENDINGS, ReadDocument, read_document
from panels.documents.reading_process import TOO_MUCH, ProcessLimits
from panels.documents.sniffing import sniff

PROJECT_DIR = Path(__file__).resolve().parents[2]
_ERRORS: dict[str, type[UnreadableDocument]] = {
    error.code: error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, UnreadableDocument)
}


def read_document_apart(
    name: str,
    data: bytes,
    limits: ReadingLimits | None = None,
    process: ProcessLimits | None = None,
) -> ReadDocument:
    """As `read_document`; only plain text is read right here. Blocks until it is read.

    :raises UnreadableDocument: also when reading it takes too long or too much memory.
    """
    limits, process = limits or ReadingLimits(), process or ProcessLimits()
    if len(data) > limits.most_bytes or not _needs_a_parser(name, data):
        return read_document(name, data, limits)
    asked = {"name": name, "limits": asdict(limits), "process": asdict(process)}
    answer = _answer_to(json.dumps(asked).encode() + b"\n" + data, process)
    if "error" in answer:
        raise _ERRORS[answer["error"]](answer["sentence"])
    return ReadDocument(**answer)


def _needs_a_parser(name: str, data: bytes) -> bool:
    if sniff(data) != "text" or extension(name) in HTML_ENDINGS:
        return True
    # Text with zero bytes is in an encoding in which a tag can't be seen here.
    return b"<html" in data[:4096].lower() or b"\0" in data[:4096]


def _answer_to(question: bytes, process: ProcessLimits) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "panels.documents.reading_process"],
            input=question,
            capture_output=True,
            timeout=1.5 * process.seconds,
            cwd=PROJECT_DIR,
            env={"LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TooLarge(TOO_MUCH) from None
    if done.returncode < 0:
        raise TooLarge(TOO_MUCH)
    try:
        return dict(json.loads(done.stdout))
    except ValueError:
        raise BrokenDocument("This document can't be read. Attach its text.") from None
