"""A run with one of everything, for the exports' tests."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from panels.panel import Judge, Writer
from panels.snapshot import (
    AcceptedCritique,
    AnswerSnapshot,
    DocumentSnapshot,
    RunSnapshot,
    SynthesisSnapshot,
)
from tests.factories import (
    NOW,
    make_call,
    make_critique,
    make_decision,
    make_panel,
    make_run,
    make_seat,
    make_stance,
)


def make_full_run(evil: str = "", **changes) -> RunSnapshot:
    """`evil` stands wherever a model, a file or a person can write."""
    panel = make_panel(
        seats=(
            make_seat("A", persona_name=f"SRE{evil}", persona=f"Look at nights.{evil}"),
            make_seat("B", temperature=0.2, max_tokens=900),
        ),
        judge=Judge(model="scripted:judge", rubric=(f"Is there a rollback?{evil}",)),
        writer=Writer(model="scripted:writer", instructions=f"Be brief.{evil}"),
    )
    cut = make_call(id=1, seat="A", text=f"Half an{evil}", state="interrupted")
    first = make_call(
        id=2, seat="A", attempt=2, text=f"# Split it\n\nNow.{evil}", model_served=f"other{evil}",
        tokens_in=1200, tokens_out=300, cost_usd=Decimal("0.00410"), cost_source="reported",
        words_shown=640, words_total=4812, first_token_at=NOW + timedelta(seconds=1),
        finished_at=NOW + timedelta(seconds=5),
    )  # fmt: skip
    second = make_call(
        id=3, seat="B", state="failed", error_code="rate_limited", error_detail=f"Try later{evil}",
        finish_reason="",
    )  # fmt: skip
    judge = make_call(id=4, seat="", role="judge", text=f"{{}}{evil}", labels={"X": "A"})
    writer = make_call(id=5, seat="", role="writer", text=f"Split it [C1].{evil}")
    values = {
        "title": f"Split checkout?{evil}",
        "question": f"Should we?{evil}",
        "state": "done",
        "reason": f"quorum{evil}",
        "judge_reason": f"unreadable{evil}",
        "preset_name": f"Mine{evil}",
        "panel": panel,
        "documents": (
            DocumentSnapshot(
                id=1, name=f"adr-014.md{evil}", kind="markdown", text="…", word_count=4812,
                size_bytes=30_000,
            ),
        ),
        "critiques": _critiques(evil),
        "syntheses": (
            SynthesisSnapshot(
                id=1, version=1, rejected=(2,), added=(), requested_by=f"Ada{evil}",
                created_at=NOW, call=writer,
                accepted=(AcceptedCritique(number=1, title=f"Writes{evil}", side="B", note="n"),),
            ),
        ),
    }  # fmt: skip
    run = make_run(**{**values, **changes})
    answers = (
        AnswerSnapshot(seat=panel.seats[0], call=first, attempts=(cut, first)),
        AnswerSnapshot(seat=panel.seats[1], call=second, attempts=(second,)),
    )
    return replace(run, calls=(cut, first, second, judge, writer), answers=answers)


def _critiques(evil):
    stances = (
        make_stance("A", f"Now.{evil}", position=f"split{evil}", start=10, end=14),
        make_stance("B", f"Never said{evil}"),
    )
    accepted = make_decision(
        "accepted", side="B", note=f"First{evil}\nsecond{evil}", reviewer_name=f"Ada{evil}"
    )
    return (
        make_critique(
            1, title=f"Writes{evil}", body=f"It matters.{evil}", stances=stances, decision=accepted
        ),
        make_critique(2, "blind_spot", decision=make_decision("rejected", reviewer_name="")),
        make_critique(3, "remark", origin="person", author_name=f"Grace{evil}"),
        make_critique(4, "consensus", origin="local_judge"),
    )
