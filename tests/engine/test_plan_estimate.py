"""The estimate before a run, from the prompts that it would really send."""

from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from panels.engine.call_estimate import TOKENS_PER_STEP, most_usd, tokens_of
from panels.engine.plan_estimate import DocumentSizes, estimate_draft
from panels.estimating import Comparison, History, Range, tokens_in_text
from panels.panel import Judge, Panel, Seat, WebTools, Writer
from panels.pricing import FREE, Price
from panels.providers.requests import CompletionRequest, Message, ModelInfo, WebAccess
from panels.queries.history import load_history
from tests.engine.conftest import Room
from tests.factories import make_call, make_panel, make_run

PRICE = Price(in_usd=Decimal("0.000001"), out_usd=Decimal("0.00001"))
NOTHING = DocumentSizes(words=0, tokens=Range(0, 0))


def estimated(panel: Panel, documents: DocumentSizes = NOTHING, **changes: Any) -> Comparison:
    values: dict[str, Any] = {
        "best_model": panel.seats[0].model,
        "history": History(),
        "price_of": lambda _: PRICE,
        "info_of": lambda _: None,
    }
    question = changes.pop("question", "Should we split?")
    draft = make_run(texts={}, panel=panel, question=question)
    return estimate_draft(draft, documents, **(values | changes))


def tokens_in(comparison: Comparison, place: int = 0) -> Range[int]:
    return comparison.panel.calls[place].tokens_in


def test_every_call_of_the_panel_is_estimated_and_a_local_judge_is_none() -> None:
    with_judge = make_panel("AB", judge=Judge(model="scripted:judge"))
    roles = [
        [c.call.role for c in estimated(panel).panel.calls]
        for panel in (make_panel("AB"), with_judge)
    ]
    assert roles == [["seat", "seat", "writer"], ["seat", "seat", "judge", "writer"]]


def test_question_persona_and_documents_are_in_the_prompt() -> None:
    words = "The rollback plan names nobody who would carry it out. " * 40
    added = tokens_in_text(words)
    plain = tokens_in(estimated(make_panel("A")))
    seat = Seat(letter="A", model="scripted:a", persona=words)
    for longer in (
        estimated(make_panel("A"), question=words),
        estimated(make_panel("A", seats=(seat,))),
        estimated(make_panel("A"), DocumentSizes(words=400, tokens=added)),
    ):
        assert tokens_in(longer).low >= plain.low + added.low * 0.9
        assert tokens_in(longer).high >= plain.high + added.high * 0.9


def test_only_what_a_small_context_is_shown_is_counted() -> None:
    documents = DocumentSizes(words=30_000, tokens=Range(36_000, 48_000))
    small = ModelInfo(slug="a", context_tokens=8_000)
    whole = tokens_in(estimated(make_panel("A"), documents))
    fitted = tokens_in(estimated(make_panel("A"), documents, info_of=lambda _: small))
    assert whole.low > 36_000
    assert fitted.high < 8_000


def test_judge_and_writer_read_the_answers() -> None:
    panel = make_panel("ABC", judge=Judge(model="scripted:judge"))
    calls = estimated(panel).panel.calls
    seats_high = sum(call.tokens_out.high for call in calls[:3])
    assert calls[3].tokens_in.high > seats_high / 2
    assert calls[4].tokens_in.high > calls[3].tokens_in.high - seats_high


def test_web_tools_of_seats_and_judge_raise_the_high_end_alone() -> None:
    values = {"judge": Judge(model="scripted:judge")}
    plain = estimated(make_panel("A", **values))
    web = WebTools(can_search=True, most_steps=3)
    with_web = estimated(make_panel("A", web_tools=web, **values))
    found = TOKENS_PER_STEP * (1 + 2 + 3)
    assert tokens_in(with_web) == Range(tokens_in(plain).low, tokens_in(plain).high * 4 + found)
    assert tokens_in(with_web, 1).high > tokens_in(plain, 1).high + found
    assert tokens_in(with_web, 2) == tokens_in(plain, 2)
    inside = estimated(make_panel("A", web_tools=web, is_local_only=True, **values))
    assert tokens_in(inside) == tokens_in(plain)


def test_free_models_cost_nothing() -> None:
    comparison = estimated(make_panel("AB"), price_of=lambda _: FREE)
    assert comparison.panel.cost_usd == Range(Decimal(0), Decimal(0))


def test_one_model_k_times_keeps_judge_and_writer() -> None:
    panel = Panel(
        seats=(Seat(letter="A", model="x:a"), Seat(letter="B", model="x:b")),
        judge=Judge(model="x:j"),
        writer=Writer(model="x:w"),
    )
    comparison = estimated(panel, best_model="x:best")
    assert [c.call.model for c in comparison.repeated.calls] == ["x:best", "x:best", "x:j", "x:w"]
    assert [c.call.model for c in comparison.single.calls] == ["x:best"]


def request(**changes: Any) -> CompletionRequest:
    return CompletionRequest(
        **{"model": "a", "messages": (Message("user", "Why so?"),), "max_tokens": 100, **changes}
    )


def test_what_a_call_may_cost_at_most_is_bounded_by_its_most_tokens() -> None:
    most = most_usd(make_call(), request(), History(), PRICE)
    counted = tokens_of(request())
    assert most == counted.high * PRICE.in_usd + 100 * PRICE.out_usd


def test_a_schema_and_web_tools_make_it_more_and_no_price_makes_it_unknown() -> None:
    plain = most_usd(make_call(), request(), History(), PRICE)
    schema = most_usd(make_call(), request(json_schema={"type": "object"}), History(), PRICE)
    searching = request(web=WebAccess(most_steps=3))
    assert schema > plain
    found = 3 * TOKENS_PER_STEP // 2
    most = 4 * (plain + found * PRICE.in_usd)
    assert most_usd(make_call(), searching, History(), PRICE) == most
    assert most_usd(make_call(), request(), History(), None) is None


async def test_history_is_what_calls_came_to_an_end(room: Room) -> None:
    room.scripts(a="one two three", b="", writer="x")
    await room.finish(await room.start())
    samples = (await sync_to_async(load_history)()).samples
    assert [(s.role, s.model, s.tokens_out) for s in samples] == [("seat", "scripted:a", 3)]
    assert samples[0].seconds >= 0


@pytest.mark.django_db
def test_history_takes_three_queries(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        load_history()
