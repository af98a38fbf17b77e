"""`{{label_of:some snippet}}` in a script: the label under which the judge sees that snippet.

Labels are drawn anew for every call, so a scripted judge can't know them beforehand.
"""

import re
from typing import Any

#: How a judge's prompt shows an answer: a label, and a mark that is random per call.
ANSWER_BLOCK = re.compile(
    r"<<<ANSWER (?P<label>\w+) (?P<mark>\w+)>>>(?P<text>.*?)<<<END (?P=label) (?P=mark)>>>",
    re.DOTALL,
)
_LABEL_OF = re.compile(r"\{\{label_of:(?P<snippet>.*?)\}\}", re.DOTALL)


class SnippetNotFound(ValueError):
    """No section of the prompt holds the snippet."""


def fill_labels(text: str, body: dict[str, Any]) -> str:
    """:raises SnippetNotFound: with a sentence for the script's author."""
    if "{{label_of:" not in text:
        return text
    blocks = [
        (match["label"], plain(match["text"])) for match in ANSWER_BLOCK.finditer(prompt_of(body))
    ]

    def label(match: re.Match[str]) -> str:
        snippet = plain(match["snippet"])
        for name, block in blocks:
            if snippet in block:
                return name
        raise SnippetNotFound(f"No answer in the prompt holds “{match['snippet']}”.")

    return _LABEL_OF.sub(label, text)


def prompt_of(body: dict[str, Any]) -> str:
    """What all messages of a request say."""
    contents = (message.get("content") for message in body.get("messages", []))
    return "\n".join(content for content in contents if isinstance(content, str))


def plain(text: str) -> str:
    """For comparing: without case, and with single spaces."""
    return " ".join(text.split()).lower()
