from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest

from panels.documents import ReadDocument, ReadingLimits, read_document
from panels.documents.errors import (
    BrokenDocument,
    EmptyDocument,
    EncryptedDocument,
    TooLarge,
    UnreadableDocument,
    WrongType,
)

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def make_docx(fill) -> bytes:
    document = docx.Document()
    fill(document)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def make_zip(**parts) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return target.getvalue()


def test_headings_lists_and_tables_are_kept():
    def fill(document):
        document.add_heading("Plan", 1)
        document.add_paragraph("First the ledger.")
        document.add_heading("Steps", 2)
        document.add_paragraph("Copy", style="List Bullet")
        document.add_paragraph("Compare", style="List Bullet")
        document.add_paragraph("One", style="List Number")
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ("Risk", "Owner", "Refunds", "a|b"), strict=True):
            cell.text = text

    assert read_document("plan.docx", make_docx(fill)) == ReadDocument(
        "docx",
        "# Plan\n\nFirst the ledger.\n\n## Steps\n\n- Copy\n- Compare\n\n1. One\n\n"
        "| Risk | Owner |\n|---|---|\n| Refunds | a\\|b |",
        24,
    )


def test_pictures_are_dropped():
    def fill(document):
        document.add_paragraph("Before")
        document.add_picture(BytesIO(PNG))
        document.add_paragraph("After")

    assert read_document("a.docx", make_docx(fill)).text == "Before\n\nAfter"


def test_a_word_document_without_text_is_empty():
    with pytest.raises(EmptyDocument):
        read_document("a.docx", make_docx(lambda document: None))


@pytest.mark.parametrize("name", ["a.docx", "a.zip", "a.xlsx", "a"])
def test_another_archive_is_refused(name):
    with pytest.raises(WrongType, match="an archive, not a Word document"):
        read_document(name, make_zip(xl__workbook_xml="<x/>"))


def test_old_word_is_refused():
    with pytest.raises(WrongType, match="old Office file"):
        read_document("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_a_docx_with_a_password_is_refused():
    with pytest.raises(EncryptedDocument, match="password only"):
        read_document("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_a_file_that_is_only_called_docx_is_refused():
    with pytest.raises(WrongType, match=r"called \.docx but is not a Word document"):
        read_document("a.docx", b"plain text")


@pytest.mark.parametrize(
    "data",
    [
        make_docx(lambda document: document.add_paragraph("x" * 5000))[:2000],
        b"PK\x03\x04 and then nothing",
        make_zip(word__document_xml="<not xml"),
        make_zip(word__document_xml="<w/>", _Content_Types__xml=CONTENT_TYPES),
    ],
)
def test_a_damaged_docx_is_refused(data):
    with pytest.raises(BrokenDocument):
        read_document("a.docx", data)


def test_an_archive_that_unpacks_to_far_more_is_refused_before_it_is_unpacked():
    bomb = make_zip(word__document_xml="a" * 2_000_000)
    assert len(bomb) < 10_000
    with pytest.raises(TooLarge, match="unpacks to far more"):
        read_document("a.docx", bomb, ReadingLimits(most_unpacked_bytes=1_000_000))


def test_an_archive_that_states_too_small_a_size_gains_nothing():
    bomb = bytearray(make_zip(word__document_xml="a" * 2_000_000))
    honest, lie = (2_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")
    with pytest.raises(UnreadableDocument):
        read_document("a.docx", bytes(bomb).replace(honest, lie))


def test_entities_that_multiply_are_refused():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<!DOCTYPE x [<!ENTITY e0 "lol">{levels}]><w:document xmlns:w="w">&e9;</w:document>'
    good = make_docx(lambda document: document.add_paragraph("x"))
    target = BytesIO()
    with ZipFile(BytesIO(good)) as source, ZipFile(target, "w", ZIP_DEFLATED) as copy:
        for part in source.infolist():
            is_main = part.filename == "word/document.xml"
            copy.writestr(part.filename, xml if is_main else source.read(part))
    with pytest.raises(BrokenDocument):
        read_document("a.docx", target.getvalue())


def test_an_archive_with_a_password_is_refused():
    data = bytearray(make_zip(word__document_xml="<w/>"))
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    with pytest.raises(EncryptedDocument):
        read_document("a.docx", bytes(data))


def test_a_broken_archive_says_so():
    with pytest.raises(BrokenDocument, match="archive can't be opened"):
        read_document("a.docx", b"PK\x03\x04 and then nothing")
