"""What every metric is handed: the upstream, the site with people in it, and loads taken once."""

import json
import statistics
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.duplicates import Duplicates
from bench.ideal_client import Taken
from bench.loading import Load, take_load
from bench.processes import end, run_module, start_module
from bench.relaying import Relayed, take_relay
from bench.site import Person, Site

MOST_PEOPLE = 125


class Upstream:
    """The scripted upstream's process."""

    def __init__(self) -> None:
        self._process = start_module("bench.upstream")
        assert self._process.stdout is not None
        self.base_url = self._process.stdout.readline().strip()

    def log(self) -> list[dict[str, Any]]:
        return list(self._get("log"))

    def clear(self) -> None:
        self._get("clear")

    def close(self) -> None:
        end(self._process)

    def _get(self, what: str) -> Any:
        address = self.base_url.removesuffix("/v1") + f"/{what}"
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
            return json.load(answer)


@dataclass(frozen=True)
class Pair:
    """Ours and the ideal's, taken one right after the other."""

    ours: Load
    ideal: Taken
    relayed: Relayed


@dataclass
class Bench:
    folder: Path
    upstream: Upstream
    site: Site
    people: Sequence[Person]
    #: How often a load is taken.
    repeats: int
    duplicates: Duplicates
    say: Callable[[str], None]
    _pairs: dict[int, list[Pair]] = field(default_factory=dict)

    def pairs(self, runs: int) -> list[Pair]:
        """So many standard runs at once, and the ideal's, by turns; measured once per bench."""
        if runs not in self._pairs:
            self._pairs[runs] = [self._pair(runs) for _ in range(self.repeats)]
        return self._pairs[runs]

    def load(self, runs: int) -> Load:
        """So many standard runs at once, each by a person of its own with a page open."""
        self.upstream.clear()
        load = take_load(self.site, self.people[:runs])
        self.note_duplicates()
        self.say(f"  {load}")
        return load

    def relayed(self, runs: int) -> Relayed:
        """So many panels through the ideal relay, each with a page's socket."""
        relayed = take_relay(self.upstream.base_url, runs)
        self.say(f"  {relayed}")
        return relayed

    def ideal(self, runs: int) -> Taken:
        told = run_module("bench.ideal_client", self.upstream.base_url, str(runs))
        taken = Taken(**json.loads(told))
        self.say(f"  ideal: {statistics.fmean(taken.run_seconds):.2f} s per run")
        return taken

    def note_duplicates(self) -> list[dict[str, Any]]:
        """Take the upstream's log into the count of calls that were paid for twice."""
        log = self.upstream.log()
        self.duplicates.take(log)
        return log

    def _pair(self, runs: int) -> Pair:
        return Pair(ours=self.load(runs), ideal=self.ideal(runs), relayed=self.relayed(runs))
