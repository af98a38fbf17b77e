"""What processes use, by /proc: CPU seconds and memory of a process with all its children."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def family(pid: int) -> list[int]:
    """The process and its descendants that live."""
    children: dict[int, list[int]] = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit() and (stat := _stat(int(folder.name))):
            children.setdefault(int(stat[1]), []).append(int(folder.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def cpu_seconds(pid: int) -> float:
    """Of the whole family, with those children that have ended."""
    ticks = 0
    for each in family(pid):
        if stat := _stat(each):
            ticks += sum(int(field) for field in stat[11:15])
    return ticks / _TICKS


def memory_mb(pid: int) -> float:
    """The family's proportional share of memory (PSS)."""
    total = 0
    for each in family(pid):
        try:
            lines = (_PROC / str(each) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def load() -> str:
    """How busy the machine is by others, to stand beside a figure."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _stat(pid: int) -> list[str]:
    """The fields after the command, which may hold anything: state, parent, …"""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
