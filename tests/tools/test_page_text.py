"""Bodies → titles and texts."""

from io import BytesIO

import pytest
from pypdf import PdfWriter

from panels.documents.limits import ReadingLimits
from panels.tools import page_text as module
from panels.tools.errors import NoTextFound, TooLarge, TypeRefused
from panels.tools.page_text import PageText, check_type, page_text

LIMITS = ReadingLimits(most_pages=3, most_characters=20_000)
URL = "https://site.example/dir/page"
SENTENCE = "The ledger of orders moves first, because everything else depends on it being right. "


def read(body: bytes | str, content_type: str = "text/html") -> PageText:
    body = body.encode() if isinstance(body, str) else body
    return page_text(body, content_type, URL, LIMITS)


def article(main: str) -> str:
    return (
        "<html><head><title>A &amp; B | Site</title></head><body>"
        "<nav><ul><li><a href='/x'>Menu</a></li></ul></nav>"
        f"<article><h1>The move</h1>{main}</article>"
        "<footer>Imprint and cookies</footer></body></html>"
    )


def test_the_article_is_read_without_what_stands_around_it():
    page = read(article(f"<p>{SENTENCE * 3}</p><p>{SENTENCE}</p>"))
    assert page.title == "The move"
    assert page.text.startswith("# The move")
    assert page.text.count("The ledger of orders moves first") == 4
    assert "Menu" not in page.text
    assert "cookies" not in page.text


def test_links_are_kept_and_made_absolute():
    page = read(article(f"<p>{SENTENCE * 2} See <a href='../next?a=1'>the next part</a>.</p>"))
    assert "[the next part](https://site.example/next?a=1)" in page.text


def test_tables_are_kept():
    rows = "<table><tr><th>Stage</th><th>Proof</th></tr><tr><td>Back-fill</td><td>Sums</td></tr>"
    page = read(article(f"<p>{SENTENCE * 2}</p>{rows}</table>"))
    assert "| Back-fill | Sums |" in page.text


def test_a_page_without_an_article_is_read_plainly(monkeypatch):
    monkeypatch.setattr(module, "_main_text", lambda html, url: None)
    head = "<head><title>Short\n &lt;one&gt;</title></head>"
    page = read(f"{head}<h1>Head</h1><p>Words.</p><script>x</script>")
    assert page == PageText("Short <one>", "# Head\n\nWords.")


def test_a_large_page_is_read_plainly_because_finding_the_article_takes_too_long(monkeypatch):
    def never(html, url):
        raise AssertionError("asked for the main text")

    monkeypatch.setattr(module, "_main_text", never)
    monkeypatch.setattr(module, "MOST_HTML_FOR_MAIN_TEXT", 100)
    assert read(f"<p>{SENTENCE * 2}</p>").text == (SENTENCE * 2).strip()


def test_a_page_on_which_the_finder_fails_is_read_plainly(monkeypatch):
    def broken(*args, **options):
        raise RuntimeError("strange page")

    monkeypatch.setattr("trafilatura.bare_extraction", broken)
    assert read("<p>Words.</p>").text == "Words."


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("größer".encode("latin-1"), "text/plain; charset=ISO-8859-1"),
        ("größer".encode("latin-1"), 'text/plain; charset="latin1"'),
        ("größer".encode("utf-16"), "text/plain"),
        ("größer".encode(), "text/plain; charset=utf-8"),
        ("größer".encode(), "text/plain; charset=no-such-code"),
        ("größer".encode(), "text/plain; charset=idna"),
        ("größer".encode(), "text/plain; charset=rot13"),
        ("größer".encode(), "text/plain; charset=hex"),
        ("größer".encode(), "text/plain; charset=unicode_escape"),
        ("größer".encode("cp1252"), "text/plain"),
    ],
)
def test_the_encoding_is_what_the_server_says_or_what_the_bytes_show(body, content_type):
    assert read(body, content_type) == PageText("", "größer")


def test_the_encoding_may_be_written_in_the_page():
    body = "<meta charset='windows-1251'><p>Привет</p>".encode("windows-1251")
    assert read(body).text == "Привет"


def test_bytes_that_fit_no_encoding_are_replaced_where_one_was_promised():
    assert read(b"gr\xf6\xdfer", "text/plain; charset=utf-8").text == "gr\ufffd\ufffder"


@pytest.mark.parametrize(
    ("body", "content_type", "sentence"),
    [
        (b"", "text/plain", "There is no text on this page; perhaps a script writes it."),
        (b" \n ", "text/html", "There is no text on this page; perhaps a script writes it."),
        (bytes(range(256)) * 9, "text/plain", "This doesn't look like text."),
        (b"%PDF-1.7 rubbish", "application/pdf", "This page is broken and can't be read."),
        (b"%PDF-1.7 rubbish", "", "This page is broken and can't be read."),
    ],
)
def test_what_cannot_be_read_says_why_in_words_for_a_model(body, content_type, sentence):
    with pytest.raises(NoTextFound) as caught:
        read(body, content_type)
    assert str(caught.value) == sentence


def pdf_of(pages: int, password: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=100, height=100)
    if password:
        writer.encrypt(password)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_pdfs_are_held_to_their_limits():
    with pytest.raises(TooLarge, match="more text than is read here"):
        read(pdf_of(4), "application/pdf")
    with pytest.raises(NoTextFound, match="pictures of pages and no text"):
        read(pdf_of(1), "application/pdf")
    with pytest.raises(NoTextFound, match="opens with a password only"):
        read(pdf_of(1, password="secret"), "application/pdf")


def test_the_text_of_a_pdf_is_read(monkeypatch):
    monkeypatch.setattr(module, "read_pdf", lambda body, limits: "Page one.\x00\r\n\r\nPage two.")
    assert read(b"%PDF-", "application/pdf") == PageText("", "Page one.\n\nPage two.")


def test_text_has_an_end_and_so_has_a_title():
    assert len(read("x" * 30_000, "text/plain").text) == 20_000
    assert len(read(f"<title>{'t' * 900}</title><p>Words.</p>").title) == 300


def test_nesting_without_end_ends():
    with pytest.raises(NoTextFound, match="broken"):
        read("<div>" * 5000 + "deep" + "</div>" * 5000)


@pytest.mark.parametrize(
    ("content_type", "media_type"),
    [
        ("text/html; charset=utf-8", "text/html"),
        ("TEXT/Plain", "text/plain"),
        ("application/feed+json", "application/feed+json"),
        ("", ""),
    ],
)
def test_a_type_is_read_without_its_parameters(content_type, media_type):
    assert check_type(content_type) == media_type


@pytest.mark.parametrize("content_type", ["image/svg+xml", "application/jsonx", "text", "a/b/c"])
def test_other_types_are_refused(content_type):
    with pytest.raises(TypeRefused, match="Pages, text, JSON and PDF are read here, not "):
        check_type(content_type)
