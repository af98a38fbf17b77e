"""The runs list."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from panels.choices import CostSource, RunState
from panels.models import Decision
from panels.queries.run_rows import RUNS_PER_PAGE
from tests.web.rows import (
    HOSTILE,
    HTMX,
    add_call,
    add_critique,
    add_draft,
    add_run,
    assert_inert,
    page,
    words,
)

pytestmark = pytest.mark.django_db


def titles(client: Client, address: str = "/") -> list[str]:
    return [link.get_text() for link in page(client.get(address)).select(".run-title")]


def add_many(owner: User, count: int) -> None:
    """Runs "1", "2", … from the newest on, a minute apart."""
    now = timezone.now()
    for number in range(1, count + 1):
        add_run(owner, title=str(number), created_at=now - timedelta(minutes=number))


def test_a_stranger_is_asked_to_sign_in(stranger_client: Client) -> None:
    response = stranger_client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/")


def test_it_lists_the_owners_runs_newest_first(owner_client: Client, owner: User) -> None:
    now = timezone.now()
    add_run(owner, title="older", created_at=now - timedelta(hours=1))
    add_run(owner, title="newer", created_at=now)
    assert titles(owner_client) == ["newer", "older"]


def test_other_peoples_runs_drafts_and_deleted_ones_are_not_in_it(
    owner_client: Client, owner: User, teammate: User
) -> None:
    add_run(teammate, title="theirs")
    add_draft(owner, title="draft")
    add_run(owner, title="gone", deleted_at=timezone.now())
    assert titles(owner_client) == []


def test_without_any_run_it_offers_the_tour_and_a_new_run(owner_client: Client) -> None:
    response = owner_client.get("/")
    assert "Start the guided tour" in words(response, ".welcome")
    assert page(response).select_one(".welcome form")["action"] == "/tour/"
    assert page(response).select_one(".welcome a")["href"] == "/runs/new/"


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (RunState.PANEL, "panel at work"),
        (RunState.JUDGING, "judging"),
        (RunState.REVIEW, "ready to review"),
        (RunState.WRITING, "writing"),
        (RunState.DONE, "done"),
        (RunState.FAILED, "failed"),
        (RunState.CANCELLED, "stopped"),
    ],
)
def test_a_row_says_the_state_in_words(
    owner_client: Client, owner: User, state: str, shown: str
) -> None:
    add_run(owner, state=state)
    assert words(owner_client.get("/"), "tbody .tag") == shown


def test_a_row_shows_preset_seats_decisions_cost_and_age(owner_client: Client, owner: User) -> None:
    run = add_run(owner, created_at=timezone.now() - timedelta(hours=3, minutes=5))
    add_critique(run, 1, "accepted")
    add_critique(run, 2, "accepted", "open")
    add_critique(run, 3)
    add_call(run, cost_usd=Decimal("0.08"))
    add_call(run, role="judge", seat="", cost_usd=Decimal("0.004"))
    assert words(owner_client.get("/"), "tbody tr") == (
        "Split checkout? ready to review Architecture review 3 seats 1 of 3 $0.084 3 h ago Delete"
    )


def test_an_undone_decision_does_not_count(owner_client: Client, owner: User) -> None:
    critique = add_critique(add_run(owner), 1, "accepted")
    decision = Decision.objects.get()
    Decision.objects.create(
        critique=critique,
        verdict="open",
        undoes=decision,
        reviewer_name="Ada",
        created_at=timezone.now(),
    )
    assert words(owner_client.get("/"), "td[data-label=Decided]") == "0 of 1"


@pytest.mark.parametrize(
    ("calls", "shown"),
    [
        ([], "–"),
        ([{"cost_usd": Decimal(0)}], "$0"),
        ([{"cost_source": CostSource.FREE, "cost_usd": Decimal(0)}], "free"),
        ([{"cost_source": CostSource.UNKNOWN}], "not known"),
        (
            [{"cost_usd": Decimal("0.1")}, {"cost_source": CostSource.UNKNOWN, "seat": "B"}],
            "≥ $0.100",
        ),
        ([{"cost_source": CostSource.UNKNOWN, "finished_at": None}], "–"),
    ],
    ids=["nothing asked", "nothing", "free", "unknown", "partly unknown", "under way"],
)
def test_a_cost_is_never_invented(
    owner_client: Client, owner: User, calls: list[dict[str, object]], shown: str
) -> None:
    run = add_run(owner)
    for call in calls:
        add_call(run, **call)
    assert words(owner_client.get("/"), "td[data-label=Cost]") == shown


def test_search_finds_words_in_titles_and_questions(owner_client: Client, owner: User) -> None:
    add_run(owner, title="Checkout", question="Is the ledger safe?")
    add_run(owner, title="Search index", question="Rebuild it?")
    assert titles(owner_client, "/?q=LEDGER checkout") == ["Checkout"]
    assert titles(owner_client, "/?q=rebuild") == ["Search index"]


def test_a_search_without_a_match_says_so_and_keeps_the_words(
    owner_client: Client, owner: User
) -> None:
    add_run(owner)
    response = owner_client.get("/?q=zebra")
    assert "No run matches." in words(response, ".empty")
    assert page(response).select_one("#run-search")["value"] == "zebra"


def test_search_words_stay_inert(owner_client: Client, owner: User) -> None:
    add_run(owner)
    assert_inert(owner_client.get("/", {"q": HOSTILE}))


def test_the_filter_is_in_the_address_and_marked(owner_client: Client, owner: User) -> None:
    add_run(owner, title="asking", state=RunState.PANEL)
    add_run(owner, title="over", state=RunState.DONE)
    response = owner_client.get("/?state=done&q=over")
    assert [link.get_text() for link in page(response).select(".run-title")] == ["over"]
    assert words(response, "[aria-current=true]") == "Done"
    assert page(response).select(".filters a")[0]["href"] == "/?q=over"
    assert titles(owner_client, "/?state=active") == ["asking"]


@pytest.mark.parametrize(
    "address",
    ["/?state=nonsense", "/?before=nonsense", "/?after=2026-01-01_x", "/?q=%00", "/?deleted=x"],
)
def test_an_address_that_makes_no_sense_shows_everything(
    owner_client: Client, owner: User, address: str
) -> None:
    add_run(owner, title="there")
    assert titles(owner_client, address) == ["there"]


def test_a_long_list_comes_in_pages_both_ways(owner_client: Client, owner: User) -> None:
    add_many(owner, 2 * RUNS_PER_PAGE + 3)
    first = owner_client.get("/")
    assert page(first).select("[rel=prev]") == []
    second = owner_client.get(page(first).select_one("[rel=next]")["href"])
    third = owner_client.get(page(second).select_one("[rel=next]")["href"])
    assert page(third).select("[rel=next]") == []
    shown = [
        [int(link.get_text()) for link in page(response).select(".run-title")]
        for response in (first, second, third)
    ]
    assert shown == [list(range(1, 26)), list(range(26, 51)), [51, 52, 53]]
    back = page(third).select_one("[rel=prev]")["href"]
    assert titles(owner_client, back) == [str(number) for number in range(26, 51)]
    start = page(owner_client.get(back)).select_one("[rel=prev]")["href"]
    assert titles(owner_client, start) == [str(number) for number in range(1, 26)]


def test_runs_of_the_same_moment_are_neither_lost_nor_doubled(
    owner_client: Client, owner: User
) -> None:
    now = timezone.now()
    for number in range(RUNS_PER_PAGE + 5):
        add_run(owner, title=str(number), created_at=now)
    first = owner_client.get("/")
    rest = titles(owner_client, page(first).select_one("[rel=next]")["href"])
    seen = [link.get_text() for link in page(first).select(".run-title")] + rest
    assert sorted(map(int, seen)) == list(range(RUNS_PER_PAGE + 5))


def test_pages_keep_search_and_filter(owner_client: Client, owner: User) -> None:
    add_many(owner, RUNS_PER_PAGE + 1)
    response = owner_client.get("/?q=monolith&state=review")
    assert (
        page(response)
        .select_one("[rel=next]")["href"]
        .startswith("/?q=monolith&state=review&before=")
    )


def test_three_runs_cost_as_many_queries_as_one(owner_client: Client, owner: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            owner_client.get("/")
        return len(captured)

    def add_full_run() -> None:
        run = add_run(owner)
        add_critique(run, 1, "accepted", "rejected")
        add_call(run, cost_usd=Decimal("0.1"))

    add_full_run()
    with_one = queries()
    add_full_run()
    add_full_run()
    assert queries() == with_one


def test_the_list_never_reads_the_questions(owner_client: Client, owner: User) -> None:
    add_run(owner)
    with CaptureQueriesContext(connection) as captured:
        owner_client.get("/")
    assert not any('"panels_run"."question"' in query["sql"] for query in captured)


def test_hostile_titles_and_preset_names_stay_inert(owner_client: Client, owner: User) -> None:
    add_run(owner, title=HOSTILE, preset_name=HOSTILE)
    response = owner_client.get("/")
    assert_inert(response)
    assert titles(owner_client) == [HOSTILE]


def test_htmx_gets_the_list_alone(owner_client: Client, owner: User) -> None:
    add_run(owner, title="there")
    response = owner_client.get("/?q=there", headers=HTMX)
    assert page(response).select("html, header, #run-search") == []
    assert words(response, ".run-title") == "there"


def test_the_tour_is_labelled(owner_client: Client, owner: User) -> None:
    add_run(owner, is_tour=True)
    assert words(owner_client.get("/"), "th[scope=row] .tag") == "tour"


def test_only_rows_at_work_ask_again(owner_client: Client, owner: User) -> None:
    busy = add_run(owner, state=RunState.PANEL)
    add_run(owner, state=RunState.DONE)
    asking = page(owner_client.get("/")).select("tr[hx-get]")
    assert [row["hx-get"] for row in asking] == [f"/runs/{busy.pk}/row/"]


def test_a_row_can_be_asked_for_alone(owner_client: Client, owner: User) -> None:
    run = add_run(owner, state=RunState.DONE)
    response = owner_client.get(f"/runs/{run.pk}/row/", headers=HTMX)
    assert page(response).select_one("tr")["id"] == f"run-{run.pk}"
    assert page(response).select("tr[hx-get], html") == []


def test_nobody_else_gets_a_row(
    teammate_client: Client, stranger_client: Client, owner: User
) -> None:
    run = add_run(owner)
    assert teammate_client.get(f"/runs/{run.pk}/row/").status_code == 404
    assert stranger_client.get(f"/runs/{run.pk}/row/").status_code == 404
