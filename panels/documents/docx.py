from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import mammoth

from panels.documents.errors import (
    BrokenDocument,
    EncryptedDocument,
    TooLarge,
    UnreadableDocument,
    WrongType,
)
from panels.documents.html import read_html
from panels.documents.limits import ReadingLimits
from panels.documents.sniffing import READABLE

_MAIN_PART = "word/document.xml"
_ENCRYPTED_FLAG = 0x1


def read_docx(data: bytes, limits: ReadingLimits) -> str:
    """A Word document's text with its headings, lists and tables.

    :raises UnreadableDocument:
    """
    try:
        _check_archive(data, limits)
        html = mammoth.convert_to_html(BytesIO(data), convert_image=_no_image).value
    except (UnreadableDocument, MemoryError):
        raise
    except Exception as error:  # mammoth raises whatever malformed XML leads to.
        raise BrokenDocument(
            "This Word document is damaged and can't be opened. Save it again, or attach a PDF."
        ) from error
    return read_html(html)


def _check_archive(data: bytes, limits: ReadingLimits) -> None:
    """Sizes as the archive states them: reading stops there, so stating less gains nothing."""
    try:
        parts = ZipFile(BytesIO(data)).infolist()
    except BadZipFile as error:
        raise BrokenDocument("This file is damaged: its archive can't be opened.") from error
    if _MAIN_PART not in {part.filename for part in parts}:
        raise WrongType(f"This is an archive, not a Word document. Attach {READABLE}.")
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise EncryptedDocument("This file opens with a password only. Save it without one.")
    if sum(part.file_size for part in parts) > limits.most_unpacked_bytes:
        raise TooLarge("This file unpacks to far more than its size. Attach it as text.")


def _no_image(_image: Any) -> list[Any]:
    """Pictures are dropped unopened: a linked one would be read from our own disk."""
    return []
