import json

from panels.exports import export_json
from panels.panel import panel_from_json
from tests.exports.sample import make_full_run
from tests.factories import make_run


def test_a_run_without_anything_exports():
    exported = json.loads(export_json(make_run(texts={})))
    assert exported["format"] == "fusionweb-run/1"
    assert exported["calls"] == exported["critiques"] == exported["syntheses"] == []
    assert exported["totals"] == {
        "calls": 0,
        "tokens_in": 0,
        "tokens_out": 0,
        "cost_usd": "0",
        "has_unknown_cost": False,
        "wall_seconds": None,
    }


def test_the_format_is_kept():
    """A key that goes or changes its meaning needs a new version of the format."""
    exported = json.loads(export_json(make_full_run()))
    assert list(exported) == [
        "format", "id", "title", "question", "state", "reason", "judge_reason", "preset_name",
        "is_tour", "created_at", "started_at", "reviewable_at", "finished_at", "lane",
        "escalated_from_id", "escalation_ids", "panel_changed_answer", "documents",
        "panel", "baseline", "answers", "judgings", "critiques", "replaced_critiques", "syntheses",
        "calls", "totals",
    ]  # fmt: skip
    assert exported["documents"] == [
        {"name": "adr-014.md", "kind": "markdown", "word_count": 4812, "size_bytes": 30000}
    ]
    assert exported["answers"] == [
        {"seat": "A", "call": 2, "attempts": [1, 2], "answers": [2]},
        {"seat": "B", "call": 3, "attempts": [3], "answers": []},
    ]
    assert exported["critiques"][0] == {
        "number": 1,
        "kind": "contradiction",
        "origin": "judge",
        "author_name": "",
        "title": "Writes",
        "body": "It matters.",
        "verdict": "accepted",
        "judging": 0,
        "replaced_at": None,
        "stances": [
            {"seat": "A", "position": "split", "quote": "Now.", "is_verified": True, "start": 10,
             "end": 14},
            {"seat": "B", "position": "", "quote": "Never said", "is_verified": False,
             "start": None, "end": None},
        ],
        "decision": {
            "verdict": "accepted",
            "side": "B",
            "note": "First\nsecond",
            "reviewer_name": "Ada",
            "created_at": "2026-11-20T12:00:00+00:00",
        },
    }  # fmt: skip
    assert exported["critiques"][3]["decision"] is None
    assert exported["syntheses"] == [
        {
            "version": 1,
            "rejected": [2],
            "added": [],
            "requested_by": "Ada",
            "created_at": "2026-11-20T12:00:00+00:00",
            "text": "Split it [C1].",
            "accepted": [{"number": 1, "title": "Writes", "side": "B", "note": "n"}],
            "call": 5,
        }
    ]


def test_a_call_is_exported_whole():
    call = json.loads(export_json(make_full_run()))["calls"][1]
    assert call == {
        "id": 2, "role": "seat", "seat": "A", "attempt": 2, "because": "",
        "not_before_at": None, "retry_after_seconds": None, "state": "done", "error_code": "",
        "error_detail": "", "model_asked": "scripted:a", "model_served": "other",
        "provider_served": "", "generation_id": "", "finish_reason": "stop",
        "native_finish_reason": "",
        "text": "# Split it\n\nNow.", "reasoning": "", "words_shown": 640, "words_total": 4812,
        "labels": {}, "tokens_in": 1200, "tokens_out": 300, "tokens_reasoning": None,
        "tokens_cached": None, "cost_usd": "0.00410", "cost_source": "reported",
        "created_at": "2026-11-20T12:00:00+00:00", "asked_at": "2026-11-20T12:00:00+00:00",
        "first_token_at": "2026-11-20T12:00:01+00:00",
        "finished_at": "2026-11-20T12:00:05+00:00", "sources": [], "tool_steps": [],
    }  # fmt: skip


def test_money_stays_exact():
    totals = json.loads(export_json(make_full_run()))["totals"]
    assert (totals["cost_usd"], totals["has_unknown_cost"]) == ("0.00410", True)


def test_the_panel_can_be_read_back():
    run = make_full_run()
    assert panel_from_json(json.loads(export_json(run))["panel"]) == run.panel


def test_the_same_run_gives_the_same_file():
    assert export_json(make_full_run()) == export_json(make_full_run())
    assert export_json(make_full_run()).endswith("}\n")


def test_nobody_is_named_who_is_not_part_of_the_content():
    assert "owner_id" not in export_json(make_full_run())
