"""A server that was stopped is gone, whatever its pages still waited for."""

import subprocess
import sys

import pytest

#: What a page does that asks the event loop for something, once there is no loop any more.
PROGRAM = """
import threading
from panels.management.ending import end_in_any_case
threading.Thread(target=threading.Event().wait).start()
"""


def end_of(program: str, *, timeout: float) -> int:
    return subprocess.run([sys.executable, "-c", program], timeout=timeout, check=False).returncode


def test_a_page_that_waits_for_ever_does_not_hold_up_the_end() -> None:
    assert end_of(f"{PROGRAM}end_in_any_case(seconds=0.2)", timeout=30) == 0


def test_without_that_it_would() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        end_of(PROGRAM, timeout=2)
