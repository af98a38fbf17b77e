"""Log lines: plain ones for a person, JSON ones for a program. Neither tells a secret.

What a library puts into an exception may hold what a person wrote or a model answered (the value
that a parser choked on, the row that a constraint refused) and a share link's address is its key.
Such passages are left out of every line, whoever wrote it.
"""

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from panels.observing import about

LEFT_OUT = "[left out]"
#: A traceback says where; more than this of one line of it is somebody's text.
MOST_LINE_CHARACTERS = 500
_SHORTEST_SECRET = 6

_SECRET_NAMES = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$")
#: Password of an address such as DATABASE_URL.
_PASSWORD = re.compile(r"(\w+://[^\s/:@]*:)[^\s/@]+@")
_LOOKS_LIKE_A_KEY = re.compile(r"\b(?:sk|pk|key|gsk|xai)-[\w*-]{8,}|\bAIza[\w-]{10,}|Bearer\s+\S+")
_SHARE_LINK = re.compile(r"(/s/)[\w-]{16,}")
#: pydantic's and PostgreSQL's words for the value that did not fit. A row may be many lines long.
_PARSED_VALUE = re.compile(r"input_value=.*?(?=, input_type=|$)", re.MULTILINE)
_REFUSED_ROW = re.compile(
    r"(?:^|(?<=\\n))(DETAIL:|CONTEXT:|LINE \d+:).*?(?=\n\n(?:The above|During handling)|\Z)",
    re.MULTILINE | re.DOTALL,
)


class Discretion:
    """Leaves out of a text what no log may hold."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._secrets = sorted(
            {
                value
                for name, value in environment.items()
                if _SECRET_NAMES.search(name) and len(value) >= _SHORTEST_SECRET
            },
            key=len,
            reverse=True,
        )

    def text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, LEFT_OUT)
        text = _LOOKS_LIKE_A_KEY.sub(LEFT_OUT, text)
        text = _PASSWORD.sub(rf"\1{LEFT_OUT}@", text)
        text = _SHARE_LINK.sub(rf"\1{LEFT_OUT}", text)
        text = _PARSED_VALUE.sub(f"input_value={LEFT_OUT}", text)
        return _REFUSED_ROW.sub(rf"\1 {LEFT_OUT}", text)

    def traceback(self, text: str) -> str:
        return "\n".join(line[:MOST_LINE_CHARACTERS] for line in self.text(text).splitlines())


class _Lines(logging.Formatter):
    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__()
        self._discretion = Discretion(environment)

    def message_of(self, record: logging.LogRecord) -> str:
        return self._discretion.text(record.getMessage())

    def exception_of(self, record: logging.LogRecord) -> str:
        parts = []
        if record.exc_info:
            parts.append(self.formatException(record.exc_info))
        if record.stack_info:
            parts.append(self.formatStack(record.stack_info))
        return self._discretion.traceback("\n".join(parts))

    def time_of(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class PlainLines(_Lines):
    """`2026-01-31T12:00:00.000Z WARNING panels.engine: What happened (run_id=…, call_id=7)`"""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.time_of(record)} {record.levelname} {record.name}: {self.message_of(record)}"
        if facts := about.facts():
            line += f" ({', '.join(f'{name}={value}' for name, value in facts.items())})"
        exception = self.exception_of(record)
        return f"{line}\n{exception}" if exception else line


class JsonLines(_Lines):
    """One object per line: time, level, logger, message, what it is about, exception."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.time_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message_of(record),
            **about.facts(),
        }
        if exception := self.exception_of(record):
            line["exception"] = exception
        return json.dumps(line, ensure_ascii=False)
