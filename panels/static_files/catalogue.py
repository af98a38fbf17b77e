"""Every static file as it goes over the wire, by the name that it is served under.

The name carries a hash of the content, so a file that a page names never changes and browsers may
keep it for good. All of it is made in memory when a process starts: there is no folder of collected
files that could be stale, half written or of another version.
"""

import gzip
import hashlib
import mimetypes
import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from panels.static_files.inlining import Read, inline_modules, inline_styles

_INLINE: dict[str, Callable[[str, Read], str]] = {".css": inline_styles, ".js": inline_modules}
#: Already one piece, and not ours to take apart.
_VENDORED = "/vendor/"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class StaticFile:
    name: str
    content_type: str
    body: bytes

    @cached_property
    def gzipped(self) -> bytes | None:
        """None where compressing gains nothing."""
        small = gzip.compress(self.body, 9, mtime=0)
        return small if len(small) < len(self.body) else None


@dataclass(frozen=True)
class Catalogue:
    """`paths`: `panels/css/site.css` → the name it is served under; `files`: that name → file."""

    paths: dict[str, str] = field(default_factory=dict)
    files: dict[str, StaticFile] = field(default_factory=dict)


def make_catalogue(paths: Iterable[str], read: Callable[[str], bytes]) -> Catalogue:
    catalogue = Catalogue()
    for path in paths:
        file = _served(path, read)
        catalogue.paths[path] = file.name
        catalogue.files[file.name] = file
    return catalogue


def _served(path: str, read: Callable[[str], bytes]) -> StaticFile:
    stem, ending = posixpath.splitext(path)
    inline = None if _VENDORED in path else _INLINE.get(ending)
    body = inline(path, lambda part: read(part).decode()).encode() if inline else read(path)
    digest = hashlib.sha256(body).hexdigest()[:12]
    return StaticFile(f"{stem}.{digest}{ending}", _content_type(ending), body)


def _content_type(ending: str) -> str:
    kind = _TYPES.get(ending) or mimetypes.types_map.get(ending, "application/octet-stream")
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
