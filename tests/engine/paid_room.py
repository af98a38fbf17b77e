"""An engine whose one vendor charges, keeps records and a log of its own, over real HTTP."""

from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User

from panels.choices import CallRole
from panels.models import Run
from panels.panel import Judge, Panel, Seat, Writer
from panels.providers.http import plain_client
from panels.providers.openrouter import OpenRouter
from panels.providers.registry import Registry
from panels.providers.requests import Timeouts
from panels.snapshot import CallSnapshot, RunSnapshot
from tests.engine.conftest import Room
from tests.paid_vendor import PaidVendor, serve_vendor

#: For a busy machine, where nothing is meant to time out.
PATIENT = Timeouts(connect_seconds=5, first_token_seconds=10, silence_seconds=10)


class PaidRoom(Room):
    """Models are `openrouter:<slug>`. `lists_prices`: the vendor's list is known from the start."""

    def __init__(self, base_url: str, client: httpx.AsyncClient, vendor: PaidVendor) -> None:
        self.base_url = base_url
        self.client = client
        self.vendor = vendor
        super().__init__()
        self.book = vendor.book

    def registry(self) -> Registry:
        provider = OpenRouter(
            name="openrouter",
            base_url=self.base_url,
            client=self.client,
            api_key="sk-test-0123456789",
            timeouts=PATIENT,
        )
        return Registry([provider])

    def scripts(self, **scripts: Any) -> None:
        self.vendor.scripts(**scripts)

    async def list_prices(self) -> None:
        await self.dispatcher.tools.registry.list_models()

    async def owner(self) -> User:
        user, _ = await sync_to_async(User.objects.get_or_create)(username="owner")
        return user

    async def go_on(self, raise_it: Callable[..., list[UUID]], *args: Any) -> None:
        """As a view does: raise what holds a run, and launch what waits no more."""
        for run_id in await sync_to_async(raise_it)(*args):
            await self.dispatcher.launch(run_id)

    def charged(self) -> list[str]:
        """The slugs that the vendor generated something for, in its order."""
        return [charge.slug for charge in self.vendor.log if charge.status == 200]


@pytest.fixture
async def paid(transactional_db: None) -> AsyncIterator[PaidRoom]:
    vendor = PaidVendor()
    client = plain_client()
    async with serve_vendor(vendor) as base_url:
        room = PaidRoom(base_url, client, vendor)
        yield room
        await room.dispatcher.close()
        await client.aclose()


def paid_panel(letters: str = "ABC", *, max_tokens: int | None = 50, **changes: Any) -> Panel:
    """Seats whose answers have at most so many tokens, so that what they may cost is known."""
    seats = tuple(
        Seat(letter=letter, model=f"openrouter:{letter.lower()}", max_tokens=max_tokens)
        for letter in letters
    )
    return Panel(
        **{
            "seats": seats,
            "judge": Judge(),
            "writer": Writer(model="openrouter:writer", max_tokens=max_tokens),
            **changes,
        }
    )


def of_role(run: RunSnapshot, role: CallRole) -> list[CallSnapshot]:
    return [call for call in run.calls if call.role == role]


async def high_of_one_seat(room: PaidRoom) -> Decimal:
    """What the gate reserves for a seat of `paid_panel` with the usual question."""
    room.scripts(**dict.fromkeys(("a", "b", "c", "d", "judge", "writer"), "Yes."))
    await room.list_prices()
    run = await room.start(paid_panel("A"))
    await room.finish(run)
    reserved = await sync_to_async(_reserved)(run)
    room.vendor.log.clear()
    return reserved


def _reserved(run: Run) -> Decimal:
    """And nothing of the run stays: its lengths would narrow the next estimate."""
    reserved = run.calls.get(seat="A").reserved_usd
    run.delete()
    return Decimal(reserved)
