"""The usage of several turns as one."""

from decimal import Decimal

import pytest

from panels.providers.stream import UsageReported
from panels.tools.usage import sum_of_turns

ONE = UsageReported(tokens_in=10, tokens_out=5, cost_usd=Decimal("0.001"))


@pytest.mark.parametrize(
    ("turns", "total"),
    [
        ([], UsageReported()),
        ([ONE], ONE),
        ([ONE, ONE], UsageReported(tokens_in=20, tokens_out=10, cost_usd=Decimal("0.002"))),
        # Half a cost is no cost.
        (
            [ONE, UsageReported(tokens_in=1, tokens_out=1)],
            UsageReported(tokens_in=11, tokens_out=6),
        ),
        ([ONE, UsageReported()], UsageReported()),
        # A part that one turn does not mention is none of that turn's tokens.
        (
            [UsageReported(tokens_reasoning=3, tokens_cached=4), UsageReported(tokens_cached=1)],
            UsageReported(tokens_reasoning=3, tokens_cached=5),
        ),
        (
            [UsageReported(tokens_in=0, cost_usd=Decimal(0))] * 2,
            UsageReported(tokens_in=0, cost_usd=Decimal(0)),
        ),
    ],
)
def test_turns_are_summed_and_what_is_unknown_stays_unknown(turns, total):
    assert sum_of_turns(turns) == total
