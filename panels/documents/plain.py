"""Bytes → text, for files that are text already."""

import codecs
import re

from panels.documents.errors import UnknownEncoding

#: More control characters than this share of the text, and it isn't text.
_MOST_CONTROL_SHARE = 0.01
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # Before UTF-16, whose mark it begins with.
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """Text by its byte order mark, as UTF-8, as UTF-16 without a mark, or as Windows-1252.

    :raises UnknownEncoding: when none of them gives something that looks like text.
    """
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _looks_like_text(text):
            return text
    raise UnknownEncoding("This doesn't look like text. Save it as UTF-8 and attach it again.")


def clean_text(text: str) -> str:
    """Text that every database and prompt can hold: no control characters, one kind of line end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    text = _CONTROL.sub("", text).replace("\ufeff", "")
    # A PDF can name half of a surrogate pair, which UTF-8 can't hold.
    return text.encode("utf-8", "replace").decode().strip("\n ")


def _candidates(data: bytes) -> list[str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return [encoding]
    if b"\0" in data[:1000]:
        return _utf_16(data[:1000])
    return ["utf-8", "cp1252", "latin-1"]


def _utf_16(sample: bytes) -> list[str]:
    """UTF-16 without a mark: of Western text nearly every second byte is zero."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if max(even, odd) < half * 0.5 or min(even, odd) > half * 0.1:
        return []
    return ["utf-16-le" if odd > even else "utf-16-be"]


def _looks_like_text(text: str) -> bool:
    odd = len(_CONTROL.findall(text)) + text.count("\ufffd")
    odd += sum(1 for character in text if "\x80" <= character <= "\x9f")
    return odd <= len(text) * _MOST_CONTROL_SHARE
