"""How many tokens a text is, without its model's tokenizer: a range, since tokenizers differ.

English prose is about 4 characters per token, from 3.3 to 4.9 by the tokenizer. Code and tables
have more tokens, and a character outside the Latin alphabet can be a fifth of a token or two of
them. So each kind of character has its own fewest and most tokens.
"""

import re
from math import ceil, floor

from panels.estimating.ranges import Range

#: Kind of character → the fewest and the most tokens that one is. The most come from a tokenizer of
#: 32,000 tokens, which tests measure by; the largest vocabularies make about a third fewer.
_TOKENS_PER_CHARACTER = (
    (re.compile(r"[A-Za-z]"), 0.22, 0.31),
    (re.compile(r"[0-9]"), 0.33, 1.25),
    (re.compile(r"[^\sA-Za-z0-9\u0080-\U0010ffff]"), 0.35, 1.1),
    (re.compile(r"\s"), 0.02, 0.15),
    (re.compile(r"[\u0080-\u08ff]"), 0.2, 1.2),
    (re.compile(r"[\u0900-\u1fff]"), 0.22, 1.4),
    (re.compile(r"[\u2000-\uffff]"), 0.5, 2.2),
    (re.compile(r"[\U00010000-\U0010ffff]"), 0.7, 4.5),
)


def tokens_in_text(text: str) -> Range[int]:
    low = high = 0.0
    for kind, fewest, most in _TOKENS_PER_CHARACTER:
        count = len(text) - len(kind.sub("", text))
        low += count * fewest
        high += count * most
    return Range(floor(low), ceil(high))
