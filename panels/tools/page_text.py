"""A fetched body → its title and its text. Slow and hungry for a large page: see `page_apart`."""

import codecs
import json
import re
from dataclasses import dataclass

from panels.documents.errors import TooLarge as DocumentTooLarge
from panels.documents.errors import UnreadableDocument
from panels.documents.html import read_html
from panels.documents.limits import ReadingLimits
from panels.documents.pdf import read_pdf
from panels.documents.plain import clean_text, decode
from panels.documents.sniffing import looks_like_html
from panels.tools.errors import NoTextFound, TooLarge, TypeRefused

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
PDF_TYPE = "application/pdf"
MOST_TITLE_CHARACTERS = 300
#: Finding the main text takes time that grows faster than the page.
MOST_HTML_FOR_MAIN_TEXT = 1_000_000
#: What comes behind this is not read; neither is a title behind that.
MOST_HTML = 2_000_000
MOST_HTML_FOR_TITLE = 50_000
_JSON_TYPE = re.compile(r"application/(?:[\w.-]+\+)?json")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,1000}?)</title", re.I | re.S)
#: Encodings of Python's that no page is in.
_ODD_CODECS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"})

_SENTENCES = {
    "too_large": "This page has more text than is read here.",
    "encrypted": "This PDF opens with a password only.",
    "no_text": "This PDF holds pictures of pages and no text.",
    "encoding": "This doesn't look like text.",
}


@dataclass(frozen=True)
class PageText:
    title: str
    text: str


def check_type(content_type: str) -> str:
    """The media type without parameters; "" where the server said none.

    :raises TypeRefused: for what is no text.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    is_text = media_type.startswith("text/") or media_type in HTML_TYPES | {PDF_TYPE, ""}
    if not is_text and not _JSON_TYPE.fullmatch(media_type):
        raise TypeRefused(f"Pages, text, JSON and PDF are read here, not {media_type[:60]}.")
    return media_type


def page_text(body: bytes, content_type: str, url: str, limits: ReadingLimits) -> PageText:
    """`url` is where it came from, for the links on it.

    :raises FetchRefused: NoTextFound, TooLarge, TypeRefused.
    """
    try:
        page = _read(body, content_type, url, limits)
    except DocumentTooLarge as error:
        raise TooLarge(_sentence(error)) from None
    except UnreadableDocument as error:
        raise NoTextFound(_sentence(error)) from None
    text = clean_text(page.text)
    if not text.strip():
        raise NoTextFound("There is no text on this page; perhaps a script writes it.")
    title = " ".join(clean_text(page.title).split())
    return PageText(title[:MOST_TITLE_CHARACTERS], text[: limits.most_characters])


def _sentence(error: UnreadableDocument) -> str:
    """Its own words tell a person how to attach a document."""
    return _SENTENCES.get(error.code, "This page is broken and can't be read.")


def _read(body: bytes, content_type: str, url: str, limits: ReadingLimits) -> PageText:
    media_type = check_type(content_type)
    if media_type == PDF_TYPE or (not media_type and body.startswith(b"%PDF-")):
        return PageText("", read_pdf(body, limits))
    text = _decoded(body, content_type)
    if media_type in HTML_TYPES or (not media_type and looks_like_html(text)):
        return _html(text, url)
    if _JSON_TYPE.fullmatch(media_type):
        return PageText("", _json(text))
    return PageText("", text)


def _html(html: str, url: str) -> PageText:
    if len(html) <= MOST_HTML_FOR_MAIN_TEXT and (page := _main_text(html, url)):
        return page
    found = _TITLE.search(html[:MOST_HTML_FOR_TITLE])
    return PageText(read_html(found[1]) if found else "", read_html(html[:MOST_HTML]))


def _main_text(html: str, url: str) -> PageText | None:
    """The article without what stands around it, as trafilatura finds it; None where it doesn't."""
    # Loads half a second of language data, which only a first fetch should pay for.
    from trafilatura import bare_extraction

    try:
        document = bare_extraction(
            html,
            url=url,
            with_metadata=True,
            include_comments=False,
            include_tables=True,
            include_formatting=True,
            include_links=True,
        )
    except Exception:  # It raises whatever a strange page leads to.
        return None
    text = getattr(document, "text", None)
    return PageText(getattr(document, "title", None) or "", text) if text else None


def _json(text: str) -> str:
    """Laid out for reading where it can be; as it came where it is no JSON after all."""
    try:
        return json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _decoded(body: bytes, content_type: str) -> str:
    """By what the server says, by what the page says of itself, or by its bytes."""
    said = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", content_type, re.I)
    written = _META_CHARSET.search(body[:2048])
    for name in (said and said[1], written and written[1].decode("ascii", "replace")):
        if name and _is_text_codec(name):
            return body.decode(name, errors="replace")
    return decode(body)


def _is_text_codec(name: str) -> bool:
    try:
        known = codecs.lookup(name).name
        b"a".decode(known)
    except (LookupError, ValueError):
        return False
    return known.replace("-", "_") not in _ODD_CODECS
