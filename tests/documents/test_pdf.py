from zlib import compress

import pytest

from panels.documents import ReadDocument, ReadingLimits, read_document
from panels.documents.errors import (
    BrokenDocument,
    EncryptedDocument,
    NoTextInDocument,
    TooLarge,
    UnreadableDocument,
    WrongType,
)
from tests.documents.pdf_files import make_encrypted_pdf, make_pdf, make_scanned_pdf


def test_the_text_of_all_pages_is_read():
    data = make_pdf("Split checkout\nout of the monolith?", "No.")
    assert read_document("adr.pdf", data) == ReadDocument(
        "pdf", "Split checkout\nout of the monolith?\n\nNo.", 7
    )


def test_a_pdf_is_known_by_its_bytes_whatever_its_name():
    assert read_document("adr.txt", make_pdf("Text")).kind == "pdf"


def test_a_pdf_that_asks_for_a_password_is_refused():
    data = make_encrypted_pdf("Secret", user_password="hunter2")
    with pytest.raises(EncryptedDocument, match=r"password only\. Save it without one"):
        read_document("a.pdf", data)


def test_a_pdf_that_only_restricts_printing_is_read():
    assert read_document("a.pdf", make_encrypted_pdf("Open", user_password="")).text == "Open"


@pytest.mark.parametrize("pages", [1, 5])
def test_a_scan_is_refused_with_what_to_do(pages):
    with pytest.raises(NoTextInDocument, match=r"text recognition \(OCR\)"):
        read_document("scan.pdf", make_scanned_pdf(pages))


def test_a_scan_with_page_numbers_is_still_a_scan():
    with pytest.raises(NoTextInDocument):
        read_document("scan.pdf", make_pdf("1", "2", "3", "4"))


def test_a_file_that_is_only_called_pdf_is_refused():
    with pytest.raises(WrongType, match=r"called \.pdf but is not a PDF"):
        read_document("notes.pdf", b"Just some notes")


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7",
        b"%PDF-1.7\nnothing more",
        b"%PDF-1.4\n" + b"\xff" * 3000 + b"%%EOF",
        make_pdf("Text")[:200],
        make_pdf("Text").replace(b"/Type /Pages", b"/Type /Pagez").replace(b"/Kids", b"/Kidz"),
    ],
)
def test_a_damaged_pdf_is_refused(data):
    with pytest.raises((BrokenDocument, NoTextInDocument)):
        read_document("a.pdf", data)


def test_pages_are_bounded():
    with pytest.raises(TooLarge, match="has 3 pages; at most 2 are read"):
        read_document("a.pdf", make_pdf("a", "b", "c"), ReadingLimits(most_pages=2))


def test_text_is_bounded_while_it_is_read():
    with pytest.raises(TooLarge, match="too much text"):
        read_document("a.pdf", make_pdf("abcdef", "x"), ReadingLimits(most_characters=5))


def test_a_stream_that_unpacks_to_gigabytes_is_refused():
    packed = compress(b"\0" * 200_000_000, 9)
    data = make_pdf("Text").replace(b"stream\n", b"stream\n" + packed + b"\n", 1)
    data = data.replace(
        b"<< /Length ", b"<< /Filter /FlateDecode /Length %d /Old " % len(packed), 1
    )
    with pytest.raises(UnreadableDocument):
        read_document("a.pdf", data)
