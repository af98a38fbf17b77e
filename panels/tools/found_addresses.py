"""The addresses that a model may fetch: those in its prompt, and those that its tools showed it.

A page can tell a model to fetch an address into which it has written what it was given in
confidence. So an address that nobody but the model wrote is not fetched. Pure.
"""

import re
from collections.abc import Iterator

import httpx

_WITH_SCHEME = re.compile(r"https?://[^\s<>\"'`\\\]]+", re.I)
#: `example.com/page`, as people write it; `report.py` matches too, and does no harm.
_WITHOUT_SCHEME = re.compile(r"(?<![\w@/.-])(?:[\w-]+\.)+[a-z]{2,}(?:/[^\s<>\"'`\\\]]*)?", re.I)
_NOT_AT_THE_END = ".,;:!?*_|"


class FoundAddresses:
    def __init__(self) -> None:
        self._keys: set[str] = set()

    def remember(self, text: str) -> None:
        for pattern, scheme in ((_WITH_SCHEME, ""), (_WITHOUT_SCHEME, "https://")):
            for match in pattern.finditer(text):
                for address in _readings(match[0]):
                    self._keys.add(_key(scheme + address))

    def has(self, url: str) -> bool:
        key = _key(url)
        return bool(key) and key in self._keys


def _readings(address: str) -> Iterator[str]:
    """The address itself, and what is left of it where it stood in brackets or ended a sentence."""
    yield address
    yield address.rstrip(_NOT_AT_THE_END)
    if ")" in address:
        yield address.partition(")")[0]
        yield address.rstrip(f"){_NOT_AT_THE_END}")


def _key(url: str) -> str:
    """Equal for addresses that differ in scheme, fragment or a slash at the end only; "" for what
    is no address."""
    try:
        parsed = httpx.URL(url.strip())
        place = f"{parsed.host}:{parsed.port or ''}"
    except (httpx.InvalidURL, ValueError):
        return ""
    path, _, query = parsed.raw_path.decode("ascii").partition("?")
    return f"{place}{path.rstrip('/')}?{query}" if parsed.host else ""
