"""Puts hostile text between delimiters that it cannot know and cannot imitate.

    <<<ANSWER Q63 9f2c…>>>
    …
    <<<END Q63 9f2c…>>>

The nonce is random per prompt. A run of three or more angle brackets inside the text is shown in
its full-width form, which reads the same and closes nothing; `quotes.py` folds it back.
"""

import random
import re

_RUN = re.compile(r"<{3,}|>{3,}")
_WIDE = str.maketrans("<>", "＜＞")


def make_nonce(rng: random.Random) -> str:
    """16 hexadecimal digits."""
    return f"{rng.getrandbits(64):016x}"


def fence(text: str, *, opening: str, closing: str, nonce: str) -> str:
    """`opening` such as "ANSWER Q63", `closing` such as "Q63"."""
    return f"<<<{opening} {nonce}>>>\n{defused(text)}\n<<<END {closing} {nonce}>>>"


def defused(text: str) -> str:
    return _RUN.sub(lambda run: run[0].translate(_WIDE), text)
