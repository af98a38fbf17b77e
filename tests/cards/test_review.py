"""How far the review is, and what the synthesis made of it carries."""

import pytest

from panels import cards
from panels.snapshot import RunSnapshot
from tests.cards.card_runs import (
    HOSTILE,
    assert_inert,
    root_of,
    synthesis_of,
    words_of,
    writer_call,
)
from tests.factories import (
    make_critique,
    make_decision,
    make_run,
    make_stance,
)


def decided(number: int, verdict: str, kind: str = "contradiction", **changes):
    return make_critique(number, kind, decision=make_decision(verdict), decision_count=1, **changes)


DECIDED = (
    decided(1, "accepted", stances=(make_stance("A", "Dual-write"), make_stance("B", "Outbox"))),
    decided(2, "accepted", "blind_spot"),
    decided(3, "rejected", "blind_spot"),
    decided(4, "deferred", "consensus"),
    make_critique(5, "consensus"),
)


def review(run: RunSnapshot):
    return root_of(cards.render_review(run))


def foot(run: RunSnapshot):
    return root_of(cards.render_review_foot(run))


def synthesis(run: RunSnapshot):
    return root_of(cards.render_synthesis(run))


# Progress


def test_the_review_counts_what_was_decided() -> None:
    card = review(make_run(critiques=DECIDED))
    assert words_of(card.select_one(".review-head")) == "Critiques 5 4 of 5 decided"
    assert [words_of(span) for span in card.select(".review-counts > span")][:4] == [
        "2 accepted",
        "1 rejected",
        "1 deferred",
        "1 open",
    ]


def test_the_bar_is_as_long_as_what_was_decided() -> None:
    rects = review(make_run(critiques=DECIDED)).select("rect")
    assert [(rect["x"], rect["width"]) for rect in rects] == [
        ("0", "400"),
        ("400", "200"),
        ("600", "200"),
    ]


def test_there_is_a_filter_for_every_kind_that_was_found() -> None:
    chips = review(make_run(critiques=DECIDED)).select("#review-filters button")
    assert [words_of(chip) for chip in chips] == [
        "Contradictions 1",
        "Blind spots 2",
        "Consensus 2",
        "Open 1",
    ]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("panel", "The seats are answering."),
        ("judging", "The judge is reading the answers."),
        ("review", "The judge found nothing"),
        ("cancelled", "The run ended before its answers were judged."),
    ],
)
def test_an_empty_review_says_what_it_waits_for(state: str, words: str) -> None:
    card = review(make_run(state=state))
    assert words_of(card.select_one(".review-waiting")).startswith(words)


# What the synthesis will use


def test_the_main_button_writes_what_was_accepted() -> None:
    card = foot(make_run(critiques=DECIDED))
    assert words_of(card.select_one("p")) == (
        "The synthesis will use 2 accepted critiques . 1 still open stays out."
    )
    button = card.select_one("button")
    assert (words_of(button), button["data-key"]) == ("Write synthesis", "Ctrl+Enter")
    assert "disabled" not in button.attrs


def test_after_the_first_version_the_button_writes_the_next() -> None:
    run = make_run(state="done", syntheses=(synthesis_of(writer_call("Done.")),))
    assert words_of(foot(run).select_one("button")) == "Write v2"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("panel", "The seats are still answering."),
        ("judging", "The judge is still reading."),
        ("writing", "Version 1 is being written."),
        ("failed", "The run failed with 2 answers."),
        ("cancelled", "The run was stopped with 2 answers."),
    ],
)
def test_a_disabled_main_button_says_why(state: str, words: str) -> None:
    card = foot(make_run(state=state))
    button = card.select_one("button")
    assert "disabled" in button.attrs
    assert words_of(card.select_one(f"#{button['aria-describedby']}")) == words


# The synthesis


def test_without_a_synthesis_the_tab_says_what_makes_one() -> None:
    card = synthesis(make_run(critiques=DECIDED))
    assert "No synthesis yet" in words_of(card)
    assert "So far 2 are accepted." in words_of(card)


def test_every_version_has_its_tab_and_the_latest_is_shown() -> None:
    run = make_run(
        state="done",
        critiques=DECIDED,
        syntheses=(
            synthesis_of(writer_call("One [C1].")),
            synthesis_of(writer_call("Two [C1] [C2].", id=31), version=2),
        ),
    )
    card = synthesis(run)
    assert [(words_of(tab), tab["aria-selected"]) for tab in card.select("[role=tab]")] == [
        ("v1", "false"),
        ("v2", "true"),
    ]
    assert ["data-ui-away" in version.attrs for version in card.select(".version")] == [True, False]
    assert words_of(card.select_one("#synthesis-blocks")) == "Two C1 C2 ."


def test_citations_lead_to_their_critiques() -> None:
    run = make_run(critiques=DECIDED, syntheses=(synthesis_of(writer_call("Do it [C1] [C77].")),))
    links = synthesis(run).select("#synthesis-blocks a")
    assert [(link["href"], link["data-critique"]) for link in links] == [("#critique-1", "1")]


def test_the_receipt_tells_used_from_missing_and_offers_to_add() -> None:
    run = make_run(
        state="done", critiques=DECIDED, syntheses=(synthesis_of(writer_call("Do it [C1].")),)
    )
    receipt = synthesis(run).select_one(".receipt")
    assert [words_of(line) for line in receipt.select("li")] == [
        "C1 Use an outbox · sided with B ✓ used",
        "C2 Name an owner ✕ missing",
    ]
    assert words_of(receipt.select_one("button")) == "Ask the writer to add C2"
    assert [field["value"] for field in receipt.select("input[name=add]")] == ["2"]


def test_a_rejected_critique_that_is_cited_is_called_out() -> None:
    run = make_run(critiques=DECIDED, syntheses=(synthesis_of(writer_call("Do [C1] [C2] [C3].")),))
    assert words_of(synthesis(run).select_one(".receipt .notice-error")) == (
        "Rejected, and cited all the same: C3"
    )


def test_while_it_is_written_nothing_is_missing_yet() -> None:
    writing = writer_call("Do it [C1", state="streaming", finished_at=None)
    card = synthesis(make_run(state="writing", syntheses=(synthesis_of(writing),)))
    assert words_of(card.select_one(".receipt")).count("not yet") == 2
    assert card.select(".receipt button") == []
    assert card.select("[data-copy]") == []


def test_the_live_html_of_the_latest_version_is_taken_as_it_is() -> None:
    writing = writer_call("stored", state="streaming", finished_at=None)
    run = make_run(state="writing", syntheses=(synthesis_of(writing),))
    card = root_of(cards.render_synthesis(run, blocks=["<p>live</p>"], tail="ta"))
    assert words_of(card.select_one("#synthesis-blocks")) == "live"
    assert words_of(card.select_one("#synthesis-tail")) == "ta"


def test_the_minority_report_lists_what_the_text_does_not_carry() -> None:
    given = synthesis_of(writer_call("Do it [C1] [C2]."))
    items = synthesis(make_run(critiques=DECIDED, syntheses=(given,))).select(".minority li")
    assert [words_of(item).split(" ")[0] for item in items] == ["C1", "C3", "C4", "C5"]
    assert "The reviewers took the other side." in words_of(items[0])
    assert "Dual-write unverified" in words_of(items[0])
    assert "The reviewers rejected it." in words_of(items[1])


def test_a_failed_writer_says_why_and_can_be_asked_again() -> None:
    failed = writer_call("", state="failed", error_code="overloaded", error_detail="busy")
    card = synthesis(make_run(syntheses=(synthesis_of(failed),)))
    assert words_of(card.select_one(".version-text .notice")) == (
        "The provider is overloaded. Wait a little and ask again. It said: busy ↻ Try again"
    )


def test_a_version_that_failed_blames_nobody_for_what_it_lacks() -> None:
    failed = writer_call("", state="failed", error_code="overloaded")
    card = synthesis(make_run(critiques=DECIDED, syntheses=(synthesis_of(failed),)))
    assert words_of(card.select_one(".receipt")).count("not written") == 2
    assert card.select(".receipt button, .minority") == []


def test_a_text_that_was_cut_says_so() -> None:
    cut = writer_call("Half [C1] [C2]", finish_reason="length")
    card = synthesis(make_run(syntheses=(synthesis_of(cut),)))
    assert "it was cut at its token limit" in words_of(card.select_one(".notice"))


def test_the_markdown_to_copy_is_the_writers_own() -> None:
    card = synthesis(make_run(syntheses=(synthesis_of(writer_call("# Do <it> [C1]")),)))
    button = card.select_one("[data-copy]")
    assert card.select_one(f"#{button['data-copy']}").get_text() == "# Do <it> [C1]"


def test_hostile_text_in_a_synthesis_is_inert() -> None:
    hostile = make_critique(
        1, title=HOSTILE, stances=(make_stance("A", HOSTILE, position=HOSTILE),)
    )
    given = synthesis_of(writer_call(HOSTILE, error_code=HOSTILE), requested_by=HOSTILE)
    card = synthesis(make_run(critiques=(hostile,), syntheses=(given,)))
    assert_inert(card)
