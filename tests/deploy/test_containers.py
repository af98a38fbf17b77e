"""The files for containers, as far as they can be checked without any: they parse, and name only
commands, options, settings and files that exist."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import load_command_class

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PROCFILE = dict(
    line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines() if line
)
KNOWN = set(re.findall(r"^#([A-Z][A-Z0-9_]*)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
SERVICES = COMPOSE["services"]
OURS = ("migrate", "web", "worker")


def commands() -> list[list[str]]:
    """Every `manage.py …` that one of the files starts."""
    docker = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert docker
    return [
        *(SERVICES[name]["command"] for name in OURS),
        *(shlex.split(line.replace("${PORT:-8000}", "8000")) for line in PROCFILE.values()),
        yaml.safe_load(docker[1]),
    ]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_is_one_that_manage_py_takes(words: list[str]) -> None:
    assert words[:2] == ["python", "manage.py"]
    name = words[2]
    app = "django.core" if name == "migrate" else "panels"
    parser = load_command_class(app, name).create_parser("manage.py", name)
    parser.parse_args(words[3:])


def test_servers_and_workers_run_in_one_shape() -> None:
    """What the topology refuses at the start is not what these files ask for."""
    for name in OURS:
        settings = SERVICES[name]["environment"]
        assert settings.keys() <= KNOWN
        assert settings["FUSIONWEB_ENGINE"] == "workers"
        assert {"DATABASE_URL", "REDIS_URL", "FUSIONWEB_SECRET_KEY"} <= settings.keys()


def test_variables_that_compose_asks_for_are_settings_or_its_own() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    assert asked - KNOWN == {"POSTGRES_PASSWORD"}


def test_the_addresses_name_services() -> None:
    settings = SERVICES["web"]["environment"]
    hosts = [re.split(r"[@/]+", settings["DATABASE_URL"])[-2]]
    hosts += [re.split(r"[/:]+", settings["REDIS_URL"])[1]]
    assert hosts == ["postgres", "redis"]
    assert set(hosts) <= SERVICES.keys()


def test_what_is_copied_and_mounted_exists_or_is_the_owners() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE)
    for path in " ".join(copied).split():
        assert (ROOT / path).exists(), path
    mounted = [volume.split(":")[0] for volume in SERVICES["proxy"]["volumes"]]
    assert mounted[0] == "./deploy/nginx.conf"
    assert all(path.startswith("./deploy/tls/") for path in mounted[1:])


def test_the_proxys_changes_fit_the_sample() -> None:
    (script,) = SERVICES["proxy"]["command"][2:]
    sample = (ROOT / "deploy/nginx.conf").read_text()
    assert sample.count("server 127.0.0.1:8001 ") == sample.count("server 127.0.0.1:8002 ") == 1
    assert "s/server 127.0.0.1:8001/server web:8000/" in script
    port = SERVICES["web"]["command"][-1]
    assert f"web:{port}" in script


def test_everything_that_code_imports_is_copied() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    assert copied == {"fusionweb", "panels", "templates", "static"}
