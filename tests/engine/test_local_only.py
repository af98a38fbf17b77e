"""A local only run: what would leave is refused, and no socket is opened for it."""

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import CallRole, CallState, RunState
from panels.engine.dispatch import InProcessDispatcher
from panels.engine.request_synthesis import request_synthesis
from panels.models import Run
from panels.panel import Fallbacks, Judge, Panel, Writer
from panels.providers.registry import registry_from_environment
from panels.providers.scripts import Script
from panels.snapshot import RunSnapshot
from panels.wording import explain_call_error, explain_judge_reason, explain_run_reason
from tests.engine.conftest import QUICK_RETRIES, Room
from tests.factories import make_panel, make_seat
from tests.tools.watching import watch_sockets

ENVIRONMENT = {
    "OPENROUTER_API_KEY": "k",
    "FUSIONWEB_ENDPOINTS": "far http://llm.example.com/v1; lying http://gpu:8000/v1",
    "FUSIONWEB_LOCAL_MODEL": "off",
}
SAID = {slug: Script(text=f"**{slug} says** to split it.") for slug in ("a", "b", "writer")}
OUTSIDE = "openrouter:google/flash"
REFUSED = explain_call_error("privacy_refused")


class ConnectedRoom(Room):
    """With real providers beside the scripted one, as the environment sets them up."""

    def new_process(self) -> InProcessDispatcher:
        process = super().new_process()
        registry = registry_from_environment(ENVIRONMENT, scripts=SAID)
        process.keeper.tools = replace(process.tools, registry=registry)
        return process


@pytest.fixture
async def connected(transactional_db: None) -> AsyncIterator[Room]:
    room = ConnectedRoom()
    yield room
    await room.dispatcher.close()


class Network:
    """What was tried: connections, and names that were looked up."""

    def __init__(self, connections: list[tuple[str, int]]) -> None:
        self.connections = connections
        self.names: list[str] = []


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    tried = Network(watch_sockets(monkeypatch))

    def resolve(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        tried.names.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))]

    def open_connection(address: tuple[str, int], *args: Any, **options: Any) -> Any:
        tried.connections.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", open_connection)
    return tried


def local_only(*models: str, **changes: Any) -> Panel:
    seats = tuple(make_seat(letter, model=model) for letter, model in zip("ABCD", models))  # noqa: B905
    values = {"seats": seats, "writer": Writer(model="scripted:writer"), **changes}
    return make_panel("A", is_local_only=True, **values)


async def finished(room: Room, panel: Panel) -> RunSnapshot:
    return await room.finish(await room.start(panel))


def calls_of(run: RunSnapshot) -> list[tuple[str, str, str]]:
    return [(call.model_asked, call.state, call.error_code) for call in run.calls]


async def test_a_panel_outside_ends_with_the_reason_and_without_a_socket(
    connected: Room, network: Network
) -> None:
    run = await finished(connected, local_only(OUTSIDE, "far:m"))
    assert calls_of(run) == [
        (OUTSIDE, CallState.FAILED, "privacy_refused"),
        ("far:m", CallState.FAILED, "privacy_refused"),
    ]
    assert (run.state, run.reason) == (RunState.FAILED, "privacy_refused")
    assert explain_run_reason(run.reason) == REFUSED
    assert REFUSED.sentence == (
        "This run is local only, and the call would have left this machine and your own network. "
        "Nothing was sent."
    )
    assert [call.error_detail for call in run.calls] == [
        "The provider “openrouter” is a third party.",
        "The provider “far” is a third party.",
    ]
    assert (network.connections, network.names) == ([], [])


async def test_a_seat_outside_is_refused_and_the_others_go_on(
    connected: Room, network: Network
) -> None:
    run = await finished(connected, local_only("scripted:a", OUTSIDE))
    assert run.state == RunState.REVIEW
    assert [call.state for call in run.calls] == [CallState.DONE, CallState.FAILED]
    assert [answer.letter for answer in run.readable_answers] == ["A"]
    assert (network.connections, network.names) == ([], [])


async def test_a_judge_outside_is_refused_and_the_local_judge_steps_in(
    connected: Room, network: Network
) -> None:
    run = await finished(
        connected, local_only("scripted:a", "scripted:b", judge=Judge(model=OUTSIDE))
    )
    assert run.judge_call is not None
    assert (run.judge_call.error_code, run.judge_reason) == ("privacy_refused", "privacy_refused")
    assert explain_judge_reason(run.judge_reason) == REFUSED
    assert run.state == RunState.REVIEW
    assert (network.connections, network.names) == ([], [])


async def test_a_writer_outside_is_refused_and_the_review_stays_open(
    connected: Room, network: Network
) -> None:
    panel = local_only("scripted:a", "scripted:b", writer=Writer(model=OUTSIDE))
    run = await connected.start(panel)
    await connected.finish(run)
    after = await write(connected, run)
    written = after.latest_synthesis
    assert written is not None
    assert written.call is not None
    assert (written.call.state, written.call.error_code) == (CallState.FAILED, "privacy_refused")
    assert after.state == RunState.REVIEW
    assert (network.connections, network.names) == ([], [])


async def write(room: Room, run: Run) -> RunSnapshot:
    await sync_to_async(run.refresh_from_db)()
    await sync_to_async(request_synthesis)(run, requested_by="Ada", now=timezone.now())
    await room.dispatcher.launch(run.pk)
    return await room.finish(run)


async def test_a_host_whose_name_leads_outside_is_looked_up_and_not_connected_to(
    connected: Room, network: Network
) -> None:
    run = await finished(connected, local_only("lying:m"))
    assert run.reason == "privacy_refused"
    assert run.calls[0].error_detail == "“gpu” leads to the public address 93.184.215.14."
    assert (network.connections, network.names) == ([], ["gpu"])


async def test_a_refusal_is_not_tried_again_and_falls_back_nowhere(
    connected: Room, network: Network
) -> None:
    connected.retry(QUICK_RETRIES)
    fallbacks = Fallbacks(outage="scripted:b", overflow="far:m", refusal="far:m")
    seat = make_seat("A", model=OUTSIDE, fallbacks=fallbacks)
    run = await finished(connected, local_only(seats=(seat,)))
    assert calls_of(run) == [(OUTSIDE, CallState.FAILED, "privacy_refused")]
    assert (network.connections, network.names) == ([], [])


async def test_a_fallback_outside_is_refused_too(connected: Room, network: Network) -> None:
    """Should a panel name one all the same: freezing it takes them away."""
    connected.retry(QUICK_RETRIES)
    seat = make_seat("A", model="gone:m", fallbacks=Fallbacks(outage=OUTSIDE))
    run = await finished(connected, local_only(seats=(seat,)))
    assert [call.error_code for call in run.calls] == ["not_configured", "privacy_refused"]
    assert (network.connections, network.names) == ([], [])


async def test_without_the_wish_the_same_seat_is_asked(connected: Room, network: Network) -> None:
    run = await finished(connected, replace(local_only("far:m"), is_local_only=False))
    assert run.reason == "all_seats_failed"
    assert run.calls[0].error_code != "privacy_refused"
    assert network.names == ["llm.example.com"]


async def test_every_role_is_told_how_far_it_may_go(room: Room) -> None:
    """By what the providers were handed: seats, judge and writer of one run."""
    room.scripts(a="Split it.", b="Do not.", judge='{"critiques": []}', writer="Text.")
    handed = []
    provider, _ = room.dispatcher.tools.registry.provider_of("scripted:a")
    stream = provider.stream

    def noting(request: Any) -> Any:
        handed.append((request.model, request.reach, request.refuses_data_collection))
        return stream(request)

    provider.stream = noting
    panel = make_panel("AB", judge=Judge(model="scripted:judge"), refuses_data_collection=True)
    run = await room.start(replace(panel, is_local_only=True))
    await room.finish(run)
    await write(room, run)
    assert sorted(handed) == [(slug, "own-network", True) for slug in ("a", "b", "judge", "writer")]
    assert {call.role for call in (await room.snapshot(run)).calls} == set(CallRole)
