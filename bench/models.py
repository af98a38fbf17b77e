"""What the upstream's models say, and how long that takes by itself."""

import json
from dataclasses import asdict, dataclass

FIRST_TOKEN_SECONDS = 0.3


@dataclass(frozen=True, kw_only=True)
class Model:
    """`tokens` stamped ones (`stamps.py`), or the words of `text`.

    `paragraph`: so many tokens make one. `is_marked_up` sprinkles Markdown over them.
    `hangs_after`: the stream falls silent after so many tokens.
    """

    tokens: int = 200
    tokens_per_second: float = 50.0
    first_token_seconds: float = FIRST_TOKEN_SECONDS
    paragraph: int = 40
    is_marked_up: bool = False
    text: str = ""
    hangs_after: int | None = None

    @property
    def token_count(self) -> int:
        return len(self.text.split()) if self.text else self.tokens

    @property
    def seconds(self) -> float:
        """From the request to the last token, by itself."""
        return self.first_token_seconds + (self.token_count - 1) / self.tokens_per_second


def _judges_reply() -> str:
    points = ("rollback is not described", "load is guessed", "nobody owns the move")
    why = "None of the answers says who does it, when, by which sign it is seen to go wrong, and "
    critiques = [
        {"why": f"{why * 2}so {point}.", "kind": "blind_spot", "title": point, "stances": []}
        for point in points
    ]
    return json.dumps({"critiques": critiques})


#: 8 seats of 200 tokens at 50 a second, first token after 300 ms; judge and writer likewise.
SEAT = Model()
WRITER = Model()
JUDGE = Model(text=_judges_reply(), tokens_per_second=50.0)
#: 2,000 tokens at 100 a second, in paragraphs of 40, with markup.
LONG_SEAT = Model(tokens=2_000, tokens_per_second=100.0, is_marked_up=True)

#: What the bench's upstream knows, by slug.
MODELS = {
    "seat": SEAT,
    "judge": JUDGE,
    "writer": WRITER,
    "long": LONG_SEAT,
    "brief": Model(tokens=20, tokens_per_second=100.0, first_token_seconds=0.05),
    "hanging": Model(hangs_after=20),
    "endless": Model(tokens=30_000, tokens_per_second=50.0),
    #: One paragraph without an end: the whole of it is drawn anew at each flush.
    "torrent": Model(tokens=20_000, tokens_per_second=100.0, paragraph=20_000),
    "essay": Model(tokens=5_000, tokens_per_second=0, first_token_seconds=0, is_marked_up=True),
}


def models_as_json() -> str:
    return json.dumps({slug: asdict(model) for slug, model in MODELS.items()})


#: What a whole standard run takes upstream: the seats together, then the judge, then the writer.
RUN_SECONDS = SEAT.seconds + JUDGE.seconds + WRITER.seconds
