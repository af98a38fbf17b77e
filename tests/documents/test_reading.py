import codecs

import pytest

from panels.documents import (
    ReadDocument,
    ReadingLimits,
    UnreadableDocument,
    errors,
    read_document,
    read_pasted,
    safe_name,
)
from panels.documents.errors import (
    BrokenDocument,
    EmptyDocument,
    TooLarge,
    UnknownEncoding,
    WrongType,
)


@pytest.mark.parametrize(
    ("name", "data", "kind", "text"),
    [
        ("a.md", b"# Title\n\nText", "markdown", "# Title\n\nText"),
        ("A.MARKDOWN", b"x", "markdown", "x"),
        ("a.txt", b"one\r\ntwo\rthree\n", "text", "one\ntwo\nthree"),
        ("a.py", b"import os\n", "text", "import os"),
        ("noending", b"text", "text", "text"),
        ("a.html", b"<p>Hi</p>", "html", "Hi"),
        ("a.txt", b"<!DOCTYPE html><html><p>Hi</p></html>", "html", "Hi"),
        ("a.md", b"a <b>tag</b> in Markdown", "markdown", "a <b>tag</b> in Markdown"),
        ("a.txt", b"MZ is how programs begin", "text", "MZ is how programs begin"),
        ("a.txt", b"page one\fpage two", "text", "page one\n\npage two"),
        ("a.txt", b"bell\x07 and escape\x1b[0m " + b"x" * 300, "text", None),
    ],
)
def test_text_is_read_by_kind(name, data, kind, text):
    read = read_document(name, data)
    assert read.kind == kind
    assert text is None or read.text == text
    assert not set(read.text) & {"\x07", "\x1b", "\0"}


@pytest.mark.parametrize(
    "data",
    [
        "Größe: 5 €".encode(),
        codecs.BOM_UTF8 + "Größe: 5 €".encode(),
        "Größe: 5 €".encode("utf-16"),
        codecs.BOM_UTF16_BE + "Größe: 5 €".encode("utf-16-be"),
        "Größe: 5 €".encode("utf-16-le"),
        "Größe: 5 €".encode("utf-16-be"),
        "Größe: 5 €".encode("utf-32"),
        "Größe: 5 €".encode("cp1252"),
    ],
)
def test_text_is_read_in_the_usual_encodings(data):
    assert read_document("a.txt", data).text == "Größe: 5 €"


def test_words_are_counted():
    assert read_document("a.md", b"# One two\n\nthree") == ReadDocument(
        "markdown", "# One two\n\nthree", 4
    )


@pytest.mark.parametrize(
    ("name", "data", "error", "says"),
    [
        ("a.md", b"", EmptyDocument, "file is empty"),
        ("a.md", b" \n\t\n", EmptyDocument, "no text"),
        ("a.html", b"<script>x</script>", EmptyDocument, "no text"),
        ("a.md", b"\xef\xbb\xbf", EmptyDocument, "no text"),
        ("a.md", b"\x89PNG\r\n\x1a\n\0\0", WrongType, "PNG picture"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n\0\0", WrongType, "PNG picture"),
        ("a.txt", b"\xff\xd8\xff\xe0\0\x10JFIF", WrongType, "JPEG picture"),
        ("a.txt", b"RIFF\0\0\0\0WEBPVP8 ", WrongType, "picture"),
        ("a.exe", b"MZ\x90\0\x03\0\0\0", WrongType, "Windows program"),
        ("a.md", b"\x7fELF\x02\x01\x01\0", WrongType, "a program"),
        ("a.tgz", b"\x1f\x8b\x08\0\0\0\0", WrongType, "gzip archive"),
        ("a.rtf", rb"{\rtf1\ansi Hello}", WrongType, "Rich Text"),
        ("a.bin", bytes(range(256)) * 4, UnknownEncoding, "doesn't look like text"),
        ("a.txt", b"abc\0\x01\x02\x03\x04\x05\x06", UnknownEncoding, "Save it as UTF-8"),
        ("a.html", b"<div>" * 20_000 + b"x", BrokenDocument, "nested too deeply"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(name, data, error, says):
    with pytest.raises(error, match=says):
        read_document(name, data)


def test_size_is_bounded():
    with pytest.raises(TooLarge, match="larger than 1 MB"):
        read_document("a.txt", b"x" * 1_048_577, ReadingLimits(most_bytes=1_048_576))


def test_characters_are_bounded():
    with pytest.raises(TooLarge, match="has 11 characters; at most 10"):
        read_document("a.txt", b"x" * 11, ReadingLimits(most_characters=10))


def test_every_error_has_a_code_of_its_own():
    classes = [value for value in vars(errors).values() if isinstance(value, type)]
    assert len({cls.code for cls in classes}) == len(classes)
    assert all(issubclass(cls, UnreadableDocument) for cls in classes)


def test_pasted_text_is_cleaned():
    assert read_pasted("one\r\ntwo\0 \ud83d\n\n") == ReadDocument("pasted", "one\ntwo ?", 3)


@pytest.mark.parametrize("text", ["", " \n "])
def test_pasted_nothing_is_refused(text):
    with pytest.raises(EmptyDocument):
        read_pasted(text)


def test_pasted_text_is_bounded():
    with pytest.raises(TooLarge):
        read_pasted("x" * 11, ReadingLimits(most_characters=10))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("adr-014.md", "adr-014.md"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\plan.docx", "plan.docx"),
        ("a\0b\nc.md", "a b c.md"),
        ("evil\u202efdp.exe", "evil fdp.exe"),
        ("", "Unnamed file"),
        ("..", "Unnamed file"),
        ("folder/", "Unnamed file"),
        ("<script>.md", "<script>.md"),
        ("x" * 300 + ".md", "x" * 196 + "….md"),
        ("x" * 300, "x" * 199 + "…"),
        ("x." + "y" * 300, "x." + "y" * 197 + "…"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert safe_name(name) == safe
    assert len(safe) <= 200
