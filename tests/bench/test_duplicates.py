from typing import Any

from bench.duplicates import Duplicates


def asked(run: str, slug: str, *, finished_at: float | None = 1.0) -> dict[str, Any]:
    return {"run": run, "slug": slug, "finished_at": finished_at}


def test_a_finished_call_that_is_asked_again_is_a_duplicate() -> None:
    duplicates = Duplicates()
    duplicates.take([asked("r", "seat-A"), asked("r", "seat-B"), asked("r", "seat-A")])
    assert (duplicates.asked, duplicates.found) == (3, ["seat-A of run r"])


def test_a_call_that_was_cut_may_be_asked_again() -> None:
    duplicates = Duplicates()
    duplicates.take([asked("r", "seat-A", finished_at=None), asked("r", "seat-A")])
    assert duplicates.found == []


def test_what_the_ideal_asks_is_not_ours() -> None:
    duplicates = Duplicates()
    duplicates.take([asked("ideal-1", "judge"), asked("ideal-1", "judge")])
    assert (duplicates.asked, duplicates.found) == (0, [])
