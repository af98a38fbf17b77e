"""Sources and tool steps leave the house with the run."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from markdown_it import MarkdownIt

from panels.exports import export_json, export_markdown
from panels.exports.web import sources, tool_steps
from panels.snapshot import RunSnapshot, Source, ToolStepSnapshot
from tests.exports.sample import make_full_run
from tests.factories import NOW, make_call, make_run

EVIL = "](javascript:alert(1)) | x |\n# Forged\n<script>alert(1)</script> https://evil.example"


def step(number: int = 1, **changes) -> ToolStepSnapshot:
    values = {
        "number": number,
        "tool": "web_search",
        "argument": "why split",
        "outcome": "2 results",
        "error_code": "",
        "began_at": NOW,
        "ended_at": NOW + timedelta(seconds=1.5),
    }
    return ToolStepSnapshot(**{**values, **changes})


def run_with(*, urls: tuple[str, ...] = (), steps=(), title: str = "Page") -> RunSnapshot:
    found = tuple(Source(url=url, title=title) for url in urls)
    run = make_full_run()
    changed = replace(run.calls[1], sources=found, tool_steps=tuple(steps))
    calls = tuple(changed if call.id == changed.id else call for call in run.calls)
    answer = replace(run.answers[0], call=changed, attempts=(run.calls[0], changed))
    return replace(run, calls=calls, answers=(answer, run.answers[1]))


def test_json_has_each_source_and_each_step_of_a_call():
    run = run_with(urls=("https://a.example/",), steps=(step(), step(2, ended_at=None)))
    calls = json.loads(export_json(run))["calls"]
    assert calls[1]["sources"] == [{"url": "https://a.example/", "title": "Page"}]
    first, second = calls[1]["tool_steps"]
    assert first == {
        "number": 1,
        "tool": "web_search",
        "argument": "why split",
        "outcome": "2 results",
        "error_code": "",
        "began_at": "2026-11-20T12:00:00+00:00",
        "ended_at": "2026-11-20T12:00:01.500000+00:00",
    }
    assert (second["number"], second["ended_at"]) == (2, None)
    assert [(call["sources"], call["tool_steps"]) for call in calls if call["id"] != 2] == [
        ([], [])
    ] * 4


def test_markdown_lists_the_sources_below_the_answer():
    call = make_call(
        sources=(Source(url="https://a.example/x", title="A"), Source(url="b.example", title=""))
    )
    assert list(sources(call)) == ["Sources:", "- A https\\://a.example/x\n- b.example"]
    assert list(sources(make_call())) == []
    text = export_markdown(run_with(urls=("https://a.example/x",)))
    assert text.index("Split it") < text.index("Sources:") < text.index("## Critiques")


def test_markdown_has_a_table_of_the_steps_with_the_calls_numbers():
    steps = (
        step(),
        step(2, tool="web_fetch", argument="a.example", error_code="too_slow", outcome="Too slow."),
        step(3, ended_at=None),
    )
    heading, table = tool_steps(run_with(steps=steps))
    assert heading == "## Tool steps"
    assert table.splitlines()[2:] == [
        "| 2 | 1 | Search | why split | 1.5 s | 2 results |",
        "| 2 | 2 | Read | a.example | 1.5 s | failed: Too slow. |",
        "| 2 | 3 | Search | why split | – | running |",
    ]


def test_markdown_says_that_a_provider_searched_by_itself():
    _, table = tool_steps(run_with(urls=("https://a.example/", "https://b.example/")))
    assert table.splitlines()[2:] == [
        "| 2 | – | the provider's own | not told | – | 2 sources given |"
    ]


def test_a_run_without_web_tools_does_not_speak_of_them():
    text = export_markdown(make_full_run())
    assert ("Tool steps" in text, "Sources" in text) == (False, False)
    assert list(tool_steps(make_run())) == []


@pytest.mark.parametrize("kind", ["commonmark", "gfm-like"])
def test_hostile_sources_and_steps_forge_nothing(kind):
    steps = (step(tool=EVIL[:20], argument=EVIL, outcome=EVIL, error_code="x"),)
    text = export_markdown(run_with(urls=(EVIL,), title=EVIL, steps=steps))
    html = MarkdownIt(kind, {"html": True, "linkify": False}).enable("table").render(text)
    assert [bad for bad in ("<a ", "<script", "<h1>Forged", "<img") if bad in html] == []
    rows = html.partition("Tool steps")[2].count("<tr>")
    assert (rows, html.count("<h1>")) == (2, 1)
