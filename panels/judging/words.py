"""Words as the local judge compares them."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_][^\W_]*(?:[-'’_./][^\W_]+)*|\d+(?:[.,]\d+)*")

_FUNCTION_WORDS = """
a about above across after again against all almost along already also although always am among an
and any anyone anything are as at be became because been before being below between both but by
came can cannot could did do does doing done down during each either else enough even ever every
everyone everything few first for from further gets give given gives go goes going got had has
have having he her here him his how however i if in into is it its itself just last least less let
lets like made make makes making many may me mean means might mine more most much must my need
needs neither never next no nobody none nor not nothing now of off often on once one only onto or
other others our out over own per rather really s said same say says second see seem seems set
several shall she should since so some something soon still such take takes than that the their
them themselves then there therefore these they thing things third this those though three through
thus to today together too two under until up upon us use used uses using very want wants was way
we well were what when where whether which while who whole whom whose why will with within without
would yet you your zero don doesn didn isn aren wasn won t re ve ll d m answer answers deal deals
cover covers name names treat treats
"""
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())


def words(text: str) -> list[str]:
    """Lower-case words and numbers, in order."""
    return [match[0].lower().replace("’", "'") for match in _WORD.finditer(text)]


def content_words(text: str) -> list[str]:
    """The words that carry the subject, each once, in order, as they are written."""
    return list(dict.fromkeys(w for w in words(text) if w not in STOP_WORDS and not w[0].isdigit()))


def stem(word: str) -> str:
    """So that splits, splitting and split are one word. Crude: only for comparing."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "es", "ed", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    if len(word) > 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word.rstrip("e") if len(word) > 4 else word


def stems(some_words: Iterable[str]) -> set[str]:
    return {stem(word) for word in some_words}
