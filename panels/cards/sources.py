"""Values of `_sources.html`: what an answer rests on. Titles and addresses are hostile."""

from collections.abc import Sequence
from dataclasses import dataclass

from panels.snapshot import Source
from panels.step_words import host_of

MOST_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class SourceLink:
    """`host` is shown beside the title, which can claim anything; without one there is no link."""

    url: str
    title: str
    host: str


@dataclass(frozen=True, kw_only=True)
class SourceList:
    shown: tuple[SourceLink, ...]
    more: tuple[SourceLink, ...]


def source_list(sources: Sequence[Source]) -> SourceList:
    links = tuple(_link(source) for source in sources)
    return SourceList(shown=links[:MOST_SHOWN], more=links[MOST_SHOWN:])


def _link(source: Source) -> SourceLink:
    return SourceLink(url=source.url, title=source.title or source.url, host=host_of(source.url))
