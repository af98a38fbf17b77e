"""Conditional text in a script: said only where the prompt of the request holds a snippet.

    {{when:one snippet | another}}…{{else:a third}}…{{else}}…{{end}}

The first branch whose snippet is in the prompt is said, and a branch may hold conditions of its
own. Case and white space don't count, and a snippet may name an answer with `{{label_of:…}}`.

The marks of a prompt's delimiters are random per call, so they are left out before anything is
looked for: `<<<CRITIQUE C3 9f2c…>>>` is found as `<<<CRITIQUE C3>>>`. Nothing between delimiters
can imitate that, since `fence` takes such brackets out of what others wrote.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from panels.providers.scripted_labels import SnippetNotFound, fill_labels, plain, prompt_of

_TAG = re.compile(
    r"\{\{(?P<word>when|else|end)"
    r"(?P<colon>:(?P<snippets>(?:\{\{label_of:[^{}]*\}\}|[^{}])*))?\}\}"
)
_BROKEN_TAG = re.compile(r"\{\{(?:when|else|end)\b.{0,30}", re.DOTALL)
_MARK = re.compile(r"(<<<[^<>\n]*) \w+>>>")
_OR = " | "


def fill_conditions(text: str, body: dict[str, Any]) -> str:
    if "{{when:" not in text:
        return text
    prompt = plain(_MARK.sub(r"\1>>>", prompt_of(body)))

    def holds(snippet: str) -> bool:
        try:
            return plain(fill_labels(snippet, body)) in prompt
        except SnippetNotFound:
            return False

    return "".join(_said(text, holds))


def check_conditions(text: str) -> None:
    """:raises ValueError: naming the tag that is wrong."""
    for _ in _said(text, lambda _: True):
        pass


@dataclass
class _Choice:
    """An open `{{when:…}}` at one of its branches."""

    tag: str
    is_reached: bool  # What surrounds it is said.
    is_said: bool
    is_made: bool  # This branch or one before it is said.
    is_at_else: bool = False


def _said(text: str, holds: Callable[[str], bool]) -> Iterator[str]:
    """The pieces of the text whose conditions hold."""
    choices: list[_Choice] = []
    end = 0
    for tag in _TAG.finditer(text):
        yield _piece(text[end : tag.start()], choices)
        end = tag.end()
        if tag["word"] == "when":
            choices.append(_opened(tag, holds, is_reached=_is_said(choices)))
        elif not choices:
            raise ValueError(f"“{tag[0]}” stands outside “{{{{when:…}}}}”.")
        elif tag["word"] == "else":
            _move_on(choices[-1], tag, holds)
        else:
            _close(choices, tag)
    yield _piece(text[end:], choices)
    if choices:
        raise ValueError(f"“{choices[-1].tag}” has no “{{{{end}}}}”.")


def _piece(text: str, choices: list[_Choice]) -> str:
    if broken := _BROKEN_TAG.search(text):
        raise ValueError(f"“{broken[0]}” is not a whole placeholder.")
    return text if _is_said(choices) else ""


def _is_said(choices: list[_Choice]) -> bool:
    return not choices or choices[-1].is_said


def _opened(tag: re.Match[str], holds: Callable[[str], bool], *, is_reached: bool) -> _Choice:
    is_said = any(holds(snippet) for snippet in _snippets(tag)) and is_reached
    return _Choice(tag=tag[0], is_reached=is_reached, is_said=is_said, is_made=is_said)


def _move_on(choice: _Choice, tag: re.Match[str], holds: Callable[[str], bool]) -> None:
    if choice.is_at_else:
        raise ValueError(f"“{tag[0]}” comes after the “{{{{else}}}}” of “{choice.tag}”.")
    choice.is_at_else = not tag["colon"]
    fits = choice.is_at_else or any(holds(snippet) for snippet in _snippets(tag))
    choice.is_said = choice.is_reached and fits and not choice.is_made
    choice.is_made = choice.is_made or choice.is_said


def _close(choices: list[_Choice], tag: re.Match[str]) -> None:
    if tag["colon"]:
        raise ValueError(f"“{tag[0]}” takes no snippet.")
    choices.pop()


def _snippets(tag: re.Match[str]) -> list[str]:
    snippets = (tag["snippets"] or "").split(_OR)
    if not all(snippet.strip() for snippet in snippets):
        raise ValueError(f"“{tag[0]}” names no snippet.")
    return snippets
