import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.snapshot import AcceptedCritique
from panels.writing.receipt import Receipt, read_receipt


def accepted(*numbers: int) -> list[AcceptedCritique]:
    return [AcceptedCritique(number=n, title=f"Critique {n}") for n in numbers]


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("Keep it. [C1]", (1,)),
        ("Keep it [C1, C2].", (1, 2)),
        ("Keep it [C2][C1].", (2, 1)),
        ("Keep it [C1; C2].", (1, 2)),
        ("Keep it [C1]. Really [C1].", (1,)),
        ("# Keep it [C1]\n\n- and **this [C2]**\n", (1, 2)),
        ("| a |\n|---|\n| b [C1] |", (1,)),
        ("> quoted [C2]", (2,)),
        ("Keep it [C12].", ()),
        ("Keep it C1 (C2).", ()),
        ("Keep it [c1] [C] [C-1] [1].", ()),
        ("", ()),
    ],
)
def test_citations_are_read_from_the_text(text, used):
    assert read_receipt(text, accepted(1, 2), []).used == used


@pytest.mark.parametrize(
    "text",
    ["`[C1]`", "```\n[C1]\n```", "    [C1]\n", "``a [C1] b``", "[see [C1] here](https://x.test)"],
)
def test_what_is_code_or_a_link_is_no_citation(text):
    assert read_receipt(text, accepted(1), []) == Receipt(missing=(1,))


def test_everything_is_accounted_for():
    receipt = read_receipt("a [C2] b [C7] c [C4] d [C9]", accepted(1, 2, 3), [4, 5])

    assert receipt == Receipt(used=(2,), missing=(1, 3), rejected_cited=(4,), unknown_cited=(7, 9))
    assert not receipt.is_clean


@pytest.mark.parametrize(
    ("text", "is_clean"),
    [("[C1] [C2]", True), ("[C1]", False), ("[C1] [C2] [C4]", False), ("[C1] [C2] [C9]", False)],
)
def test_a_clean_receipt_has_every_accepted_critique_and_no_other(text, is_clean):
    assert read_receipt(text, accepted(1, 2), [4]).is_clean is is_clean


def test_what_was_accepted_after_all_is_not_rejected():
    assert read_receipt("[C1]", accepted(1), [1]) == Receipt(used=(1,))


def test_without_critiques_there_is_nothing_to_account_for():
    assert read_receipt("Plain text.", [], []) == Receipt()


@given(st.sets(st.integers(1, 9)), st.sets(st.integers(1, 9)), st.lists(st.integers(1, 12)))
def test_every_number_lands_in_exactly_one_place(asked, rejected, cited):
    text = " ".join(f"word [C{n}]" for n in cited)
    receipt = read_receipt(text, accepted(*sorted(asked)), sorted(rejected))
    seen = [*receipt.used, *receipt.rejected_cited, *receipt.unknown_cited]

    assert sorted(seen) == sorted(set(cited))
    assert set(receipt.missing) == asked - set(cited)


@given(st.text(max_size=200))
def test_every_text_either_uses_an_accepted_critique_or_misses_it(text):
    receipt = read_receipt(text, accepted(1), [2])
    assert len(receipt.used) + len(receipt.missing) == 1
