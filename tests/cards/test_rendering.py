"""Every state of every card: its one root, its words, and nothing in it that could run."""

from dataclasses import replace
from decimal import Decimal

import pytest

from panels import cards
from panels.choices import CallState
from panels.panel import Judge
from panels.snapshot import DocumentSnapshot
from tests.cards.card_runs import (
    HOSTILE,
    assert_inert,
    at,
    open_call,
    posts,
    root_of,
    run_of,
    seat_call,
    words_of,
)
from tests.factories import (
    make_critique,
    make_decision,
    make_panel,
    make_run,
    make_seat,
    make_stance,
)

CONTRADICTION = make_critique(3)


def answer(*attempts, **changes):
    return root_of(cards.render_answer(run_of(*attempts, **changes), "A"))


def head(**changes):
    return root_of(cards.render_head(make_run(**changes)))


# The contract with the hub


def test_every_card_has_one_root_with_its_id() -> None:
    run = make_run(critiques=(CONTRADICTION,))
    assert [
        root_of(html)["id"]
        for html in (
            cards.render_head(run),
            cards.render_answer(run, "A"),
            cards.render_answer_meta(run, "B"),
            cards.render_critique(run, 3),
            cards.render_review(run),
            cards.render_review_foot(run),
            cards.render_synthesis(run),
            cards.render_ledger(run),
        )
    ] == [
        "run-head",
        "seat-A",
        "seat-B-meta",
        "critique-3",
        "review-progress",
        "review-foot",
        "synthesis",
        "ledger",
    ]


def test_an_answer_has_the_places_that_the_hub_writes_to() -> None:
    ids = {element["id"] for element in answer(seat_call()).select("[id]")}
    assert {"seat-A-meta", "seat-A-reasoning", "seat-A-blocks", "seat-A-tail"} <= ids


def test_a_critique_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(LookupError):
        cards.render_critique(make_run(), 7)


def test_the_page_has_a_place_for_every_kind_before_there_are_critiques() -> None:
    context = cards.run_page_context(make_run(), can_review=True, is_owner=False)
    assert [group["kind"] for group in context["groups"]] == [
        "contradiction",
        "blind_spot",
        "partial_coverage",
        "unique_insight",
        "consensus",
        "framing",
        "remark",
    ]


@pytest.mark.parametrize(
    ("can_review", "is_owner", "scope"),
    [(True, True, "owner"), (True, False, "review"), (False, False, "view")],
)
def test_the_page_knows_what_its_reader_may_do(
    can_review: bool, is_owner: bool, scope: str
) -> None:
    context = cards.run_page_context(make_run(), can_review=can_review, is_owner=is_owner)
    assert context["scope"] == scope


# The answer


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CallState.QUEUED, "waiting for its turn"),
        (CallState.WAITING, "waiting for the first token"),
        (CallState.STREAMING, "streaming"),
    ],
)
def test_an_open_answer_says_what_it_waits_for_and_can_be_stopped(
    state: CallState, words: str
) -> None:
    card = answer(open_call(state))
    assert words_of(card.select_one(".call-state")) == words
    assert posts(card) == ["stop"]


def test_a_finished_answer_shows_its_figures_and_no_stop_button() -> None:
    card = answer(seat_call())
    assert words_of(card.select_one("#seat-A-meta")) == (
        "google/gemini-3-flash done 842 tok $0.0040 10.0 s"
    )
    assert posts(card) == []


def test_a_failed_answer_says_what_happened_and_what_to_do() -> None:
    card = answer(
        seat_call(state="failed", error_code="rate_limited", error_detail="slow down", text="")
    )
    assert words_of(card.select_one(".notice")) == (
        "The provider allows no more requests for now. Wait a little and ask again."
        " It said: slow down"
    )


@pytest.mark.parametrize("code", ["privacy_refused", "not_configured"])
def test_what_we_refused_ourselves_is_put_into_no_providers_mouth(code: str) -> None:
    card = answer(
        seat_call(state="failed", error_code=code, error_detail="“far” is a third party.", text="")
    )
    notice = words_of(card.select_one(".notice"))
    assert notice.endswith("“far” is a third party.")
    assert "It said" not in notice


def test_a_stopped_answer_keeps_its_text() -> None:
    card = answer(seat_call(state="stopped", error_code="stopped_by_person"))
    assert words_of(card.select_one(".notice")) == "Somebody stopped it. What had come is kept."
    assert words_of(card.select_one("#seat-A-blocks")) == "Split it."


def test_an_answer_cut_at_its_limit_says_so() -> None:
    card = answer(seat_call(finish_reason="length"))
    assert words_of(card.select_one(".call-state")) == "done, cut at its token limit"


def test_a_second_attempt_says_why_there_was_a_first() -> None:
    first = seat_call(state="interrupted", error_code="interrupted")
    card = answer(first, seat_call(id=2, attempt=2))
    assert words_of(card.select_one(".answer-note")) == (
        "Attempt 2. Before: The server stopped while this was being written. What had come is kept."
    )


def test_a_fitted_answer_says_how_much_of_the_documents_it_was_shown() -> None:
    card = answer(seat_call(words_shown=640, words_total=4812))
    assert "This seat was shown 640 of 4,812 words." in words_of(card)


def test_an_answer_from_another_model_names_it() -> None:
    card = answer(seat_call(model_served="deepseek/deepseek-v4"))
    assert words_of(card.select_one(".answer-swapped")) == (
        "Answered by deepseek/deepseek-v4 instead."
    )


def test_the_live_html_of_the_hub_is_taken_as_it_is() -> None:
    run = run_of(open_call(CallState.STREAMING, text="stored"))
    card = root_of(cards.render_answer(run, "A", blocks=["<p>one</p>", "<p>two</p>"], tail="thr"))
    assert str(card.select_one("#seat-A-blocks").decode_contents()) == "<p>one</p><p>two</p>"
    assert words_of(card.select_one("#seat-A-tail")) == "thr"


def test_without_the_hub_a_growing_answer_is_settled_as_far_as_it_goes() -> None:
    card = answer(open_call(CallState.STREAMING, text="First.\n\nSec"))
    assert words_of(card.select_one("#seat-A-blocks")) == "First."
    assert words_of(card.select_one("#seat-A-tail")) == "Sec"


def test_the_counters_of_a_growing_answer_can_be_handed_in() -> None:
    run = run_of(open_call(CallState.STREAMING))
    meta = root_of(cards.render_answer_meta(run, "A", tokens_out=388, seconds=6.2))
    assert words_of(meta) == "google/gemini-3-flash streaming ≈ 388 tok 6.2 s"


# The head


def test_the_head_tells_what_the_run_read_and_used() -> None:
    document = DocumentSnapshot(
        id=1, name="adr.md", kind="markdown", text="", word_count=4812, size_bytes=1
    )
    card = root_of(cards.render_head(run_of(seat_call(), documents=(document,))))
    assert [words_of(fact) for fact in card.select(".run-facts span")] == [
        "adr.md, 4,812 words",
        "1 call",
        "6,240 in / 842 out",
        "$0.0040 reported",
        "wall 10.0 s",
        "local judge",
    ]


def test_a_cost_that_is_known_only_in_part_is_at_least_that() -> None:
    run = run_of(seat_call(), seat_call(id=2, cost_usd=None, cost_source="unknown"))
    assert "at least $0.0040 reported" in words_of(root_of(cards.render_head(run)))


def test_a_run_on_this_machine_is_free() -> None:
    run = run_of(seat_call(cost_usd=Decimal(0), cost_source="free"))
    assert "free, on this machine" in words_of(root_of(cards.render_head(run)))


def test_only_an_active_run_can_be_stopped() -> None:
    assert posts(head(state="panel")) == ["stop"]
    assert posts(head(state="review")) == []


def test_a_failed_run_says_why_and_what_to_do() -> None:
    assert words_of(head(state="failed", reason="all_seats_failed").select_one(".notice")) == (
        "Every seat failed, so there is nothing to review."
        " Each column says why. Set that right and run it again. ↻ Run it again"
    )


def test_the_local_judge_says_why_it_stepped_in() -> None:
    assert words_of(head(judge_reason="judge_empty_reply").select_one(".notice")) == (
        "The local judge stepped in. The judge's reply was empty."
    )


def test_the_tour_says_that_it_is_scripted() -> None:
    card = head(is_tour=True)
    assert words_of(card.select_one(".chip-tour")) == "scripted tour"
    assert "comes from a script" in words_of(card.select_one(".notice"))


def test_the_embedded_model_is_called_a_demonstration() -> None:
    panel = replace(make_panel("A"), seats=(make_seat("A", model="local:smollm2-135m"),))
    card = head(texts={"A": "Yes."}, panel=panel)
    assert "small demonstration model" in words_of(card.select_one(".notice"))


def test_a_model_judge_is_named() -> None:
    panel = make_panel("A", judge=Judge(model="anthropic:claude-opus-4.8"))
    assert "judge: claude-opus-4.8" in words_of(head(texts={"A": "Yes."}, panel=panel))


# Hostile text


def test_hostile_text_is_inert_in_every_card() -> None:
    panel = replace(make_panel("A"), seats=(make_seat("A", model=HOSTILE, persona_name=HOSTILE),))
    call = seat_call(
        text=HOSTILE + "\n\n[x](javascript:alert(1))",
        reasoning=HOSTILE,
        state="failed",
        error_code=HOSTILE,
        error_detail=HOSTILE,
        model_served=HOSTILE,
        provider_served=HOSTILE,
    )
    found = make_critique(
        1,
        title=HOSTILE,
        body=HOSTILE,
        author_name=HOSTILE,
        stances=(make_stance("A", HOSTILE, position=HOSTILE, start=0, end=1),),
        decision=make_decision("accepted", note=HOSTILE, reviewer_name=HOSTILE, side="A"),
    )
    run = run_of(
        call, panel=panel, critiques=(found,), title=HOSTILE, preset_name=HOSTILE, reason=HOSTILE
    )
    for html in (
        cards.render_head(run),
        cards.render_answer(run, "A"),
        cards.render_critique(run, 1),
        cards.render_review(run),
        cards.render_ledger(run, now=at(20)),
    ):
        card = root_of(html)
        assert_inert(card)
    assert HOSTILE in root_of(cards.render_head(run)).get_text()
