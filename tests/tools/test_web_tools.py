"""The one door: who does the searching, and what the environment configures."""

from contextlib import aclosing

import pytest

from panels.providers.errors import NotConfigured
from panels.providers.http import http_client
from panels.providers.requests import WebAccess
from panels.providers.stream import Cited, Finished, TextDelta
from panels.tools.addresses import WEB_PORTS
from panels.tools.fetching import FetchLimits
from panels.tools.web_tools import WebTools, limits_from, stream_with_web, web_tools_from
from tests.tools.asking import request_for
from tests.tools.doubles import HITS, Engine, Pages


class Model:
    """A provider that may have web tools of its own, and tells what it was asked."""

    name = "model"
    is_free = True

    def __init__(self, *, serves: bool) -> None:
        self._serves = serves
        self.asked = []

    def serves_web(self, model, web):
        return self._serves

    async def stream(self, request):
        self.asked.append(request)
        yield Cited("https://a.example/", "A")
        yield TextDelta("So.")
        yield Finished("stop")


async def answer(model: Model, web: WebAccess, tools: WebTools | None = None):
    tools = tools or WebTools(Engine(*HITS), Pages())
    stream = stream_with_web(model, request_for("m"), web, tools)
    async with aclosing(stream) as events:
        return [event async for event in events]


async def test_a_provider_that_searches_itself_is_left_to_it():
    model, web = Model(serves=True), WebAccess(allowed_domains=("a.com",))
    assert await answer(model, web) == [
        Cited("https://a.example/", "A"),
        TextDelta("So."),
        Finished("stop"),
    ]
    assert [(request.web, request.tools) for request in model.asked] == [(web, ())]


async def test_any_other_gets_our_tools():
    model = Model(serves=False)
    events = await answer(model, WebAccess())
    assert events[-1] == Finished("stop")
    assert [request.web for request in model.asked] == [None]
    assert [tool.name for tool in model.asked[0].tools] == ["web_search", "web_fetch"]


@pytest.mark.parametrize(
    ("web", "names"),
    [
        (WebAccess(can_search=False), ["web_fetch"]),
        (WebAccess(can_fetch=False), ["web_search"]),
    ],
)
async def test_only_the_tools_that_are_allowed_are_offered(web, names):
    model = Model(serves=False)
    await answer(model, web)
    assert [tool.name for tool in model.asked[0].tools] == names


async def test_without_an_engine_pages_can_still_be_read():
    model = Model(serves=False)
    await answer(model, WebAccess(), WebTools(None, Pages()))
    assert [tool.name for tool in model.asked[0].tools] == ["web_fetch"]


async def test_searching_alone_without_an_engine_is_said_before_anybody_is_asked():
    model = Model(serves=False)
    with pytest.raises(NotConfigured, match="No search engine is configured. Set FUSIONWEB_SEAR"):  # noqa: RUF043
        await answer(model, WebAccess(can_fetch=False), WebTools(None, Pages()))
    assert model.asked == []


async def test_the_lists_of_domains_reach_the_tools():
    engine = Engine(*HITS)
    box = WebTools(engine, Pages()).toolbox(WebAccess(blocked_domains=("*.Ads.example",)))
    from tests.tools.test_toolbox import call

    await box.run(call("web_search", query="why"))
    assert engine.asked[0][2].blocked == ("ads.example",)


def test_the_environment_configures_engine_and_limits():
    tools = web_tools_from({"BRAVE_API_KEY": "k", "FUSIONWEB_FETCH_PORTS": "80"}, None)
    assert tools.engine_name == "brave"
    assert web_tools_from({}, None).engine_name == ""


@pytest.mark.parametrize(
    ("environ", "limits"),
    [
        ({}, FetchLimits(ports=WEB_PORTS)),
        ({"FUSIONWEB_FETCH_PORTS": " "}, FetchLimits()),
        ({"FUSIONWEB_FETCH_PORTS": "443"}, FetchLimits(ports=frozenset({443}))),
        ({"FUSIONWEB_FETCH_PORTS": "80, 443 8080,"}, FetchLimits(ports=frozenset({80, 443, 8080}))),
        ({"FUSIONWEB_FETCH_BYTES": "1000"}, FetchLimits(most_bytes=1000)),
    ],
)
def test_limits_are_settings(environ, limits):
    assert limits_from(environ) == limits


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FUSIONWEB_FETCH_PORTS", "http"),
        ("FUSIONWEB_FETCH_PORTS", "80,0"),
        ("FUSIONWEB_FETCH_PORTS", "65536"),
        ("FUSIONWEB_FETCH_PORTS", "-1"),
        ("FUSIONWEB_FETCH_BYTES", "0"),
        ("FUSIONWEB_FETCH_BYTES", "many"),
    ],
)
def test_a_setting_that_is_wrong_is_named(variable, value):
    with pytest.raises(ValueError, match=f"{variable} must be"):
        limits_from({variable: value})


async def test_closing_closes_the_client_of_the_engine():
    client = http_client()
    tools = web_tools_from({"BRAVE_API_KEY": "k"}, client)
    await tools.close()
    assert client.is_closed
    await WebTools(None, Pages()).close()
