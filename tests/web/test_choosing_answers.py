"""Which of a seat's answers counts, and who says so."""

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from panels.choices import RunState
from panels.models import AnswerChoice, Call, Judging, Run
from panels.panel import Seat
from panels.queries import load_run_snapshot
from tests.web.rows import HTMX, add_call, add_critique, add_link, page, words
from tests.web.wish_rows import FLASH, LOCAL, make_run, panel, reviewer, run

__all__ = ["reviewer", "run"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def twice(run: Run) -> list[Call]:
    """Seat A has answered twice; the judge had read the first."""
    first = run.calls.get(seat="A")
    Judging.objects.create(
        run=run,
        number=1,
        model="local-judge",
        reads_json={"A": first.pk},
        created_at=timezone.now(),
        ended_at=timezone.now(),
        stands=True,
    )
    return [first, add_call(run, seat="A", text="No, keep it.", model_asked=FLASH)]


def choose(client: Client, run: Run, call: Call, letter: str = "A") -> HttpResponse:
    url = reverse("choose_answer", args=[run.pk, letter])
    return client.post(url, {"call": str(call.pk)}, headers=HTMX)


@pytest.mark.parametrize(("who", "name"), [("owner_client", "Ada"), ("reviewer", "Grace")])
def test_whoever_may_review_says_which_answer_counts(
    request: pytest.FixtureRequest, run: Run, twice: list[Call], who: str, name: str
) -> None:
    client = request.getfixturevalue(who)
    response = choose(client, run, twice[0])
    assert response.status_code == 200
    assert "Answer 1 of 2" in words(response, "#seat-A")
    answer = load_run_snapshot(run.pk).answer("A")
    assert (answer.call.id, answer.model) == (twice[0].pk, LOCAL)
    assert AnswerChoice.objects.get(run=run).reviewer_name == name


@pytest.mark.parametrize("who", ["teammate_client", "stranger_client"])
def test_a_stranger_says_nothing(
    request: pytest.FixtureRequest, run: Run, twice: list[Call], who: str
) -> None:
    assert choose(request.getfixturevalue(who), run, twice[0]).status_code == 404
    assert not AnswerChoice.objects.exists()


def test_who_may_only_look_says_nothing(guest_client: Client, run: Run, twice: list[Call]) -> None:
    guest_client.get(reverse("join", args=[add_link(run, scope="view")]))
    assert choose(guest_client, run, twice[0]).status_code == 404
    assert not AnswerChoice.objects.exists()


def test_an_answer_of_another_seat_or_run_is_refused(
    owner_client: Client, run: Run, twice: list[Call]
) -> None:
    assert choose(owner_client, run, run.calls.get(seat="B")).status_code == 409
    assert choose(owner_client, run, twice[0], letter="B").status_code == 409
    assert choose(owner_client, run, twice[0], letter="H").status_code == 404


def test_the_page_tells_which_answer_counts_and_what_the_judge_had_read(
    owner_client: Client, run: Run, twice: list[Call]
) -> None:
    critique = add_critique(run, 1)
    critique.stances.create(seat="A", quote="Yes, split it.", start=0, end=14)
    critique.judging = run.judgings.get()
    critique.save()
    whole = owner_client.get(reverse("run", args=[run.pk]))
    column = words(whole, "#seat-A")
    assert "Answer 2 of 2" in column
    assert "The judge read another answer of this seat." in column
    assert "Answer 1 by smollm2-135m, not in use Yes, split it. Use this answer" in column
    assert "No, keep it." in words(whole, "#seat-A-blocks")
    assert "of another answer" in words(whole, "#critique-1")
    assert "read A" in words(whole, "#critique-1")
    ledger = words(whole, "#ledger")
    assert "done, not in use" in ledger
    assert "done, after the judge" in ledger


def test_the_page_offers_what_is_possible_and_nothing_else(
    owner_client: Client, owner: User, run: Run
) -> None:
    def offered(of: Run) -> list[str]:
        buttons = page(owner_client.get(reverse("run", args=[of.pk]))).select("#wishes button")
        return [button.get_text() for button in buttons]

    assert offered(run) == ["Ask 1 failed seat again…", "Add a seat…", "Judge again…"]
    stopped = make_run(owner, state=RunState.CANCELLED)
    assert offered(stopped) == ["Run it again…"]
    eight = tuple(Seat(letter=letter, model=LOCAL) for letter in "ABCDEFGH")
    full = make_run(owner, panel(seats=eight), state=RunState.PANEL)
    assert offered(full) == ["Ask 7 failed seats again…"]
