import re
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

#: Pygments has 600 lexers, and many take quadratic or cubic time on code that was written for it:
#: 3,000 blanks as `systemd` cost a minute, and meanwhile nobody's text streams. These hold, within
#: the two limits below (`tests/markdown/test_highlighting.py`).
LANGUAGES = frozenset({
    "bash", "c", "c++", "console", "cpp", "css", "diff", "docker", "dockerfile", "elixir", "go",
    "golang", "graphql", "haskell", "html", "http", "ini", "javascript", "js", "json", "jsx",
    "kotlin", "lua", "nginx", "perl", "php", "postgresql", "powershell", "proto", "protobuf", "py",
    "python", "python3", "r", "rb", "rs", "ruby", "rust", "scala", "scss", "sh", "shell", "sql",
    "swift", "toml", "ts", "tsx", "typescript", "udiff", "xml", "yaml", "yml", "zsh",
})  # fmt: skip
MOST_HIGHLIGHTED_CHARACTERS = 8_000
#: A line so long, or so much white space in a row, is no code that somebody reads for its colours.
_ODD = re.compile(r"[^\n]{500}|\s{100}")
_SPANS_ONLY = HtmlFormatter(nowrap=True)


def code_block(code: str, language: str = "") -> str:
    """A code block whose colours are classes (`static/panels/css/code.css`), never styles.

    Focusable, because a keyboard must be able to scroll a long line sideways.
    """
    return f'<pre class="code" tabindex="0"><code>{_highlighted(code, language)}</code></pre>\n'


def plain_code_block(code: str) -> str:
    return f'<pre class="code" tabindex="0"><code>{escape(code)}</code></pre>\n'


def _highlighted(code: str, language: str) -> str:
    if language.lower() not in LANGUAGES or len(code) > MOST_HIGHLIGHTED_CHARACTERS:
        return escape(code)
    if _ODD.search(code):
        return escape(code)
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return escape(code)
    return highlight(code, lexer, _SPANS_ONLY)
