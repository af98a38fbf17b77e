"""The very end of a process that was stopped."""

import os
import threading


def end_in_any_case(*, seconds: float) -> None:
    """End this process soon, whatever its threads still wait for.

    Everything was stopped in order by now. But a page that was being made may wait for the event
    loop, which is gone, and Python would wait for that page for ever.
    """
    timer = threading.Timer(seconds, os._exit, args=[0])
    timer.daemon = True
    timer.start()
