"""What a call may do on the web stands beside it, before anything is called."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from panels.engine import providers
from panels.models import Run
from panels.panel import Fallbacks, Judge, Panel, Seat, WebTools, Writer
from panels.providers.registry import registry_from_environment
from panels.tools.web_tools import web_tools_from
from tests.web.conftest import NotingDispatcher, use_registry
from tests.web.rows import add_draft, add_preset, page

pytestmark = pytest.mark.django_db

ENVIRONMENT = {
    "OPENROUTER_API_KEY": "k",
    "OPENAI_API_KEY": "k",
    "FUSIONWEB_ENDPOINTS": "own http://127.0.0.1:9/v1",
    "FUSIONWEB_LOCAL_MODEL": "off",
}
NO_ENGINE = "No search engine is configured. Set FUSIONWEB_SEARXNG_URL, BRAVE_API_KEY or "
BOTH = WebTools(can_search=True, can_fetch=True)
BY_US = "up to 4 tool steps: search by Tavily, fetch by us"


@pytest.fixture(autouse=True)
def real_registry(monkeypatch: pytest.MonkeyPatch, configured: None) -> None:
    use_registry(monkeypatch, registry_from_environment(ENVIRONMENT))


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch):
    """Which engine is configured."""

    def use(**environ: str) -> None:
        made = web_tools_from(environ, None)
        monkeypatch.setattr("panels.web.planned_web.web_tools", lambda: made)

    use(TAVILY_API_KEY="k")
    yield use
    providers.web_tools.cache_clear()


def panel_of(model: str = "own:qwen", web: WebTools = BOTH, **changes) -> Panel:
    seat = Seat(letter="A", model=model, fallbacks=changes.pop("fallbacks", Fallbacks()))
    writer = Writer(model=changes.pop("writer", model))
    return Panel(seats=(seat,), writer=writer, web_tools=web, **changes)


def preset_of(owner: User, panel: Panel) -> str:
    return f"own-{add_preset(owner, name=uuid4().hex, panel_json=panel.to_json()).pk}"


def notes(client: Client, owner: User, panel: Panel, row: str = ".seat-A") -> list[str]:
    response = client.get(f"/runs/new/?preset={preset_of(owner, panel)}")
    return [note.get_text() for note in page(response).select(f".calls {row} .call-web")]


@pytest.mark.parametrize(
    ("model", "web", "said"),
    [
        ("own:qwen", BOTH, [BY_US]),
        ("own:qwen", WebTools(can_search=True, most_steps=1),
         ["up to 1 tool step: search by Tavily"]),
        ("own:qwen", WebTools(can_fetch=True), ["up to 4 tool steps: fetch by us"]),
        ("openrouter:a/b", BOTH, ["up to 4 searches and 4 fetches, by openrouter itself"]),
        ("openrouter:a/b", WebTools(can_fetch=True, most_steps=2),
         ["up to 2 fetches, by openrouter itself"]),
        ("openai:gpt-5-search-api", BOTH, ["up to 4 searches and 4 fetches, by openai itself"]),
        ("openai:gpt-5", BOTH, [BY_US]),
        ("own:qwen", WebTools(), []),
    ],
)  # fmt: skip
def test_each_seat_says_who_searches_and_who_fetches(
    owner_client: Client, owner: User, model: str, web: WebTools, said: list[str]
) -> None:
    assert notes(owner_client, owner, panel_of(model, web)) == said


def test_the_judge_says_it_too_and_the_writer_only_for_being_asked_alone(
    owner_client: Client, owner: User
) -> None:
    panel = panel_of(judge=Judge(model="openrouter:a/b"))
    assert notes(owner_client, owner, panel, ".seat-judge") == [
        "up to 4 searches and 4 fetches, by openrouter itself"
    ]
    assert notes(owner_client, owner, panel, ".seat-writer") == [f"if asked alone: {BY_US}"]
    assert notes(owner_client, owner, panel_of(), ".seat-judge") == []


def test_a_fallback_whose_tools_are_others_says_so(owner_client: Client, owner: User) -> None:
    there, here = Fallbacks(outage="openrouter:a/b"), Fallbacks(outage="own:llama")
    assert notes(owner_client, owner, panel_of(fallbacks=there)) == [
        f"{BY_US}; openrouter:a/b: up to 4 searches and 4 fetches, by openrouter itself"
    ]
    assert notes(owner_client, owner, panel_of(fallbacks=here)) == [BY_US]


def test_without_an_engine_pages_are_fetched_only_and_the_page_says_so(
    owner_client: Client, owner: User, tools
) -> None:
    tools()
    assert notes(owner_client, owner, panel_of()) == [
        "up to 4 tool steps: no search, since no engine is configured, fetch by us"
    ]


def test_a_local_only_panel_has_no_web_tools(owner_client: Client, owner: User) -> None:
    assert notes(owner_client, owner, panel_of(is_local_only=True)) == []


def start(client: Client, draft: Run, preset: str) -> int:
    typed = {"question": "Split?", "preset": preset, "start_anyway": "1"}
    return client.post(f"/runs/new/{draft.pk}/start/", typed).status_code


def test_searching_without_an_engine_is_refused_before_the_start_beside_the_call(
    owner_client: Client, owner: User, engine: NotingDispatcher, tools
) -> None:
    tools()
    preset = preset_of(owner, panel_of(web=WebTools(can_search=True)))
    response = owner_client.get(f"/runs/new/?preset={preset}")
    said = page(response).select_one(".calls .seat-A .field-error").get_text()
    assert said.startswith(NO_ENGINE)
    draft = add_draft(owner)
    assert (start(owner_client, draft, preset), engine.launched) == (422, [])
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_provider_that_searches_itself_needs_no_engine(
    owner_client: Client, owner: User, tools
) -> None:
    tools()
    panel = panel_of("openrouter:a/b", WebTools(can_search=True))
    assert notes(owner_client, owner, panel) == ["up to 4 searches, by openrouter itself"]


def test_the_environments_own_engine_is_named(
    owner_client: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    providers.web_tools.cache_clear()
    monkeypatch.setattr("panels.web.planned_web.web_tools", providers.web_tools)
    monkeypatch.setenv("FUSIONWEB_SEARXNG_URL", "http://127.0.0.1:9")
    assert notes(owner_client, owner, panel_of()) == [
        "up to 4 tool steps: search by SearXNG, fetch by us"
    ]
