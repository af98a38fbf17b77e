from io import BytesIO

from pypdf import PasswordType, PdfReader
from pypdf.errors import LimitReachedError

from panels.documents.errors import (
    BrokenDocument,
    EncryptedDocument,
    NoTextInDocument,
    TooLarge,
    UnreadableDocument,
)
from panels.documents.limits import ReadingLimits

#: Scans often carry a page number or a stamp as text; fewer words per page than this is a scan.
_FEWEST_WORDS_PER_PAGE = 3


def read_pdf(data: bytes, limits: ReadingLimits) -> str:
    """The text of all pages, a blank line between them.

    :raises UnreadableDocument:
    """
    try:
        return _read(PdfReader(BytesIO(data)), limits)
    except (UnreadableDocument, MemoryError):
        raise
    except LimitReachedError as error:
        raise TooLarge("This PDF unpacks to far more than its size. Attach it as text.") from error
    except Exception as error:  # pypdf raises whatever a malformed object leads to.
        raise BrokenDocument(
            "This PDF is damaged and can't be opened. Export it again, or attach it as text."
        ) from error


def _read(reader: PdfReader, limits: ReadingLimits) -> str:
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise EncryptedDocument(
            "This PDF opens with a password only. Save it without one and attach it again."
        )
    count = len(reader.pages)
    if count > limits.most_pages:
        raise TooLarge(
            f"This PDF has {count:,} pages; at most {limits.most_pages:,} are read. "
            "Attach the part that matters."
        )
    text = _text_of_pages(reader, limits)
    if len(text.split()) < (_FEWEST_WORDS_PER_PAGE * count if count > 2 else 1):
        raise NoTextInDocument(
            "This PDF holds pictures of pages and no text. "
            "Run text recognition (OCR) on it and attach the result."
        )
    return text


def _text_of_pages(reader: PdfReader, limits: ReadingLimits) -> str:
    pages: list[str] = []
    characters = 0
    for page in reader.pages:
        pages.append(page.extract_text().strip())
        characters += len(pages[-1])
        if characters > limits.most_characters:
            raise TooLarge("This PDF has too much text. Attach the part that matters.")
    return "\n\n".join(pages)
