"""Styles and scripts over HTTP, and what of a page is compressed."""

import gzip
import re
from pathlib import Path

import pytest
from django.templatetags.static import static
from django.test import Client

from panels.web.static_files import catalogue

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "templates").rglob("*.html"))
_SCRIPT = re.compile(r"""type="module" src="\{% static '([^']+)' %\}""")
ENTRIES = sorted({name for page in PAGES for name in _SCRIPT.findall(page.read_text())})


def test_a_file_that_a_page_names_may_be_kept_for_good() -> None:
    answer = Client().get(static("panels/css/site.css"))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in answer
    assert (
        answer.content
        == (ROOT / "static/panels/css/tokens.css").read_bytes()
        + (ROOT / "static/panels/css/base.css").read_bytes()
    )


def test_a_browser_that_takes_gzip_gets_it() -> None:
    answer = Client().get(static("panels/vendor/htmx.js"), headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Content-Length"] == str(len(answer.content))
    source = (ROOT / "static/panels/vendor/htmx.js").read_bytes()
    assert gzip.decompress(answer.content) == source


def test_asking_for_the_head_gets_no_body() -> None:
    answer = Client().head(static("panels/css/site.css"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer["Content-Length"]) > 10_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/static/panels/css/site.css",
        "/static/panels/css/site.000000000000.css",
        "/static/../fusionweb/settings.py",
        "/static/",
    ],
)
def test_nothing_else_is_there(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_a_name_that_does_not_exist_is_an_error_of_the_template() -> None:
    with pytest.raises(ValueError, match=r"There is no static file “panels/nope.css”\."):
        static("panels/nope.css")


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_page_brings_the_messages_along(entry: str) -> None:
    script = catalogue().files[catalogue().paths[entry]].body.decode()
    assert script.count("export ") == 0
    assert script.count('document.getElementById("messages")') == 1


@pytest.mark.django_db
def test_a_page_is_compressed_and_padded_at_random() -> None:
    """The length of the padding differs, so a length seen on the wire says little (BREACH)."""
    pages = [Client().get("/sign-in/", headers={"accept-encoding": "gzip"}) for _ in range(12)]
    assert {page["Content-Encoding"] for page in pages} == {"gzip"}
    assert "Sign in" in gzip.decompress(pages[0].content).decode()
    assert len({len(page.content) for page in pages}) > 1
