import pytest

from panels.markdown import plain_text


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("", ""),
        ("One.\n\nTwo.", "One.\nTwo."),
        ("# Title\nText", "Title\nText"),
        ("**bold** and *italic* and ~~gone~~", "bold and italic and gone"),
        ("two\nlines", "two lines"),
        ("two  \nlines", "two\nlines"),
        ("see [the plan](https://a.b/c)", "see the plan"),
        ("<https://a.b>", "https://a.b"),
        ("![a *red* box](https://a.b/c.png)", "a red box"),
        ("run `make test`", "run make test"),
        ("```sh\nmake\n  test\n```", "make\n  test"),
        ("    indented", "indented"),
        ("- a\n- b\n  - c", "a\nb\nc"),
        ("1. a\n\n2. b", "a\nb"),
        ("> quoted **text**", "quoted text"),
        ("| a | b |\n|---|---|\n| 1 | **2** |", "a b\n1 2"),
        ("a <b>tag</b> &amp; 1 < 2", "a <b>tag</b> & 1 < 2"),
        (r"\*not emphasis\*", "*not emphasis*"),
        ("one\r\n\r\ntwo", "one\ntwo"),
        ("---", ""),
    ],
)
def test_what_a_reader_reads(markdown, plain):
    assert plain_text(markdown) == plain


def test_a_quote_that_spans_formatting_is_found():
    answer = "We should **avoid [dual writes](https://a.b)**: they `diverge`."
    assert "avoid dual writes: they diverge." in plain_text(answer)
