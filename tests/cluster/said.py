"""What every model of a drill says: a text for each run and place, found nowhere else.

A run is known by the mark in its question (`mark_in`), so that one preset serves them all.
"""

import json
import re
from decimal import Decimal

from panels.providers.scripts import Script, ScriptedUsage

MODELS = ("a", "b", "c", "d", "judge", "writer")
SEATS = "ABCD"
COST_USD = Decimal("0.00125")
_MARK = re.compile(r"\[run (\w+)\]")


def question(mark: str) -> str:
    return f"[run {mark}] Should checkout leave the monolith before the summer sale?"


def mark_in(text: str) -> str:
    """ "" where nobody set one."""
    found = _MARK.search(text)
    return found[1] if found else ""


def text_of(mark: str, model: str, *, words: int) -> str:
    """Words that say where they belong, in paragraphs. A seat's are more than those of the one
    before: D says two and a half times as much as A, who says `words`."""
    if model == "judge":
        return _judgement(mark)
    if model == "writer":
        return f"Use an outbox [C1] here. {_words(mark, 'w', words)}"
    return _words(mark, model, words * (2 + MODELS.index(model)) // 2)


def titles(mark: str) -> list[str]:
    """Of the judge's critiques, in order."""
    return [f"{mark} writes twice or once", f"{mark} nobody owns retention", f"{mark} no rollback"]


def quotes(mark: str) -> list[str]:
    """What those critiques quote from the answers, word by word."""
    return [f"{mark}{model}1 {mark}{model}2" for model in "ab"]


def script(mark: str, model: str, *, words: int, tokens_per_second: float) -> Script:
    text = text_of(mark, model, words=words)
    tokens = len(text.split())
    return Script(
        text=text,
        # The judge has much to say, and the drill is about all of a run.
        tokens_per_second=tokens_per_second * (4 if model == "judge" else 1),
        first_token_seconds=0.2,
        served_model=model,
        usage=ScriptedUsage(tokens_in=100, tokens_out=tokens, cost_usd=COST_USD),
    )


def _words(mark: str, model: str, count: int) -> str:
    words = [f"{mark}{model}{number}" for number in range(count)]
    paragraphs = [" ".join(words[start : start + 12]) for start in range(0, count, 12)]
    return "\n\n".join(paragraphs)


def _judgement(mark: str) -> str:
    first, second, third = titles(mark)
    stances = [
        {
            "answer": f"{{{{label_of:{mark}{model}0 {mark}{model}1}}}}",
            "position": f"As {model} says",
            "quote": quote,
        }
        for model, quote in zip("ab", quotes(mark), strict=True)
    ]
    critiques = [
        {"kind": "contradiction", "title": first, "why": "It decides all.", "stances": stances},
        {"kind": "blind_spot", "title": second, "why": "It is the law.", "stances": []},
        {"kind": "blind_spot", "title": third, "why": "Nobody goes back.", "stances": []},
    ]
    return json.dumps({"critiques": critiques})
