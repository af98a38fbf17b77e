"""Why an answer ended, in the protocol's words. Pure.

Google's endpoint passes its own words through in capitals, those of its filters among them
(ai.google.dev/api/generate-content#FinishReason; github.com/HKUDS/Vibe-Trading/pull/308).
"""

#: The reasons that mean: this is the answer.
ANSWERED = frozenset({"stop", "length", "tool_calls", "function_call"})
FILTERED = "content_filter"

_IN_OTHER_WORDS = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "SAFETY": FILTERED,
    "RECITATION": FILTERED,
    "BLOCKLIST": FILTERED,
    "PROHIBITED_CONTENT": FILTERED,
    "SPII": FILTERED,
}


def in_plain_words(reason: str) -> tuple[str, str]:
    """The protocol's word, and the vendor's own where that is another, else ""."""
    plain = _IN_OTHER_WORDS.get(reason, reason)
    return plain, "" if plain == reason else reason
