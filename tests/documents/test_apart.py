"""Documents that were made to keep a reader busy are given up within their bounds."""

import pytest

from panels.documents import ReadingLimits, UnreadableDocument, read_document, read_document_apart
from panels.documents.errors import BrokenDocument, TooLarge
from panels.documents.reading_process import TOO_MUCH, ProcessLimits
from tests.documents.pdf_files import make_pdf
from tests.documents.test_docx import make_docx, make_zip

HURRY = ProcessLimits(seconds=2)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word_with(body: str) -> bytes:
    xml = f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return make_zip(word__document_xml=xml)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", make_pdf("Nine words stand on this page of the file")),
        ("a.docx", make_docx(lambda document: document.add_paragraph("Words"))),
        ("a.html", b"<h1>Title</h1><p>Words"),
        ("a.txt", b"<!doctype html><html><p>Words"),
        ("a.md", b"# Title"),
    ],
)
def test_it_reads_what_reading_right_here_reads(name, data):
    assert read_document_apart(name, data) == read_document(name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"%PDF-1.4 nothing"),
        ("a.docx", make_zip(other_xml="x")),
        ("a.html", b"<html></html>"),
        ("a.html", b"<![" * 1000),
        ("a.txt", b""),
        ("a.exe", b"MZ\0\0"),
    ],
)
def test_it_refuses_in_the_same_words(name, data):
    with pytest.raises(UnreadableDocument) as here:
        read_document(name, data)
    with pytest.raises(type(here.value)) as apart:
        read_document_apart(name, data)
    assert str(apart.value) == str(here.value)


def test_a_small_word_file_of_a_million_paragraphs_is_given_up():
    data = word_with("<w:p/>" * 1_000_000)
    assert len(data) < 30_000
    with pytest.raises(TooLarge, match=TOO_MUCH):
        read_document_apart("a.docx", data, process=HURRY)


def test_a_page_that_is_slow_to_parse_is_given_up():
    with pytest.raises(TooLarge, match=TOO_MUCH):
        read_document_apart("a.html", b"<p>" + b"</x " * 500_000, process=HURRY)


def test_a_document_that_takes_too_much_memory_is_given_up():
    little = ProcessLimits(seconds=20, memory_bytes=300 * 1024**2)
    with pytest.raises(TooLarge, match=TOO_MUCH):
        read_document_apart("a.docx", word_with("<w:p/>" * 500_000), process=little)


def test_too_many_bytes_are_refused_without_a_process():
    with pytest.raises(TooLarge, match="larger than"):
        read_document_apart("a.pdf", b"%PDF-" + b"x" * 100, ReadingLimits(most_bytes=50))


def test_a_process_that_dies_says_so(monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(BrokenDocument):
        read_document_apart("a.pdf", make_pdf("words"))
