import json
import random
import re
from pathlib import Path

import pytest

from panels.choices import JUDGED_KINDS
from panels.documents import read_document
from panels.judging.judge_prompt import build_judge_prompt
from panels.judging.parsing import JudgeReplyParser
from panels.judging.quotes import find_quote
from panels.markdown import plain_text, render
from panels.panel import panel_from_json
from panels.providers.scripted_labels import fill_labels
from panels.providers.scripts import load_scripts
from panels.tour import TOUR_DOCUMENT, TOUR_PANEL, TOUR_QUESTION, TOUR_TITLE
from tests.factories import make_run

SCRIPTS = load_scripts(Path(__file__).parents[1] / "panels/providers/scripts/tour.json")
ANSWERS = {
    seat.letter: plain_text(SCRIPTS[seat.model.removeprefix("scripted:")].text)
    for seat in TOUR_PANEL.seats
}
CRITIQUES = json.loads(SCRIPTS["tour-judge"].text)["critiques"]
STANCES = [stance for critique in CRITIQUES for stance in critique["stances"]]
#: The one that the tour shows as unverified.
INVENTED = "We should budget two more engineers for the first year of operation."


def seats_saying(snippet):
    wanted = " ".join(snippet.split()).lower()
    return [seat for seat, text in ANSWERS.items() if wanted in " ".join(text.split()).lower()]


def test_every_seat_of_the_tour_has_its_script():
    models = [seat.model for seat in TOUR_PANEL.seats]
    assert [*models, TOUR_PANEL.judge.model, TOUR_PANEL.writer.model] == [
        f"scripted:{slug}" for slug in SCRIPTS
    ]
    assert list(SCRIPTS) == ["tour-sre", "tour-data", "tour-sceptic", "tour-judge", "tour-writer"]
    assert panel_from_json(TOUR_PANEL.to_json()) == TOUR_PANEL


@pytest.mark.parametrize("slug", SCRIPTS)
def test_the_tour_is_lively_and_invents_no_bill(slug):
    script = SCRIPTS[slug]
    assert 0.3 <= script.first_token_seconds <= 0.9
    assert 60 <= script.tokens_per_second <= 90
    assert (script.fault, script.usage, script.finish_reason) == ("", None, "stop")


def test_the_document_is_worth_a_review():
    read = read_document("adr-014.md", TOUR_DOCUMENT.encode())
    assert read.kind == "markdown"
    assert 800 <= read.word_count <= 1000
    assert TOUR_TITLE.startswith("ADR-014")
    assert TOUR_QUESTION.endswith("?")


@pytest.mark.parametrize("slug", ["tour-sre", "tour-data", "tour-sceptic"])
def test_each_answer_is_a_full_review(slug):
    text = SCRIPTS[slug].text
    html = render(text)
    assert 350 <= len(text.split()) <= 500
    assert text.startswith("**Position: ")
    assert (html.count("<table>"), html.count("<pre")) == (1, 1)
    assert html.count('<h3 class="level-1">') >= 4
    assert "<li>" in html


def test_the_judge_finds_every_kind():
    kinds = [critique["kind"] for critique in CRITIQUES]
    assert 12 <= len(kinds) <= 14
    assert set(kinds) == {kind.value for kind in JUDGED_KINDS}
    assert kinds == sorted(kinds, key=[kind.value for kind in JUDGED_KINDS].index)
    assert len({critique["title"] for critique in CRITIQUES}) == len(CRITIQUES)


@pytest.mark.parametrize("critique", CRITIQUES, ids=lambda critique: critique["title"])
def test_a_critique_has_a_reason_and_the_stances_of_its_kind(critique):
    seats = len(critique["stances"])
    assert list(critique) == ["why", "kind", "title", "stances"]
    assert critique["why"].endswith(".")
    assert len(critique["title"].split()) <= 12
    assert {
        "contradiction": seats in (2, 3),
        "blind_spot": seats == 0,
        "partial_coverage": seats in (1, 2),
        "unique_insight": seats == 1,
        "consensus": seats == 3,
    }[critique["kind"]]


@pytest.mark.parametrize("stance", STANCES, ids=lambda stance: stance["quote"][:30])
def test_a_stance_quotes_the_answer_that_it_names(stance):
    snippet = re.fullmatch(r"\{\{label_of:(.+)\}\}", stance["answer"])[1]
    [seat] = seats_saying(snippet)
    assert len(stance["quote"].split()) >= 4
    assert len(stance["position"].split()) <= 12
    if stance["quote"] == INVENTED:
        assert seats_saying(INVENTED) == []
    else:
        assert seats_saying(stance["quote"]) == [seat]
        assert find_quote(stance["quote"], ANSWERS[seat]) is not None


def test_exactly_one_quote_is_invented():
    assert [s["quote"] for s in STANCES if not seats_saying(s["quote"])] == [INVENTED]


def test_the_judge_reads_a_real_prompt_and_is_read_as_written():
    """Blinding and fencing leave every snippet and every quote as it is."""
    texts = {seat: SCRIPTS[slug].text for seat, slug in zip("ABC", SCRIPTS, strict=False)}
    run = make_run(texts=texts, panel=TOUR_PANEL, question=TOUR_QUESTION)
    prompt = build_judge_prompt(run, random.Random(7), document_text=TOUR_DOCUMENT)
    body = {"messages": [{"role": role, "content": text} for role, text in prompt.messages]}
    parser = JudgeReplyParser(prompt.labels, ANSWERS)
    found = parser.feed(fill_labels(SCRIPTS["tour-judge"].text, body)) + parser.close()
    assert [(c.kind, c.title, c.body) for c in found] == [
        (c["kind"], c["title"], c["why"]) for c in CRITIQUES
    ]
    stances = [stance for critique in found for stance in critique.stances]
    assert [stance.seat for stance in stances] == [
        seats_saying(stance["answer"][len("{{label_of:") : -2])[0] for stance in STANCES
    ]
    assert [stance.quote for stance in stances if not stance.is_verified] == [INVENTED]
