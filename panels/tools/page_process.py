"""The child process that reads one page: `python -m panels.tools.page_process`.

It gets a line of JSON and then the body, and answers with JSON: title and text, or the error's code
and sentence. It ends itself when it has used up its time.
"""

import json
import resource
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from panels.documents.limits import ReadingLimits
from panels.tools.errors import FetchRefused, TooLarge
from panels.tools.page_text import page_text

TOO_MUCH = "This page takes too long to read."


def main() -> None:
    asked = json.loads(sys.stdin.buffer.readline())
    _bind(asked["seconds"], asked["memory_bytes"])
    answer = _read(sys.stdin.buffer.read(), asked)
    sys.stdout.write(json.dumps(answer))


def _bind(seconds: int, memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # macOS can't bound a process's memory; time bounds it there.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _read(body: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        limits = ReadingLimits(**asked["limits"])
        return asdict(page_text(body, asked["content_type"], asked["url"], limits))
    except FetchRefused as error:
        return {"error": error.code, "sentence": str(error)}
    except MemoryError:
        return {"error": TooLarge.code, "sentence": TOO_MUCH}


if __name__ == "__main__":
    main()
