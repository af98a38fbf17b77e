import socket
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels import embedding
from panels.embedding import cosines, embed


def test_gives_one_normalised_row_per_text():
    rows = embed(["Keep checkout inside the monolith.", "Split it."])

    assert rows.shape == (2, 256)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_gives_no_rows_for_no_texts():
    assert embed([]).shape == (0, 256)


@pytest.mark.parametrize("nothing", ["", "   ", "\n"])
def test_an_empty_text_is_near_nothing_and_raises_no_warning(nothing):
    rows = embed([nothing, "checkout"])

    assert np.isfinite(rows).all()
    assert float(cosines(rows[:1], rows[1:])[0, 0]) <= 1


def test_broken_text_is_embedded_all_the_same():
    assert np.isfinite(embed(["half a character: \ud83d"])).all()


def test_sentences_that_say_the_same_are_nearer_than_others():
    same, other, far = embed(
        [
            "The rollback plan needs a database restore.",
            "To roll back, the database has to be restored.",
            "Buttons should have readable labels.",
        ]
    )

    assert same @ other > 0.5
    assert same @ far < 0.35


def test_a_row_does_not_depend_on_its_neighbours():
    alone = embed(["Split checkout."])
    among = embed(["A much longer sentence about something else altogether.", "Split checkout."])

    assert alone[0] == pytest.approx(among[1], abs=1e-6)


def test_cosines_compare_every_row_with_every_row():
    left, right = embed(["checkout", "orders"]), embed(["checkout", "orders", "payment"])

    assert cosines(left, right).shape == (2, 3)
    assert float(cosines(left, right)[0, 0]) == pytest.approx(1, abs=1e-5)


def test_loads_the_weights_without_the_network(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    embedding._loaded_model.cache_clear()

    assert embed(["offline"]).shape == (1, 256)


def test_first_callers_at_the_same_time_load_it_once(monkeypatch):
    embedding._loaded_model.cache_clear()
    rows: list = []
    start = threading.Barrier(4)

    def ask():
        start.wait()
        rows.append(embed(["together"]))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(rows) == 4
    assert embedding._loaded_model.cache_info().misses == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_every_row_has_length_one_or_nought(texts):
    lengths = np.linalg.norm(embed(texts), axis=1)

    assert all(length == pytest.approx(1, abs=1e-4) or length == 0 for length in lengths)
