"""A real LiteLLM proxy in front of real llama.cpp servers. `make interop` installs and runs it."""

import os

import pytest

from tests.interop.litellm_proxy import litellm_proxy
from tests.providers.llama_servers import llama_server

#: Set by `make interop`, which has installed the proxy; any other run passes this folder by.
collect_ignore_glob = [] if os.environ.get("FUSIONWEB_INTEROP") else ["test_*.py"]

FINDINGS = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def llama():
    with llama_server() as server:
        yield server


@pytest.fixture(scope="session")
def doomed_llama():
    """For the test that kills it."""
    with llama_server() as server:
        yield server


@pytest.fixture(scope="session")
def proxy(llama, doomed_llama, tmp_path_factory):
    upstreams = {"small": llama.upstream(), "doomed": doomed_llama.upstream()}
    with litellm_proxy(upstreams, tmp_path_factory.mktemp("litellm")) as started:
        yield started


@pytest.fixture
def found(request):
    """Keeps a sentence for the report."""
    return request.config.stash.setdefault(FINDINGS, []).append


def pytest_terminal_summary(terminalreporter, config):
    if findings := config.stash.get(FINDINGS, []):
        terminalreporter.section("what was found")
        for finding in sorted(findings):
            terminalreporter.write_line(f"- {finding}")
