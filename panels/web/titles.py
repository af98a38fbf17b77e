"""What a run is called: the question's first line, or what the document calls itself. Pure."""

import re

MOST_CHARACTERS = 100

_HEADING = re.compile(r"^#{1,6}\s+(?P<words>.+?)\s*#*\s*$", re.MULTILINE)
_MARKUP = re.compile(r"^[#>*\-\s]+|[*_`]+")


def title_of(question: str, *, document_text: str = "", document_name: str = "") -> str:
    return (
        _cut(_first_line(question))
        or _cut(_heading(document_text))
        or _cut(document_name.rpartition(".")[0] or document_name)
        or "Untitled"
    )


def _first_line(text: str) -> str:
    lines = (_plain(line) for line in text.splitlines())
    return next((line for line in lines if line), "")


def _heading(text: str) -> str:
    found = _HEADING.search(text)
    return _plain(found["words"]) if found else _first_line(text)


def _plain(line: str) -> str:
    return " ".join(_MARKUP.sub("", line).split())


def _cut(text: str) -> str:
    """At most `MOST_CHARACTERS`, at a sentence's end or between words where there is one."""
    if len(text) <= MOST_CHARACTERS:
        return text
    sentence = re.match(rf"(?P<first>.{{15,{MOST_CHARACTERS - 1}}}?[.?!])\s", text)
    if sentence:
        return sentence["first"]
    head = text[:MOST_CHARACTERS]
    at_word = head.rpartition(" ")[0]
    return f"{(at_word or head[:-1]).rstrip(' ,;:-')}…"
