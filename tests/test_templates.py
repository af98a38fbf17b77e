"""Rules that every template keeps, so that the strict policy never has to save us."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted((ROOT / "static/panels/js").glob("*.js"))
#: Where HTML that our own renderer made is put into a page as it is.
MAY_SAY_SAFE = {
    "_answer.html",
    "_changed.html",
    "_earlier.html",
    "_other_answers.html",
    "_version.html",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_script_style_or_handler(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"\shx-on\b", text)
    assert not re.search(r"javascript:|\bjs:", text)
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_only_rendered_markdown_is_taken_as_it_is(path: Path) -> None:
    text = path.read_text()
    assert "autoescape off" not in text
    assert "|safe" not in text or path.name in MAY_SAY_SAFE


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_compares_no_states_and_fetches_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\.(state|verdict|kind)\s*[!=]=", text)
    assert not re.search(r"""(src|href)\s*=\s*["'](https?:)?//""", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_is_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 130


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_is_short_and_makes_no_code_or_html_from_text(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 120
    assert not re.search(
        r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write", text
    )
