import asyncio

from panels.engine.text_writer import COMMIT_INTERVAL_SECONDS, Piece, TextWriter


class Disk:
    def __init__(self) -> None:
        self.batches: list[list[Piece]] = []
        self.is_broken = False

    async def save(self, pieces: list[Piece]) -> None:
        if self.is_broken:
            raise OSError("disk full")
        self.batches.append(pieces)


async def test_all_calls_new_text_is_stored_together_and_joined() -> None:
    disk = Disk()
    writer = TextWriter(disk.save)
    for word in ("one ", "two "):
        writer.append(1, word)
        writer.append(2, word.upper())
    writer.append(1, "hm", is_reasoning=True)
    assert disk.batches == []
    await asyncio.sleep(COMMIT_INTERVAL_SECONDS * 1.5)
    assert disk.batches == [[(1, False, "one two "), (2, False, "ONE TWO "), (1, True, "hm")]]


async def test_text_that_comes_later_is_stored_in_a_later_batch() -> None:
    disk = Disk()
    writer = TextWriter(disk.save)
    writer.append(1, "first")
    await writer.flush()
    writer.append(1, "second")
    await writer.flush()
    await writer.flush()
    assert disk.batches == [[(1, False, "first")], [(1, False, "second")]]


async def test_a_finished_calls_pending_text_is_dropped_and_the_others_stays() -> None:
    disk = Disk()
    writer = TextWriter(disk.save)
    writer.append(1, "gone")
    writer.append(1, "gone", is_reasoning=True)
    writer.append(2, "kept")
    writer.forget(1)
    await writer.flush()
    assert disk.batches == [[(2, False, "kept")]]


async def test_a_failing_disk_does_not_stop_the_next_checkpoint() -> None:
    disk = Disk()
    disk.is_broken = True
    writer = TextWriter(disk.save)
    writer.append(1, "lost")
    await asyncio.sleep(COMMIT_INTERVAL_SECONDS * 1.5)
    disk.is_broken = False
    writer.append(1, "stored")
    await asyncio.sleep(COMMIT_INTERVAL_SECONDS * 1.5)
    assert disk.batches == [[(1, False, "stored")]]
