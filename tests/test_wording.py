"""Every machine code has words, and the words say what a person needs."""

from dataclasses import replace

import pytest

from panels import wording
from panels.choices import CallState, CostSource
from panels.panel import Judge
from panels.providers.errors import ProviderError
from panels.wording import Explanation
from tests.factories import make_call, make_panel, make_run, make_seat

UNKNOWN = "Something went wrong that has no name here."


def error_classes(parent: type[ProviderError] = ProviderError) -> list[type[ProviderError]]:
    return [parent, *(found for child in parent.__subclasses__() for found in error_classes(child))]


@pytest.mark.parametrize("code", sorted({error.error_code for error in error_classes()}))
def test_every_error_of_a_provider_has_words_and_a_remedy(code: str) -> None:
    explanation = wording.explain_call_error(code)
    assert explanation.sentence != UNKNOWN
    assert explanation.remedy


@pytest.mark.parametrize("code", ["interrupted", "stopped_by_person", "internal_error"])
def test_the_engines_own_codes_have_words(code: str) -> None:
    assert wording.explain_call_error(code).sentence != UNKNOWN


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("judge_empty_reply", "The judge's reply was empty."),
        ("judge_not_json", "The judge's reply could not be read: it held no JSON."),
        (
            "judge_schema_mismatch",
            "The judge's reply could not be read: it did not have the form that was asked for.",
        ),
        ("rate_limited", "The provider allows no more requests for now."),
        ("judge_failed:rate_limited", "The provider allows no more requests for now."),
        ("stopped_by_person", "Somebody stopped it. What had come is kept."),
    ],
)
def test_the_reason_why_the_local_judge_stepped_in_has_words(code: str, sentence: str) -> None:
    assert wording.explain_judge_reason(code).sentence == sentence


@pytest.mark.parametrize("code", ["all_seats_failed", "stopped_by_person", "server_error"])
def test_the_reason_why_a_run_ended_has_words_and_a_remedy(code: str) -> None:
    explanation = wording.explain_run_reason(code)
    assert explanation.sentence != UNKNOWN
    assert explanation.remedy


def test_a_code_without_words_says_so_instead_of_failing() -> None:
    assert wording.explain_call_error("no_such_code") == Explanation(UNKNOWN)


@pytest.mark.parametrize("state", CallState)
def test_every_state_of_a_call_has_words(state: str) -> None:
    assert wording.call_state(make_call(state=state))


def test_a_seat_that_was_not_asked_says_so() -> None:
    assert wording.call_state(None) == "not asked"


@pytest.mark.parametrize("source", CostSource)
def test_every_source_of_a_cost_is_known(source: str) -> None:
    assert isinstance(wording.cost_source(make_call(cost_source=source)), str)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "done"),
        ({"attempt": 2}, "done, attempt 2"),
        ({"finish_reason": "length"}, "done, cut at its token limit"),
        ({"finish_reason": "content_filter"}, "done, cut by the provider's filter"),
        ({"state": "stopped", "error_code": "stopped_by_person"}, "stopped"),
        ({"state": "interrupted"}, "cut off when the server stopped"),
        (
            {"state": "failed", "error_code": "overloaded"},
            "failed: The provider is overloaded",
        ),
    ],
)
def test_the_ledger_tells_a_calls_fate_in_one_phrase(changes: dict, words: str) -> None:
    assert wording.call_fate(make_call(**changes)) == words


def local_run(*models: str):
    seats = tuple(
        make_seat(letter, model=model) for letter, model in zip("ABC", models, strict=False)
    )
    return make_run(
        texts=dict.fromkeys("ABC"[: len(models)], "Yes."), panel=replace(make_panel(), seats=seats)
    )


def test_a_run_on_the_embedded_model_says_that_it_is_a_demonstration() -> None:
    note = wording.demonstration_note(local_run("local:small", "local:small"))
    assert note.startswith("Every seat is answered by a small demonstration model")
    assert "OPENROUTER_API_KEY" in note


def test_a_run_on_a_few_embedded_seats_names_them() -> None:
    note = wording.demonstration_note(local_run("local:small", "openai:big", "local:small"))
    assert note.startswith("Seats A and C are answered by a small demonstration model")
    note = wording.demonstration_note(local_run("openai:big", "local:small"))
    assert note.startswith("Seat B is answered by a small demonstration model")


def test_a_run_on_other_models_says_nothing_of_the_kind() -> None:
    assert wording.demonstration_note(local_run("openai:big")) == ""
    assert wording.demonstration_note(replace(local_run("local:small"), is_tour=True)) == ""


def test_the_local_judge_is_no_demonstration_model() -> None:
    panel = make_panel("A", judge=Judge())
    assert wording.demonstration_note(make_run(texts={"A": "Yes."}, panel=panel)) == ""


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 calls"), (1, "1 call"), (2, "2 calls"), (1204, "1,204 calls")]
)
def test_counts_agree_with_their_noun(number: int, words: str) -> None:
    assert wording.count_of(number, "call") == words


def test_an_irregular_plural_is_handed_in() -> None:
    assert wording.count_of(2, "model family", "model families") == "2 model families"
