"""The heart of a worker while its database is away: it waits, and says so."""

import asyncio
import logging

import pytest
from django.db import OperationalError, ProgrammingError

from panels.engine import heartbeat, leases
from panels.engine.heartbeat import Heart


@pytest.fixture
def away(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """The errors that registering meets before it works, in order."""
    errors: list[Exception] = []

    def register() -> int:
        if errors:
            raise errors.pop(0)
        return 7

    monkeypatch.setattr(leases, "register", register)
    monkeypatch.setattr(leases, "beat", lambda worker_id: {})
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(heartbeat, "is_passing", lambda error: isinstance(error, OperationalError))
    return errors


async def test_a_worker_that_starts_while_its_database_is_away_waits_for_it(
    away: list[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    away += [OperationalError("connection refused")] * 3
    heart = Heart(lambda held, began: None)
    with caplog.at_level(logging.WARNING):
        await asyncio.wait_for(heart.start(), timeout=10)
    assert heart.worker_id == 7
    assert heart.is_proven()
    assert caplog.messages[:3] == ["This worker can't be registered yet: OperationalError"] * 3
    await heart.stop()


async def test_what_no_waiting_helps_against_is_said_at_once(away: list[Exception]) -> None:
    away.append(ProgrammingError("relation does not exist"))
    with pytest.raises(ProgrammingError):
        await Heart(lambda held, began: None).start()
