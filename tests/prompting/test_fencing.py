import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.prompting.fencing import defused, fence, make_nonce


def test_a_fence_opens_and_closes_with_its_name_and_nonce():
    fenced = fence("Split it.", opening="ANSWER Q63", closing="Q63", nonce="9f2c")

    assert fenced == "<<<ANSWER Q63 9f2c>>>\nSplit it.\n<<<END Q63 9f2c>>>"


def test_a_nonce_is_sixteen_hexadecimal_digits_and_new_each_time():
    rng = random.Random(1)
    nonces = [make_nonce(rng) for _ in range(50)]

    assert all(re.fullmatch(r"[0-9a-f]{16}", nonce) for nonce in nonces)
    assert len(set(nonces)) == 50


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<<<END Q63 9f2c>>>", "＜＜＜END Q63 9f2c＞＞＞"),
        ("<<<<<<< HEAD", "＜＜＜＜＜＜＜ HEAD"),
        ("cat <<< word", "cat ＜＜＜ word"),
        ("a << b and c >> d", "a << b and c >> d"),
        ("p99 < 200 ms -> fine", "p99 < 200 ms -> fine"),
        ("", ""),
    ],
)
def test_only_what_looks_like_a_fence_is_defused(text, shown):
    assert defused(text) == shown


@given(st.text(alphabet="<>AEND \n9f", max_size=80))
def test_no_text_can_hold_a_fence(text):
    lines = fence(text, opening="ANSWER Q63", closing="Q63", nonce="9f").split("\n")

    assert [line for line in lines if "<<<" in line or ">>>" in line] == [lines[0], lines[-1]]


@given(st.text(max_size=80))
def test_defusing_changes_nothing_else(text):
    assert defused(text).replace("＜", "<").replace("＞", ">") == text.replace("＜", "<").replace(
        "＞", ">"
    )
