"""What was foreseen of a run, for the cards."""

from typing import Any


def estimate_json(
    *, low: str = "0.08", high: str = "0.14", calls: dict[str, tuple[str, str]] | None = None
) -> dict[str, Any]:
    """`calls`: a seat's letter, or "judge" or "writer", and its range."""
    rows = []
    for place, (call_low, call_high) in (calls or {"A": ("0.01", "0.02")}).items():
        is_seat = len(place) == 1
        rows.append(
            {
                "role": "seat" if is_seat else place,
                "seat": place if is_seat else "",
                "model": "openrouter:m",
                "cost_usd": {"low": call_low, "high": call_high},
                "seconds": {"low": 1.0, "high": 2.0},
                "samples": 0,
            }
        )
    other = {"model": "openrouter:best", "cost_usd": None, "times": None}
    return {
        "cost_usd": {"low": low, "high": high},
        "seconds": {"low": 35.0, "high": 60.0},
        "unpriced": [],
        "calls": rows,
        "single": other,
        "repeated": other,
    }
