"""The judge: cards one by one, verified quotes, and review whatever happens to it."""

import json
from typing import Any

import pytest

from panels.choices import CallState, CritiqueKind, CritiqueOrigin, RunState
from panels.engine.events import CritiquesFound
from panels.panel import Judge, Panel
from panels.providers.scripts import Script
from panels.snapshot import RunSnapshot
from tests.engine.conftest import Room
from tests.factories import make_panel, make_seat

ANSWER_A = "Dual-write orders to both databases for two release cycles, then cut reads over."
ANSWER_B = "Avoid dual writes: they diverge on the first partial failure. Use an outbox."


def contradiction(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "contradiction",
        "title": "How should writes move?",
        "why": "It decides the rollback plan.",
        "stances": [
            {
                "answer": "{{label_of:Dual-write orders}}",
                "position": "Write twice",
                "quote": "Dual-write orders to both databases",
            },
            {
                "answer": "{{label_of:Avoid dual writes}}",
                "position": "Outbox",
                "quote": "Avoid dual writes: they diverge",
            },
        ],
        **changes,
    }


def blind_spot(title: str = "Nobody owns retention") -> dict[str, Any]:
    return {"kind": "blind_spot", "title": title, "why": "Law.", "stances": []}


def judged_panel(**changes: Any) -> Panel:
    return make_panel("AB", judge=Judge(model="scripted:judge"), **changes)


def reply(*critiques: dict[str, Any]) -> str:
    return json.dumps({"critiques": critiques})


async def judge(room: Room, script: Script | str, panel: Panel | None = None) -> RunSnapshot:
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=script)
    return await room.finish(await room.start(panel or judged_panel()))


async def test_a_model_judges_cards_are_stored_with_verified_quotes(room: Room) -> None:
    run = await judge(room, reply(contradiction(), blind_spot()))
    assert (run.state, run.judge_reason) == (RunState.REVIEW, "")
    first, second = run.critiques
    assert (first.number, first.kind, first.origin) == (
        1,
        CritiqueKind.CONTRADICTION,
        CritiqueOrigin.JUDGE,
    )
    assert [(s.seat, s.quote, s.is_verified) for s in first.stances] == [
        ("A", "Dual-write orders to both databases", True),
        ("B", "Avoid dual writes: they diverge", True),
    ]
    assert first.stances[0].start == 0
    assert (second.number, second.title) == (2, "Nobody owns retention")


async def test_cards_appear_one_by_one_while_the_judge_streams(room: Room) -> None:
    text = reply(contradiction(), blind_spot("First"), blind_spot("Second"))
    await judge(room, Script(text=text, tokens_per_second=400))
    found = [event.numbers for event in room.events if isinstance(event, CritiquesFound)]
    assert found == [(1,), (2,), (3,)]


async def test_an_invented_quote_reads_unverified(room: Room) -> None:
    invented = contradiction()
    invented["stances"][1]["quote"] = "Use two-phase commit across both of the databases"
    run = await judge(room, reply(invented))
    assert [stance.is_verified for stance in run.critiques[0].stances] == [True, False]
    assert run.critiques[0].has_unverified_quote


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (Script(text="I think they mostly agree, honestly."), "judge_not_json"),
        (Script(text="{}"), "judge_schema_mismatch"),
        (Script(text='{"critiques": [{"kind": "vibes"}]}'), "judge_schema_mismatch"),
        (Script(text='{"critiques": ['), "judge_not_json"),
        (Script(text="x", fault="empty"), "empty_answer"),
        (Script(status=500, error_message="down"), "server_error"),
        (Script(fault="hang"), "first_token_timed_out"),
    ],
)
async def test_a_judge_that_fails_is_replaced_by_the_local_judge_with_the_reason(
    room: Room, script: Script, reason: str
) -> None:
    run = await judge(room, script)
    assert (run.state, run.judge_reason) == (RunState.REVIEW, reason)
    assert run.critiques
    assert {critique.origin for critique in run.critiques} == {CritiqueOrigin.LOCAL_JUDGE}
    assert run.judge_call is not None


async def test_cards_of_a_judge_that_was_cut_are_kept_beside_the_local_judges(room: Room) -> None:
    text = reply(blind_spot("Paid for"), blind_spot("Never came"))
    cut = Script(text=text, fault="cut", fault_after_tokens=text.split().index('"Never'))
    run = await judge(room, cut)
    assert run.judge_reason == "stream_broken"
    assert run.judge_call.state == CallState.FAILED
    assert run.critiques[0].title == "Paid for"
    origins = {critique.origin for critique in run.critiques[1:]}
    assert origins == {CritiqueOrigin.LOCAL_JUDGE}


async def test_the_local_judge_makes_no_call(room: Room) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B)
    run = await room.finish(await room.start(make_panel("AB")))
    assert sorted(room.asked()) == ["a", "b"]
    assert run.judge_call is None
    assert run.critiques
    assert all(s.is_verified for c in run.critiques for s in c.stances if s.quote)


async def test_the_judge_never_reads_a_failed_seat(room: Room) -> None:
    room.scripts(
        a=ANSWER_A,
        b=Script(text="half of an answer", fault="cut", fault_after_tokens=3),
        judge=reply(blind_spot()),
    )
    await room.finish(await room.start(judged_panel()))
    prompt = str(room.book.requests_to("judge")[0].body["messages"])
    assert "Dual-write orders" in prompt
    assert "half of an" not in prompt


async def test_the_judges_prompt_names_no_model_vendor_or_persona(room: Room) -> None:
    seats = (
        make_seat("A", model="scripted:a", persona_name="SRE on call", persona="Think pager."),
        make_seat("B", model="scripted:b", persona_name="Data engineer", persona="Think rows."),
    )
    room.scripts(
        a=f"As Claude, made by Anthropic, speaking as SRE on call: {ANSWER_A}",
        b=f"I am ChatGPT from OpenAI. {ANSWER_B}",
        judge=reply(blind_spot()),
    )
    await room.finish(await room.start(judged_panel(seats=seats)))
    prompt = str(room.book.requests_to("judge")[0].body["messages"]).lower()
    for name in ("claude", "anthropic", "chatgpt", "openai", "scripted", "sre on call", "pager"):
        assert name not in prompt


async def test_labels_are_kept_with_the_call_and_differ_between_runs(room: Room) -> None:
    seen = set()
    for _ in range(4):
        run = await judge(room, reply(blind_spot()))
        assert sorted(run.judge_call.labels.values()) == ["A", "B"]
        seen.add(tuple(sorted(run.judge_call.labels.items())))
    assert len(seen) > 1


async def test_the_judge_is_asked_at_temperature_zero_for_json(room: Room) -> None:
    await judge(room, reply(blind_spot()))
    body = room.book.requests_to("judge")[0].body
    assert body["temperature"] == 0
    assert body["response_format"]["type"] == "json_schema"
