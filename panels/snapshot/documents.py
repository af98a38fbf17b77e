from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DocumentSnapshot:
    id: int
    name: str
    kind: str
    text: str
    word_count: int
    size_bytes: int
