"""Sources and tool steps on the run's pages and in its exports: for whom, and inert."""

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from panels.choices import CallState
from panels.models import Run, ToolStep
from panels.panel import WebTools
from tests.factories import make_panel
from tests.web.rows import HOSTILE, add_call, add_link, add_run, assert_inert, page, words

pytestmark = pytest.mark.django_db

SECRET = "what-the-panel-searched-for"


@pytest.fixture
def run(owner: User) -> Run:
    panel = make_panel("A", web_tools=WebTools(can_search=True, blocked_domains=("ads.example",)))
    run = add_run(owner, panel_json=panel.to_json())
    call = add_call(
        run,
        seat="A",
        text="Split it.",
        state=CallState.DONE,
        sources=[
            {"url": f"https://a.example/{SECRET}", "title": HOSTILE},
            {"url": f"javascript:alert('{SECRET}')", "title": f"Bad {HOSTILE}"},
        ],
    )
    now = timezone.now()
    ToolStep.objects.create(
        call=call,
        number=1,
        tool="web_search",
        argument=f"{SECRET} {HOSTILE}",
        outcome=HOSTILE,
        error_code="search_failed",
        began_at=now,
        ended_at=now,
    )
    return run


def address(run: Run, name: str = "run", *args: str) -> str:
    return reverse(name, args=[run.pk, *args])


def test_the_owner_sees_sources_steps_and_rules_and_none_of_them_acts(
    owner_client: Client, run: Run
) -> None:
    response = owner_client.get(address(run))
    links = page(response).select("#seat-A-sources a")
    assert [link["href"] for link in links] == [f"https://a.example/{SECRET}"]
    assert f"Search {SECRET}" in words(response, "#ledger .ledger-step")
    assert "Never on ads.example or below." in words(response, "#brief")
    assert_inert(response)


def test_a_guest_with_a_link_sees_them_too(guest_client: Client, run: Run) -> None:
    guest_client.get(reverse("join", args=[add_link(run, scope="view")]))
    response = guest_client.get(address(run))
    assert f"Search {SECRET}" in words(response, "#ledger .ledger-step")
    assert len(page(response).select("#seat-A-sources li")) == 2


@pytest.mark.parametrize("who", ["teammate_client", "stranger_client"])
@pytest.mark.parametrize("name", [("run",), ("export_run", "json"), ("export_run", "md")])
def test_who_may_not_see_the_run_sees_nothing_of_them(
    request: pytest.FixtureRequest, run: Run, who: str, name: tuple[str, ...]
) -> None:
    response = request.getfixturevalue(who).get(address(run, *name))
    assert response.status_code == 404
    assert SECRET.encode() not in response.content


def test_the_exports_carry_them(owner_client: Client, run: Run) -> None:
    (call,) = json.loads(owner_client.get(address(run, "export_run", "json")).content)["calls"]
    assert [source["url"].partition(":")[0] for source in call["sources"]] == [
        "https",
        "javascript",
    ]
    assert call["tool_steps"][0]["error_code"] == "search_failed"
    markdown = owner_client.get(address(run, "export_run", "md")).content.decode()
    assert "## Tool steps" in markdown
    assert f"a.example/{SECRET}" in markdown
