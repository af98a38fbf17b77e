from dataclasses import dataclass

from panels.documents.errors import EmptyDocument, EncryptedDocument, TooLarge, WrongType
from panels.documents.limits import ReadingLimits
from panels.documents.names import extension
from panels.documents.plain import clean_text, decode
from panels.documents.sniffing import READABLE, looks_like_html, sniff

_MARKDOWN = frozenset({"md", "markdown", "mdown", "mkd"})
HTML_ENDINGS = frozenset({"html", "htm", "xhtml"})
#: What a file must be when it is called so.
_PROMISED = {"pdf": "PDF", "docx": "Word document"}


@dataclass(frozen=True)
class ReadDocument:
    """`kind` is one of markdown, text, pdf, docx, html, pasted."""

    kind: str
    text: str
    word_count: int


def read_document(name: str, data: bytes, limits: ReadingLimits | None = None) -> ReadDocument:
    """The text of a file.

    :raises UnreadableDocument: its message says what to do instead.
    """
    limits = limits or ReadingLimits()
    if not data:
        raise EmptyDocument("This file is empty.")
    if len(data) > limits.most_bytes:
        raise TooLarge(
            f"This file is larger than {_megabytes(limits)}. Attach the part that matters."
        )
    kind, text = _read(extension(name), data, limits)
    return _finished(kind, text, limits)


def read_pasted(text: str, limits: ReadingLimits | None = None) -> ReadDocument:
    """:raises UnreadableDocument:"""
    return _finished("pasted", text, limits or ReadingLimits())


# Parsers are imported where they are needed, in the process apart: a server that loads them all
# starts a fifth later and keeps megabytes that it never uses.


def _read(ending: str, data: bytes, limits: ReadingLimits) -> tuple[str, str]:
    found = sniff(data)
    if found == "pdf":
        from panels.documents.pdf import read_pdf

        return "pdf", read_pdf(data, limits)
    if found == "zip":
        from panels.documents.docx import read_docx

        return "docx", read_docx(data, limits)
    if found == "old_office":
        raise _old_office(ending)
    if found == "rtf":
        raise WrongType(f"Rich Text isn't read here. Save it as {READABLE}.")
    if ending in _PROMISED:
        raise WrongType(
            f"This file is called .{ending} but is not a {_PROMISED[ending]}. "
            f"Attach {READABLE}, under its own name."
        )
    return _read_text(ending, decode(data))


def _read_text(ending: str, text: str) -> tuple[str, str]:
    if ending in HTML_ENDINGS or looks_like_html(text):
        from panels.documents.html import read_html

        return "html", read_html(text)
    return ("markdown" if ending in _MARKDOWN else "text"), text


def _old_office(ending: str) -> EncryptedDocument | WrongType:
    if ending == "docx":  # Word wraps a document with a password into the old container.
        return EncryptedDocument(
            "This Word document opens with a password only. Save it without one."
        )
    return WrongType("This is an old Office file (.doc, .xls, .ppt). Save it as DOCX or PDF.")


def _finished(kind: str, text: str, limits: ReadingLimits) -> ReadDocument:
    text = clean_text(text)
    if not text.strip():
        raise EmptyDocument("There is no text in this document.")
    if len(text) > limits.most_characters:
        raise TooLarge(
            f"This document has {len(text):,} characters; at most {limits.most_characters:,} are "
            "read. Attach the part that matters."
        )
    return ReadDocument(kind, text, len(text.split()))


def _megabytes(limits: ReadingLimits) -> str:
    return f"{limits.most_bytes / 1024 / 1024:.0f} MB"
