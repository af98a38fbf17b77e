"""Reads that span several tables, or a table and the values that ship with the code."""

from panels.queries.presets import PresetSnapshot, find_preset, presets_for
from panels.queries.run_critiques import standing_decisions
from panels.queries.run_rows import RunPage, RunRow, load_run_page, load_run_row
from panels.queries.run_snapshot import call_snapshot, draft_snapshot, load_run_snapshot

__all__ = [
    "PresetSnapshot",
    "RunPage",
    "RunRow",
    "call_snapshot",
    "draft_snapshot",
    "find_preset",
    "load_run_page",
    "load_run_row",
    "load_run_snapshot",
    "presets_for",
    "standing_decisions",
]
