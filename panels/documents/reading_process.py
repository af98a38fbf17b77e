"""The child process that reads one document: `python -m panels.documents.reading_process`.

It gets a line of JSON and then the file, and answers with JSON: the document, or the error's code
and sentence. It ends itself when it has used up its time.
"""

import json
import resource
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from panels.documents.errors import TooLarge, UnreadableDocument
from panels.documents.limits import ReadingLimits
from panels.documents.reading import read_document

TOO_MUCH = "This document takes too long to read. Attach the part that matters, as text."


@dataclass(frozen=True, kw_only=True)
class ProcessLimits:
    """Word's XML takes a hundred times its size while it is read, honest files included."""

    seconds: int = 120
    memory_bytes: int = 2 * 1024**3


def main() -> None:
    asked = json.loads(sys.stdin.buffer.readline())
    _bind(ProcessLimits(**asked["process"]))
    answer = _read(asked["name"], sys.stdin.buffer.read(), ReadingLimits(**asked["limits"]))
    sys.stdout.write(json.dumps(answer))


def _bind(limits: ProcessLimits) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    # macOS can't bound a process's memory; time bounds it there.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


def _read(name: str, data: bytes, limits: ReadingLimits) -> dict[str, Any]:
    try:
        return asdict(read_document(name, data, limits))
    except UnreadableDocument as error:
        return {"error": error.code, "sentence": str(error)}
    except MemoryError:
        return {"error": TooLarge.code, "sentence": TOO_MUCH}


if __name__ == "__main__":
    main()
