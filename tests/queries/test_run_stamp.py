"""The stamp of a run differs whenever its page would, and costs the same for a long run."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from panels.models import Call, Critique, Decision, Run, ShareLink, Synthesis, TextPiece, ToolStep
from panels.queries.run_stamp import load_run_stamp

NOW = timezone.now()


@pytest.fixture
def run(db: None) -> Run:
    owner = User.objects.create(username="owner")
    run = Run.objects.create(owner=owner, created_at=NOW, started_at=NOW, state="panel")
    Call.objects.create(run=run, role="seat", seat="A", model_asked="m", created_at=NOW)
    Critique.objects.create(
        run=run, number=1, kind="remark", origin="person", title="T", created_at=NOW
    )
    return run


def call_of(run: Run) -> Call:
    return run.calls.get()


def decide(run: Run) -> None:
    Decision.objects.create(
        critique=run.critiques.get(), verdict="accepted", reviewer_name="Ada", created_at=NOW
    )


def add_step(run: Run) -> None:
    ToolStep.objects.create(call=call_of(run), number=1, tool="web_search", began_at=NOW)


def end_call(run: Run) -> None:
    Call.objects.filter(run=run).update(state="done", finished_at=NOW, text="Yes.")


CHANGES: dict[str, Callable[[Run], object]] = {
    "the run moves on": lambda run: Run.objects.filter(pk=run.pk).update(state="judging"),
    "it gets a title": lambda run: Run.objects.filter(pk=run.pk).update(title="Split?"),
    "it waits at a cap": lambda run: Run.objects.filter(pk=run.pk).update(hold="run_cap"),
    "a call ends": end_call,
    "a cost becomes known": lambda run: run.calls.update(cost_usd="0.01", cost_source="reported"),
    "a call is queued": lambda run: Call.objects.create(
        run=run, role="judge", model_asked="m", created_at=NOW
    ),
    "a critique is found": lambda run: Critique.objects.create(
        run=run, number=2, kind="remark", origin="person", title="T", created_at=NOW
    ),
    "somebody decides": decide,
    "a synthesis is asked for": lambda run: Synthesis.objects.create(
        run=run, version=1, requested_by="Ada", created_at=NOW
    ),
    "a tool is used": add_step,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_facts_differ_once(run: Run, change: Callable[[Run], object]) -> None:
    before = load_run_stamp(run.pk)
    assert load_run_stamp(run.pk) == before
    change(run)
    after = load_run_stamp(run.pk)
    assert after.facts != before.facts
    assert after.access == before.access


def test_a_revoked_link_and_a_deleted_run_change_who_may_watch(run: Run) -> None:
    ShareLink.objects.create(run=run, token_hash="h", scope="view", created_at=NOW)
    before = load_run_stamp(run.pk)
    ShareLink.objects.update(revoked_at=NOW)
    revoked = load_run_stamp(run.pk)
    Run.objects.update(deleted_at=NOW)
    deleted = load_run_stamp(run.pk)
    assert len({before.access, revoked.access, deleted.access}) == 3
    assert before.facts == revoked.facts == deleted.facts


def test_text_that_streams_changes_only_its_length(run: Run) -> None:
    before = load_run_stamp(run.pk)
    call = call_of(run)
    for text, is_reasoning in (("Grüße ", False), ("hm", True), ("you", False)):
        TextPiece.objects.create(call=call, text=text, is_reasoning=is_reasoning)
    after = load_run_stamp(run.pk)
    assert (before.lengths, after.lengths) == ({}, {call.pk: (9, 2)})
    assert (after.facts, after.access) == (before.facts, before.access)


def test_it_takes_four_queries_and_reads_no_text(run: Run) -> None:
    for number in range(2, 9):
        Critique.objects.create(
            run=run, number=number, kind="remark", origin="person", title="T", created_at=NOW
        )
        TextPiece.objects.create(call=call_of(run), text="word " * 50)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        load_run_stamp(run.pk)
    assert len(queries) == 4
    assert not any('"question"' in q["sql"] or '"body"' in q["sql"] for q in queries)
    assert not any('"panels_call"."text"' in q["sql"] for q in queries)
