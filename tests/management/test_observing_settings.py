"""A wrong setting of what watches a process is named before anybody is served."""

import os
import subprocess
import sys

import pytest
from django.core.management.base import CommandError

from panels.management.commands.serve import Command
from panels.management.commands.worker import Command as WorkerCommand
from tests.cluster.processes import ROOT, without_keys


def test_a_protocol_that_is_not_spoken_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    with pytest.raises(CommandError, match="OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf"):
        Command()._refuse_wrong_settings()


def test_a_port_for_probes_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    monkeypatch.setattr("panels.management.commands.worker.refuse_lonely_workers", lambda: None)
    settings.WORKER_METRICS_PORT = "metrics"
    with pytest.raises(CommandError, match="FUSIONWEB_WORKER_METRICS_PORT must be a port"):
        WorkerCommand().handle()


def test_a_log_format_that_is_none_is_refused(tmp_path) -> None:
    environment = {
        **without_keys(os.environ),
        "FUSIONWEB_DATA_DIR": str(tmp_path),
        "FUSIONWEB_LOG_FORMAT": "yaml",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "FUSIONWEB_LOG_FORMAT must be plain or json, not “yaml”." in done.stderr
