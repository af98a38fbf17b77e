"""A room in which nothing times out: for slow streams on a busy machine."""

from collections.abc import AsyncIterator

import pytest

from panels.providers.registry import Registry
from panels.providers.scripted import ScriptedProvider
from tests.engine.conftest import Room
from tests.engine.paid_room import PATIENT


class PatientRoom(Room):
    def registry(self) -> Registry:
        return Registry([ScriptedProvider(self.book, timeouts=PATIENT)])


@pytest.fixture
async def room(transactional_db: None) -> AsyncIterator[Room]:
    room = PatientRoom()
    yield room
    await room.dispatcher.close()
