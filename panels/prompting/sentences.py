import re

_OPENING = re.compile(
    r"^(?:(?:first|second|third|fourth|fifth|sixth|also|finally|however|therefore|moreover|next"
    r"|additionally|furthermore|but|and|so|on \w+)(?:ly)?[,:]\s+|(?:but|and|so)\s+|\d+[.)]\s+)",
    re.IGNORECASE,
)


def standing_alone(sentence: str) -> str:
    """A sentence without what ties it to the one before: "Fifth, reserve late" → "Reserve late"."""
    bare = _OPENING.sub("", " ".join(sentence.split()))
    return bare[:1].upper() + bare[1:]


def first_words(text: str, most: int) -> str:
    said = text.split()
    return " ".join(said) if len(said) <= most else " ".join(said[:most]).rstrip(",;:") + "…"
