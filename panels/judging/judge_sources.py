"""The sources of an answer as the judge is shown them: titles and addresses, blind as the answer.

Searching leaves traces of who searched, and being blind matters more than an address that can be
followed: vendors mark the links that they cite (`utm_source=openai`), and Gemini cites through a
redirect of its own.
"""

import re

from panels.snapshot import RunSnapshot, Source

MOST_LISTED = 20
_MARK = re.compile(r"(?<=[?&])utm_\w+=[^&#\s]*&?")
_REDIRECT = re.compile(r"^https?://vertexaisearch\.cloud\.google\.com/", re.I)


def listed_sources(run: RunSnapshot) -> dict[str, str]:
    """Seat letter → a line for each source, for the readable answers that have any."""
    return {
        answer.letter: _listing(answer.call.sources)
        for answer in run.readable_answers
        if answer.call is not None and answer.call.sources
    }


def _listing(sources: tuple[Source, ...]) -> str:
    lines = [f"- {_line(source)}" for source in sources[:MOST_LISTED]]
    more = len(sources) - MOST_LISTED
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else [])])


def _line(source: Source) -> str:
    if _REDIRECT.match(source.url):
        return source.title
    address = _MARK.sub("", source.url).rstrip("?&")
    return f"{source.title}: {address}" if source.title else address
