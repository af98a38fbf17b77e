"""A provider that is broken on purpose fails as a real one does."""

import asyncio

import pytest

from panels.providers import errors
from panels.providers.broken import PIECES_BEFORE, WORDS, BrokenOnPurpose
from panels.providers.drills import FAULTS
from panels.providers.requests import Timeouts, WebAccess
from panels.providers.scripted import ScriptedProvider
from panels.providers.scripts import Script, ScriptBook
from tests.providers.asking import ask, text_of

QUICK = Timeouts(first_token_seconds=0.05, silence_seconds=0.05)
MEANINGS = {
    "cut": errors.StreamBroken,
    "empty": errors.EmptyAnswer,
    "hang": errors.FirstTokenTimedOut,
    "overflow": errors.ContextOverflow,
    "refusal": errors.ContentRefused,
    "silence": errors.SilenceTimedOut,
    "unreachable": errors.Unreachable,
    "unreadable": errors.UnreadableStream,
}


def scripted(text="one two three four five"):
    script = Script(text=text, tokens_per_second=500)
    return ScriptedProvider(ScriptBook({"a": script}), timeouts=QUICK)


def test_every_fault_that_can_be_set_has_a_meaning():
    assert set(MEANINGS) == set(FAULTS)


@pytest.mark.parametrize(("fault", "meaning"), MEANINGS.items())
async def test_a_fault_is_the_error_that_it_stands_for(fault, meaning):
    _, error = await ask(BrokenOnPurpose(scripted(), fault, timeouts=QUICK), "a")
    assert type(error) is meaning
    assert error.detail == WORDS


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("401", errors.AuthFailed),
        ("402", errors.PaymentRequired),
        ("404", errors.ModelNotFound),
        ("418", errors.BadRequest),
        ("429", errors.RateLimited),
        ("500", errors.TemporarilyRefused),
        ("529", errors.Overloaded),
    ],
)
async def test_a_status_means_what_it_means_from_a_vendor(status, meaning):
    _, error = await ask(BrokenOnPurpose(scripted(), status, timeouts=QUICK), "a")
    assert type(error) is meaning


@pytest.mark.parametrize("fault", ["cut", "silence"])
async def test_a_fault_in_the_middle_has_real_words_before_it(fault):
    provider = scripted()
    events, _ = await ask(BrokenOnPurpose(provider, fault, timeouts=QUICK), "a")
    assert text_of(events) == "one two three "
    assert PIECES_BEFORE == 3
    assert provider.book.requests[0].was_closed_early


@pytest.mark.parametrize("fault", ["429", "hang", "unreachable", "refusal", "empty", "overflow"])
async def test_every_other_fault_sends_nothing_and_costs_nothing(fault):
    provider = scripted()
    broken = BrokenOnPurpose(provider, fault, timeouts=QUICK)
    await ask(broken, "a")
    assert provider.book.requests == []
    assert broken.is_free


async def test_a_call_that_hangs_can_be_stopped():
    broken = BrokenOnPurpose(scripted(), "hang", timeouts=Timeouts(first_token_seconds=60))
    task = asyncio.create_task(ask(broken, "a"))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_in_all_else_it_is_the_provider_itself():
    provider = scripted()
    broken = BrokenOnPurpose(provider, "cut", timeouts=QUICK)
    assert (broken.name, broken.privacy) == (provider.name, provider.privacy)
    assert await broken.list_models() == await provider.list_models()
    assert broken.serves_web("a", WebAccess()) == provider.serves_web("a", WebAccess())
    assert broken.lists_model("a", frozenset({"a"})) is True
    await broken.close()
