"""A refusal that came as an answer: “I'm sorry, but I can't help with that.” Pure.

Vendors report most refusals as such; this is for the models that only say so. It must never take an
answer away, so it asks for all of: the whole answer is short, it opens with a phrase of refusing,
and it does not speak of what is missing. “I can't answer this without the traffic figures” is a
review, and so is “I can't help but notice …”. Longer refusals, and those in other languages, pass
as answers: the judge and people read them.
"""

import re

#: A refusal with a reason and an offer fits; a review does not.
MOST_CHARACTERS = 400

_SORRY = (
    r"(?:(?:i'm|i am|we're|we are)\s+(?:\w+\s+)?sorry|sorry|i apologi[sz]e|my apologies|"
    r"unfortunately|as an ai(?: language model| assistant)?|thank you for (?:asking|your question))"
)
_CAN_NOT = (
    r"(?:i|we)(?:'m| am|'re| are)?\s+(?:can't|cannot|can not|won't|will not|unable to|"
    r"not able to|not comfortable|not allowed to|not permitted to|not going to)"
)
#: What is refused: help as such, or “that”, and never a thing of its own.
_THAT = r"(?:that|this|it|these|those|such|your (?:request|question)|the request)"
_HELP = r"(?:help|helping|assist|assisting|be of help|be of assistance|comply|fulfil+ your request)"
_DO = (
    r"(?:help|assist|answer|discuss|do|provide|create|write|generate|produce|share|review|"
    r"complete|continue|fulfil+|support|engage (?:with|in)|take part in|participate in|"
    r"comply with|respond to|work on|talk about)(?:ing)?"
)
_REFUSES = re.compile(
    rf"(?:{_SORRY}[\s,.:;!–—-]*(?:but\s+)?)*"
    rf"(?:{_CAN_NOT}\s+(?:{_HELP}\b(?!\s+(?:but|\w+ing)\b)|(?:{_DO})\s+(?:you\s+)?(?:with\s+)?{_THAT}\b)"
    r"|(?:i|we)(?:'ll)?\s+(?:must|have to|need to|will have to|am going to have to)\s+"
    r"(?:respectfully\s+|politely\s+)?(?:decline|refuse)\b"
    r"|i(?:'d| would)? (?:respectfully )?(?:decline|refuse) to (?:answer|help|assist|discuss)\b"
    r"|(?:this|that|your) (?:request|question|topic) (?:violates|goes against|is against)\b"
    r"|(?:my|our) (?:guidelines|policies|policy|safety guidelines) (?:do not|don't|does not) allow)"
)
_SPEAKS_OF_WHAT_IS_MISSING = re.compile(
    r"\b(?:without|until|unless|document|missing|lacks?|absent|not enough|insufficient|"
    r"more (?:context|information|details?)|attach(?:ed|ment)?|figures?|data|measurements?)\b"
)


def is_spoken_refusal(answer: str) -> bool:
    """Whether the whole of a finished answer is a refusal."""
    if len(answer.strip()) > MOST_CHARACTERS:
        return False
    text = " ".join(answer.replace("’", "'").casefold().split()).lstrip("*_#>\"“'` ")
    return bool(_REFUSES.match(text)) and not _SPEAKS_OF_WHAT_IS_MISSING.search(text)
