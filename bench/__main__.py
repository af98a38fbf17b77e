"""`python -m bench [--only P1 P2] [--repeats 3]`. Ends with 1 when a release limit is missed."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.bench import MOST_PEOPLE, Bench, Upstream
from bench.duplicates import Duplicates
from bench.figure import Figure, Verdict, as_table
from bench.metrics import MEASURES
from bench.site import Site


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], metavar="KEY", choices=MEASURES)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="a folder that stays, with the server's log")
    asked = parser.parse_args(arguments)
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="fusionweb-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        figures = measure(folder, asked.only or list(MEASURES), asked.repeats)
    finally:
        if asked.keep is None:
            shutil.rmtree(folder)
    say("\n" + as_table(figures))
    return 1 if any(figure.verdict == Verdict.FAILS for figure in figures) else 0


def measure(folder: Path, keys: Sequence[str], repeats: int) -> list[Figure]:
    upstream = Upstream()
    site = Site(folder, upstream.base_url)
    figures: list[Figure] = []
    try:
        people = site.prepare(MOST_PEOPLE)
        site.start()
        bench = Bench(folder, upstream, site, people, repeats, Duplicates(), say)
        for key in keys:
            say(f"{key} …")
            found = MEASURES[key](bench)
            figures += found if isinstance(found, list) else [found]
    finally:
        site.stop()
        upstream.close()
    return figures


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
