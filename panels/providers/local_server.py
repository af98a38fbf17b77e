"""The child process that serves the local model: `python -m panels.providers.local_server`.

Its first line of input is the key that requests must carry. It writes its address as one line, and
lives until its input ends, so that it can't outlive its parent, however that one dies.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--slots", type=int, required=True)
    parser.add_argument("--slot-tokens", type=int, required=True)
    asked = parser.parse_args(arguments)
    key = sys.stdin.readline().strip()
    server = serve(asked.weights, asked.name, asked.slots, asked.slot_tokens, key)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    while sys.stdin.read(4096):
        pass
    # At once: a tidy end would wait for the answers that nobody is left to read.
    os._exit(0)


def serve(weights: str, name: str, slots: int, slot_tokens: int, key: str) -> Any:
    # Here, since it loads 100 MB that only the child needs.
    from xllamacpp import CommonParams, Server

    params = CommonParams()
    params.model.path = weights
    params.model_alias = {name}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = False
    params.n_parallel = slots
    # llama.cpp divides the context by the number of slots.
    params.n_ctx = slots * slot_tokens
    # Both cost time at every start, and a model this small needs neither.
    params.fit_params = False
    params.warmup = False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = thread_count()
    params.verbosity = 1
    return Server(params)


def thread_count() -> int:
    """One core stays free for everybody else.

    llama.cpp's threads wait for each other by spinning. With as many as there are cores and
    anything else running, two cores wrote 2 tokens/s for 65 s of CPU time; with one fewer 41
    tokens/s for 2 s.
    """
    return max(1, (os.cpu_count() or 1) - 1)


if __name__ == "__main__":
    main()
