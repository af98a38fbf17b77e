import re

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from panels.exports import export_markdown
from panels.exports.inert import fenced, one_line, quoted
from tests.exports.sample import make_full_run
from tests.factories import make_run

#: As permissive as the renderers that people use: HTML and bare addresses come alive in it.
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

FULL = """\
# Split checkout?

- State: Done (quorum)
- Preset: Mine
- Started: 2026-11-20 12:00:00 UTC
- Finished: –
- Run: 0b5b1c9e-0000-4000-8000-000000000001
- About the judge: unreadable

## Question

```text
Should we?
```

## Documents

- adr-014.md (4,812 words)

## Panel

| Seat | Persona | Model | Temperature | Most tokens | Reasoning |
|---|---|---|---|---|---|
| A | SRE | scripted:a | default | default | default |
| B | Seat B | scripted:b | 0.2 | 900 | default |

Persona of seat A:

```text
Look at nights.
```

Judge: scripted:judge

- Is there a rollback?

Writer: scripted:writer

```text
Be brief.
```

## Answers

### A · SRE

scripted:a, answered by other: done

It was shown 640 of 4,812 words of the documents.

```text
# Split it

Now.
```

Attempt 1, which does not count:

scripted:a: interrupted

```text
Half an
```

### B · Seat B

scripted:b: failed (rate\\_limited): Try later

## Critiques

### C1 · Writes

Contradiction, found by the judge

> It matters.

- A: split “Now.” (verified)
- B “Never said” (unverified: not found in the answer)

**Accepted** by Ada, side with B, 2026-11-20 12:00:00 UTC

> First
> second

### C2 · Critique 2

Blind spot, found by the judge

**Rejected**, 2026-11-20 12:00:00 UTC

### C3 · Critique 3

Remark, by Grace

**Open**

### C4 · Critique 4

Consensus, found by the local judge

**Open**

## Synthesis

### Version 1

Asked for by Ada, 2026-11-20 12:00:00 UTC

Written from:

- C1 · Writes (side with B)

Rejected: C2

scripted:: done

```text
Split it [C1].
```

## Ledger

| # | Role | Asked | Answered | Waited | Streamed | Tokens in | Tokens out | Cost | Outcome |
|--:|---|---|---|--:|--:|--:|--:|--:|---|
| 1 | Seat A | scripted:a | – | 0.0 s | 0.0 s | – | – | unknown | interrupted |
| 2 | Seat A, attempt 2 | scripted:a | other | 1.0 s | 4.0 s | 1,200 | 300 | \
$0.00410 (reported by the provider) | done |
| 3 | Seat B | scripted:b | – | 0.0 s | 0.0 s | – | – | unknown | \
failed (rate\\_limited): Try later |
| 4 | Judge | scripted: | – | 0.0 s | 0.0 s | – | – | unknown | done |
| 5 | Writer | scripted: | – | 0.0 s | 0.0 s | – | – | unknown | done |
| | **Total** | | | 5.0 s in all | | 1,200 | 300 | $0.00410 | |

The total leaves out calls whose cost is not known.
"""


def test_everything_is_in_the_file():
    assert export_markdown(make_full_run()) == FULL


def test_a_run_without_anything_exports():
    exported = export_markdown(make_run(texts={}, question="", title=""))
    assert exported.startswith("# Untitled run\n")
    assert exported.endswith("## Ledger\n\nNo calls.\n")


def test_the_tour_says_that_it_is_scripted():
    assert "every answer comes from a script" in export_markdown(make_run(is_tour=True))


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\n# Forged heading",
    "\n\n## Critiques\n\n### C1 · Forged",
    "\r# Forged heading",
    "\u2028# Forged heading",
    "\nForged\n===",
    "[click](javascript:alert(1))",
    "[click](https://evil.example)",
    "![pixel](https://evil.example/p.png)",
    "<https://evil.example>",
    "[x]: https://evil.example\n\n[x]",
    "\n```\n# Forged\n<script>alert(1)</script>\n",
    "\n`````text\n~~~\n",
    " ``` ",
    " | forged | cell |\n|---|---|",
    "\n\n---\n\n",
    "\n> forged quote",
    "\n- forged item",
    "\n1. forged item",
    "&lt;script&gt;",
    "\\",
    "\\`",
    "**bold** _it_ ~~s~~ `c`",
    "\n    indented\n\n\tcode",
    "<!-- comment",
    "<details><summary>",
    "\u202eevil",
    "\0",
]


def structure(markdown):
    """Headings, tables, lists and everything else that isn't text, in order."""
    soup = BeautifulSoup(READER.render(markdown), "html.parser")
    return [tag.name for tag in soup.find_all(True) if tag.name != "p"]


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_text_forges_nothing(evil):
    html = READER.render(export_markdown(make_full_run(evil)))
    soup = BeautifulSoup(html, "html.parser")
    assert not soup.find_all(["script", "img", "a", "iframe", "svg", "details", "em", "s"])
    assert not [tag for tag in soup.find_all(True) if set(tag.attrs) - {"class", "style"}]
    headings = [tag.get_text() for tag in soup.find_all(re.compile("h[1-6]"))]
    assert len(headings) == 15
    assert not [heading for heading in headings if heading.startswith("Forged")]
    assert structure(export_markdown(make_full_run(evil))) == structure(FULL)


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_text_still_says_what_it_said(evil):
    markdown = one_line(f"before {evil} after")
    soup = BeautifulSoup(READER.render(markdown), "html.parser")
    shown = "".join(c if c.isprintable() else " " for c in f"before {evil} after")
    assert soup.get_text().strip() == " ".join(shown.split())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain, with (signs) + more - and 5 > 3!", "plain, with (signs) + more - and 5 \\> 3!"),
        ("# title", "\\# title"),
        ("12. item", "12\\. item"),
        ("+ item", "\\+ item"),
        ("=== under", "\\=== under"),
        ("see https://a.b and www.c.d or e@f.g", "see https\\://a.b and www\\.c.d or e\\@f.g"),
        ("two\nlines", "two lines"),
        ("", ""),
    ],
)
def test_one_line(text, line):
    assert one_line(text) == line


@pytest.mark.parametrize("text", ["x", "```", "````\n```\n`", "~~~", "a\n\n    b", "", "`" * 9])
def test_a_fence_is_longer_than_any_inside(text):
    [token] = READER.parse(fenced(text))
    assert (token.type, token.content.rstrip("\n")) == ("fence", text)


def test_a_note_is_quoted_line_by_line():
    assert quoted("one\n\n# two") == "> one\n>\n> \\# two"
