"""How long the server's event loop lets a probe wait: `python -m bench.pinging ADDRESS`.

`/health/` is answered by the loop alone, so what it takes beyond a millisecond is a pause. From a
process of its own, until it is ended; then it says the longest in milliseconds.
"""

import http.client
import signal
import subprocess
import sys
import time
from types import FrameType
from urllib.parse import urlsplit

#: Often enough to meet a pause that matters; each answer costs the server a millisecond.
STEP_SECONDS = 0.05


class _Ended(Exception):
    """The load is over."""


def longest_pause_ms(address: str) -> float:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    longest = 0.0
    try:
        while True:
            began = time.monotonic()
            connection.request("GET", "/health/")
            connection.getresponse().read()
            longest = max(longest, time.monotonic() - began)
            time.sleep(STEP_SECONDS)
    except _Ended:
        return longest * 1000


def pause_of(pinger: "subprocess.Popen[str]") -> float:
    """End it, and hear what it has found."""
    pinger.terminate()
    said, _ = pinger.communicate(timeout=60)
    return float(said)


def _end(_: int, __: FrameType | None) -> None:
    raise _Ended


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    sys.stdout.write(str(longest_pause_ms(sys.argv[1])))
