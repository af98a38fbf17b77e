import re

MOST_NAME_CHARACTERS = 200


def safe_name(name: str, fallback: str = "Unnamed file") -> str:
    """A file's name to show and store: no folders, nothing invisible, never too long."""
    last = re.split(r"[/\\]", name)[-1]
    visible = " ".join("".join(c if c.isprintable() else " " for c in last).split())
    if not visible.strip(". "):
        return fallback
    return visible if len(visible) <= MOST_NAME_CHARACTERS else _shortened(visible)


def extension(name: str) -> str:
    stem, dot, ending = safe_name(name).rpartition(".")
    return ending.lower() if stem and dot else ""


def _shortened(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        return name[: MOST_NAME_CHARACTERS - 1] + "…"
    return f"{stem[: MOST_NAME_CHARACTERS - len(ending) - 2]}…{dot}{ending}"
