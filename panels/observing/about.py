"""What the work at hand is about. Tasks and threads that it starts inherit it.

Set once where a run is advanced, where a call is asked and where a request comes in; read by every
log line (`log_lines.py`).
"""

from contextvars import ContextVar

run_id: ContextVar[str] = ContextVar("run_id", default="")
call_id: ContextVar[str] = ContextVar("call_id", default="")
request_id: ContextVar[str] = ContextVar("request_id", default="")


def begin_run(run: str) -> None:
    """From here on this task is about a run, and no longer about the request that launched it."""
    run_id.set(run)
    call_id.set("")
    request_id.set("")


def begin_call(call: int) -> None:
    call_id.set(str(call))


#: The worker that this process is, once it has a name.
_worker: list[str] = []


def name_worker(name: str) -> None:
    _worker[:] = [name]


def facts() -> dict[str, str]:
    """What is known, by the names that log lines use for it."""
    known = {
        "run_id": run_id.get(),
        "call_id": call_id.get(),
        "request_id": request_id.get(),
        "worker": "".join(_worker),
    }
    return {name: value for name, value in known.items() if value}
