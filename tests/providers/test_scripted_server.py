"""The scripts over real HTTP."""

import asyncio
import json
import sys

import pytest

from panels.providers.requests import Timeouts
from panels.providers.scripted import ScriptedProvider
from panels.providers.scripted_server import main, serve_scripts
from panels.providers.scripts import Script, ScriptBook
from tests.providers.asking import ask, text_of

HASTY = Timeouts(first_token_seconds=0.1, silence_seconds=0.1)


def provider_of(timeouts: Timeouts | None = None, **scripts: Script) -> ScriptedProvider:
    return ScriptedProvider(ScriptBook(scripts), timeouts=timeouts)


async def test_the_server_says_the_same_as_the_transport(vendor_at):
    script = Script(text="one two", reasoning="Hm. ", served_model="m-1")
    over_http, in_process = ScriptBook({"a": script}), provider_of(a=script)
    async with serve_scripts(over_http) as base_url:
        vendor = vendor_at(base_url)
        assert await ask(vendor, "a") == await ask(in_process, "a")
        assert await vendor.list_models() == await in_process.list_models()
    assert over_http.requests == in_process.book.requests


async def test_the_server_writes_a_line_for_every_request(vendor_at, tmp_path):
    book = ScriptBook({"a": Script(text="x"), "b": Script(fault="hang"), "c": Script(status=500)})
    path = tmp_path / "requests.log"
    with path.open("w") as log:
        async with serve_scripts(book, log=log) as base_url:
            for slug in ("a", "b", "c", "nobody"):
                await ask(vendor_at(base_url, timeouts=HASTY), slug)
            async with asyncio.timeout(5):
                while len(path.read_text().splitlines()) < 4:
                    await asyncio.sleep(0.01)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    kept = {
        line["slug"]: (line["attempt"], line["status"], line["was_closed_early"]) for line in lines
    }
    assert kept == {
        "a": (1, 200, False),
        "b": (None, None, True),
        "c": (1, 500, False),
        "nobody": (None, 404, False),
    }
    assert all(line["asked_at"] <= line["ended_at"] for line in lines)


async def test_the_server_is_a_program_too(vendor_at, tmp_path):
    scripts = tmp_path / "scripts.json"
    scripts.write_text(json.dumps({"a": {"text": "Hello there"}}))
    log = tmp_path / "log"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "panels.providers.scripted_server",
        f"--scripts={scripts}",
        f"--log={log}",
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        base_url = (await process.stdout.readline()).decode().strip()
        events, error = await ask(vendor_at(base_url), "a")
    finally:
        process.terminate()
        await process.communicate()
    assert error is None
    assert text_of(events) == "Hello there"
    assert json.loads(log.read_text())["slug"] == "a"


def test_the_program_says_what_is_wrong_with_its_scripts(tmp_path):
    with pytest.raises(ValueError, match="can't be read"):
        main(["--scripts", str(tmp_path / "none.json")])
