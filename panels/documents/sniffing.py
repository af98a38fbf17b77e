"""What a file is, by its first bytes: names are often wrong and sometimes lie."""

from panels.documents.errors import WrongType

READABLE = "Markdown, plain text, PDF, DOCX or HTML"

_PDF_HEADER_WITHIN = 1024
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: How files begin that are surely not text, and what a person calls them.
_FOREIGN = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"SQLite format 3", "a database"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
)
_RICH_TEXT = b"{\\rtf"


def sniff(data: bytes) -> str:
    """`pdf`, `zip`, `old_office`, `rtf`, or `text` for everything that may be text.

    :raises WrongType: for a picture, a program, an archive.
    """
    if b"%PDF-" in data[:_PDF_HEADER_WITHIN]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if data.startswith(_OLD_OFFICE):
        return "old_office"
    if data.startswith(_RICH_TEXT):
        return "rtf"
    _refuse_foreign(data)
    return "text"


def looks_like_html(text: str) -> bool:
    start = text[:1000].lstrip("\ufeff \t\r\n").lower()
    return start.startswith(("<!doctype html", "<html", "<?xml")) and "<html" in start


def _refuse_foreign(data: bytes) -> None:
    for beginning, what in _FOREIGN:
        # Two printable letters could begin a sentence; a program has zero bytes soon after.
        if data.startswith(beginning) and (len(beginning) > 3 or b"\0" in data[:512]):
            raise WrongType(f"This is {what}. Attach {READABLE}.")
    if data.startswith(b"\xff\xd8\xff") or data[8:12] == b"WEBP":
        raise WrongType(f"This is a picture. Attach {READABLE}.")
