"""The ledger says what the vendor's own log says, to the last digit, and nothing unlisted is asked.

One run with everything that makes bills go wrong: a retry, a cut stream, a judge, two syntheses.
"""

from collections import Counter
from decimal import Decimal

from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import CallRole, CallState, CostSource, RunState, Verdict
from panels.engine.request_synthesis import request_synthesis
from panels.engine.retrying import RetryPolicy
from panels.engine.review import Reviewer, decide
from panels.models import Run
from panels.panel import Judge
from panels.providers.scripts import Script
from panels.web.planned_calls import models_of, plan_calls
from tests.engine.paid_room import PaidRoom, paid, paid_panel
from tests.engine.test_judging import blind_spot, reply

__all__ = ["paid"]

ANSWER = "Move the writes behind an outbox first, and measure for two weeks before the split."
PANEL = paid_panel("ABC", max_tokens=None, judge=Judge(model="openrouter:judge"))


async def one_of_everything(paid: PaidRoom) -> Run:
    paid.vendor.prices = {"judge": ("0.000015", "0.000075"), "c": ("0.00000007", "0.00000028")}
    paid.scripts(
        a=Script(status=429, retry_after_seconds=0, then=Script(text=ANSWER)),
        b=Script(
            text=ANSWER,
            tokens_per_second=200,
            fault="cut",
            fault_after_tokens=5,
            then=Script(text=f"{ANSWER} And name an owner."),
        ),
        c=ANSWER,
        judge=reply(blind_spot(), blind_spot("Nobody owns the rollback")),
        writer=Script(text="# Outbox\n\nDo it [C1].", then=Script(text="# Again\n\nYes [C1].")),
    )
    paid.retry()
    await paid.list_prices()
    run = await paid.start(PANEL)
    await paid.finish(run)
    for _ in range(2):
        await sync_to_async(accept_and_ask)(run)
        await paid.dispatcher.launch(run.pk)
        await paid.finish(run)
    await paid.dispatcher.costs.drain()
    return run


def accept_and_ask(run: Run) -> None:
    run.refresh_from_db()
    now = timezone.now()
    decide(run, 1, Reviewer(name="Ada", user_id=run.owner_id), now=now, verdict=Verdict.ACCEPTED)
    request_synthesis(run, requested_by="Ada", now=now)


def place(call: object) -> str:
    return f"{call.role} {call.seat}".strip()


async def test_the_ledgers_total_is_the_vendors_own_log(paid: PaidRoom) -> None:
    run = await paid.snapshot(await one_of_everything(paid))
    assert run.state == RunState.DONE
    assert Counter(map(place, run.calls)) == {
        "seat A": 2,
        "seat B": 2,
        "seat C": 1,
        "judge": 1,
        "writer": 2,
    }
    assert not run.has_unknown_cost
    assert run.cost_usd == paid.vendor.total_usd > 0
    assert run.cost_usd == sum((call.cost_usd for call in run.calls), Decimal(0))


async def test_each_row_is_a_line_of_the_log_and_says_whence_its_cost_is_known(
    paid: PaidRoom,
) -> None:
    run = await paid.snapshot(await one_of_everything(paid))
    charged = Counter((f"openrouter:{c.slug}", c.cost_usd) for c in paid.vendor.log)
    assert Counter((call.model_asked, call.cost_usd) for call in run.calls) == charged
    first_a, first_b = (run.answers[place].attempts[0] for place in (0, 1))
    assert (first_a.cost_source, first_a.cost_usd) == (CostSource.REFUSED, 0)
    assert (first_b.state, first_b.cost_source) == (CallState.FAILED, CostSource.REPORTED)
    others = {call.cost_source for call in run.calls if call not in (first_a, first_b)}
    assert others == {CostSource.ESTIMATED}


async def test_nothing_is_in_the_log_that_the_new_run_page_did_not_list(paid: PaidRoom) -> None:
    await one_of_everything(paid)
    plan = plan_calls(PANEL, paid.dispatcher.tools.registry)
    listed = Counter(row.model for row in plan.calls)
    asked = Counter(f"openrouter:{charge.slug}" for charge in paid.vendor.log)
    assert set(asked) == models_of(plan.calls)
    # Beyond that: as many retries as the page says, and a synthesis whenever one is asked for.
    most = 1 + RetryPolicy().most_retries_per_call
    for model, times in asked.items():
        assert times <= listed[model] * most
    paid_for = [path for path in paid.vendor.asked if not path.startswith("GET ")]
    assert len(paid_for) == len(paid.vendor.log)


async def test_what_each_call_was_reserved_for_was_enough(paid: PaidRoom) -> None:
    run = await one_of_everything(paid)
    rows = await sync_to_async(_reserved)(run)
    assert all(cost <= reserved for reserved, cost in rows)


def _reserved(run: Run) -> list[tuple[Decimal, Decimal]]:
    asked = run.calls.exclude(role=CallRole.WRITER)
    return [(call.reserved_usd, call.cost_usd) for call in asked]
