from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ReadingLimits:
    """What a document may cost us: a small upload can unpack to gigabytes."""

    most_bytes: int = 20 * 1024 * 1024
    most_pages: int = 1_000
    most_unpacked_bytes: int = 100 * 1024 * 1024
    #: Of text, after reading.
    most_characters: int = 5_000_000
