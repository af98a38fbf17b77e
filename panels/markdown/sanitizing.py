"""The last gate before a page: only what our own renderer writes may pass.

The parser already treats HTML as text. This allow-list doesn't rely on it.
"""

import re

import nh3

LINK_SCHEMES = frozenset({"http", "https", "mailto"})
LINK_REL = "noopener noreferrer nofollow"

_TAGS = {
    "a", "blockquote", "br", "code", "del", "div", "em", "h3", "hr", "li", "ol",
    "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "rel", "target", "title", "class", "data-critique"},
    "div": {"class", "tabindex"},
    "h3": {"class"},
    "ol": {"start"},
    "pre": {"class", "tabindex"},
    "span": {"class"},
    "td": {"class"},
    "th": {"class"},
}
_EXTERNAL = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
#: An attribute is kept where its whole value fits.
_VALUES = {
    ("a", "href"): re.compile(r"(?:https?://|mailto:).*|#critique-\d+", re.I | re.S),
    ("a", "rel"): re.compile(re.escape(LINK_REL)),
    ("a", "target"): re.compile("_blank"),
    ("a", "class"): re.compile("cite"),
    ("a", "data-critique"): re.compile(r"\d+"),
    ("div", "class"): re.compile("table-wrap"),
    ("div", "tabindex"): re.compile("0"),
    ("h3", "class"): re.compile("level-[1-6]"),
    ("ol", "start"): re.compile(r"\d{1,9}"),
    ("pre", "class"): re.compile("code"),
    ("pre", "tabindex"): re.compile("0"),
    ("span", "class"): re.compile(r"[a-z][a-z0-9]{0,2}( [a-z][a-z0-9]{0,2})*"),
    ("td", "class"): re.compile("align-(?:center|right)"),
    ("th", "class"): re.compile("align-(?:center|right)"),
}


def sanitize(html: str) -> str:
    # A broken stream can leave half of a surrogate pair, which is not valid UTF-8.
    return nh3.clean(
        html.encode("utf-8", "replace").decode(),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept_value,
        url_schemes=set(LINK_SCHEMES),
        link_rel=None,
    )


def is_external_link(address: str) -> bool:
    return _EXTERNAL.match(address) is not None


def _kept_value(tag: str, attribute: str, value: str) -> str | None:
    allowed = _VALUES.get((tag, attribute))
    if allowed is None:
        return value if (tag, attribute) == ("a", "title") else None
    return value if allowed.fullmatch(value) else None
