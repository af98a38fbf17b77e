"""The bench's own processes: the upstream, the ideal client, the ideal relay."""

import subprocess
import sys

from bench.site import ROOT


def start_module(module: str, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run_module(module: str, *words: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def end(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    process.wait(timeout=10)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
