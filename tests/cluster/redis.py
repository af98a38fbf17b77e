"""A Redis of one's own, that keeps nothing: what it carries is made good from the database."""

import socket
from pathlib import Path

from scripts.ensure_services import find_program
from tests.cluster.processes import Part, PartFailed, free_port


class PrivateRedis(Part):
    def __init__(self, *, logs: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        program = find_program("redis-server")
        if program is None:
            raise PartFailed(
                "redis-server was not found. On Debian and Ubuntu: apt install redis-server, "
                "or without a service: make .venv/services/ready"
            )
        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "appendonly": "no"}
        command = [program, *(word for k, v in options.items() for word in (f"--{k}", v))]
        super().__init__("redis", command, folder=logs, is_ready=self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
