"""The default lane in both exports: which run led to which, and the verdict."""

import json
from decimal import Decimal

import pytest

from panels.exports import export_json, export_markdown
from panels.snapshot import BaselineSnapshot, RunSnapshot
from tests.factories import make_call, make_panel, make_run

EVIL = "# Forged\n<script>alert(1)</script> [x](javascript:alert(1)) | `"
SINGLE_ID = "0b5b1c9e-0000-4000-8000-000000000009"


def escalated(text: str = "**Split it.**", **changes: object) -> RunSnapshot:
    call = make_call(id=9, text=text, cost_usd=Decimal("0.0041"), cost_source="reported")
    baseline = BaselineSnapshot(run_id=SINGLE_ID, panel=make_panel("A"), calls=(call,))
    return make_run(baseline=baseline, escalated_from_id=SINGLE_ID, **changes)


def test_a_panels_run_carries_the_link_the_verdict_and_the_baseline() -> None:
    exported = json.loads(export_json(escalated(panel_changed_answer="partly")))
    assert (exported["lane"], exported["escalated_from_id"]) == ("panel", SINGLE_ID)
    assert exported["panel_changed_answer"] == "partly"
    assert exported["baseline"]["run"] == SINGLE_ID
    assert exported["baseline"]["text"] == "**Split it.**"
    assert exported["baseline"]["cost_usd"] == "0.0041"
    assert [call["id"] for call in exported["baseline"]["calls"]] == [9]
    # The run's own calls and totals are its own.
    assert 9 not in [call["id"] for call in exported["calls"]]
    assert exported["totals"]["calls"] == 2


def test_a_run_without_a_lane_has_empty_links() -> None:
    exported = json.loads(export_json(make_run()))
    assert (exported["lane"], exported["baseline"]) == ("panel", None)
    assert (exported["escalated_from_id"], exported["escalation_ids"]) == ("", [])
    assert "Lane:" not in export_markdown(make_run())
    assert "Baseline" not in export_markdown(make_run())


def test_a_single_models_run_names_its_lane_and_what_followed() -> None:
    run = make_run(texts={"A": "Yes."}, lane="single", escalation_ids=("run-2",))
    exported = json.loads(export_json(run))
    assert (exported["lane"], exported["escalation_ids"]) == ("single", ["run-2"])
    markdown = export_markdown(run)
    assert "- Lane: one model, without judge or review\n" in markdown
    assert "- The panel was asked next: run run-2\n" in markdown


@pytest.mark.parametrize(
    ("answer", "words"),
    [("", "Not said"), ("yes", "Yes"), ("partly", "Partly"), ("no", "No")],
)
def test_the_verdict_in_words(answer: str, words: str) -> None:
    markdown = export_markdown(escalated(panel_changed_answer=answer))
    assert f"- Escalated from: run {SINGLE_ID}\n" in markdown
    assert f"- Did the panel change the answer? {words}\n" in markdown


def test_the_baseline_stands_at_its_place() -> None:
    markdown = export_markdown(escalated())
    assert "## Baseline\n\nscripted:a: done\n\n```text\n**Split it.**\n```\n" in markdown
    assert markdown.index("## Synthesis") < markdown.index("## Baseline")
    assert markdown.index("## Baseline") < markdown.index("## Ledger")


def test_a_deleted_baseline_leaves_the_link_alone() -> None:
    markdown = export_markdown(make_run(escalated_from_id=SINGLE_ID))
    assert "Escalated from" in markdown
    assert "## Baseline" not in markdown


def test_what_the_single_model_said_can_not_forge_structure() -> None:
    markdown = export_markdown(escalated(EVIL))
    assert markdown.count("\n## Baseline\n") == 1
    inside = markdown.split("## Baseline")[1].split("```text\n")[1]
    assert inside.startswith(EVIL.split("\n", maxsplit=1)[0])
    hostile = make_run(texts={"A": "x"}, lane="single", escalation_ids=("](javascript:x)",))
    assert "](javascript:" not in export_markdown(hostile)


def test_a_local_only_run_says_so() -> None:
    run = make_run(panel=make_panel("AB", is_local_only=True))
    assert "- Local only: no call may leave this machine and its own network" in (
        export_markdown(run)
    )
