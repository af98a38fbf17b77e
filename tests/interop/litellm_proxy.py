"""Starts LiteLLM's proxy on a free port, and ends it by its process id."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.providers.journeys import CONTEXT_TOKENS, Upstream
from tests.providers.raw_servers import free_port

PROGRAM = Path(__file__).resolve().parents[2] / ".venv-interop" / "bin" / "litellm"
KEY = "sk-interop-0123456789"
START_SECONDS = 90.0
STOP_SECONDS = 15.0
PRICE_IN_USD = "0.000001"
PRICE_OUT_USD = "0.000002"


@dataclass(frozen=True)
class Proxy:
    address: str
    version: str

    def upstream(self, slug: str) -> Upstream:
        return Upstream(f"{self.address}/v1", KEY, slug, slug)


@contextmanager
def litellm_proxy(upstreams: Mapping[str, Upstream], directory: Path) -> Iterator[Proxy]:
    """`dead` is a model whose server is not there, `replaced` one that falls back to `small`."""
    config, log = directory / "config.json", directory / "proxy.log"
    # YAML reads JSON.
    config.write_text(json.dumps(config_of(upstreams)))
    port = free_port()
    command = [PROGRAM, "--config", config, "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--telemetry", "False"],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=directory,
            env=environment(directory),
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(process, address, log)
        yield Proxy(address, version())
    finally:
        end(process)


def config_of(upstreams: Mapping[str, Upstream]) -> dict:
    nowhere = Upstream(f"http://127.0.0.1:{free_port()}/v1", "none", "absent", "absent")
    everywhere = {**upstreams, "dead": nowhere, "replaced": nowhere}
    return {
        "model_list": [deployment(name, upstream) for name, upstream in everywhere.items()],
        "litellm_settings": {"num_retries": 0, "include_cost_in_streaming_usage": True},
        "router_settings": {"fallbacks": [{"replaced": ["small"]}]},
        "general_settings": {"master_key": KEY},
    }


def deployment(name: str, upstream: Upstream) -> dict:
    return {
        "model_name": name,
        "litellm_params": {
            "model": f"openai/{upstream.slug}",
            "api_base": upstream.base_url,
            "api_key": upstream.key,
        },
        "model_info": {
            "max_input_tokens": CONTEXT_TOKENS,
            "input_cost_per_token": float(PRICE_IN_USD),
            "output_cost_per_token": float(PRICE_OUT_USD),
        },
    }


def environment(directory: Path) -> dict[str, str]:
    """Nothing of ours, no way out, and no prices from the network."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
    return kept | {"HOME": str(directory), "NO_PROXY": "*", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def wait_until_ready(process: subprocess.Popen, address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_alive(address):
        if process.poll() is not None or time.monotonic() > deadline:
            why = "ended" if process.poll() is not None else "did not start"
            sys.exit(f"LiteLLM's proxy {why}. Its log ends:\n{log.read_text()[-2000:]}")
        time.sleep(0.2)


def is_alive(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/liveliness", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def version() -> str:
    python = PROGRAM.with_name("python")
    program = "from importlib.metadata import version; print(version('litellm'))"
    return subprocess.run(
        [python, "-c", program], capture_output=True, text=True, check=True
    ).stdout.strip()


def end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
