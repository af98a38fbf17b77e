"""`docs/operating.md` and `.env.example` name exactly what the code reads, with its defaults."""

import ast
import re
from pathlib import Path

import pytest

from panels.providers.environment import timeouts_from
from panels.providers.requests import Timeouts

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs/operating.md").read_text()
EXAMPLE = dict(
    re.findall(r"^#([A-Z][A-Z0-9_]*)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
)
ROWS = dict(re.findall(r"^\| `([A-Z][A-Z0-9_]*)` \| (?:`(.*?)` )?\|", GUIDE, re.MULTILINE))
CODE = [path for part in ("panels", "fusionweb") for path in (ROOT / part).rglob("*.py")]
#: `.env.example` shows what they may look like; by default they are not set.
SHOWN_BY_EXAMPLE = {
    "FUSIONWEB_ENDPOINTS",
    "FUSIONWEB_PRIVACY",
    "FUSIONWEB_PRICES",
    "FUSIONWEB_DRILL",
    "FUSIONWEB_MOST_CALLS_OPENROUTER",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
}
TIME_OUTS = [name for name in Timeouts.__dataclass_fields__ if name.endswith("_seconds")]
#: Put together from parts in the code: time-outs, and limits by a provider's name.
PUT_TOGETHER = {f"FUSIONWEB_{name.upper()}" for name in TIME_OUTS} | {
    "FUSIONWEB_MOST_CALLS_OPENROUTER"
}
_OURS = re.compile(r"FUSIONWEB_[A-Z_]*[A-Z]|[A-Z]+_API_KEY|DATABASE_URL|REDIS_URL")


def strings_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_the_table_has_what_the_example_has_with_the_same_defaults() -> None:
    expected = {n: "" if n in SHOWN_BY_EXAMPLE else value for n, value in EXAMPLE.items()}
    assert expected == ROWS


def test_the_code_reads_what_the_example_has_and_nothing_else() -> None:
    read = {text for path in CODE for text in strings_in(path) if _OURS.fullmatch(text)}
    ours = {name for name in EXAMPLE if _OURS.fullmatch(name)}
    assert read | PUT_TOGETHER == ours


def test_every_time_out_is_read_by_its_name() -> None:
    for number, name in enumerate(TIME_OUTS, start=7):
        assert getattr(timeouts_from({f"FUSIONWEB_{name.upper()}": str(number)}), name) == number


def defaults_in_settings() -> dict[str, str]:
    """`env.int("NAME", default=7)` in the settings, as the example would write it."""
    found = {}
    for node in ast.walk(ast.parse((ROOT / "fusionweb/settings.py").read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        default = next((k.value for k in node.keywords if k.arg == "default"), None)
        if default is None or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        try:
            expression = compile(ast.Expression(default), "settings", "eval")
            found[str(node.args[0].value)] = _as_written(eval(expression, {}))
        except NameError:  # Made from other settings.
            continue
    return found


def _as_written(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ",".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_the_defaults_are_those_of_the_settings() -> None:
    defaults = defaults_in_settings()
    assert len(defaults) > 15
    assert {name: EXAMPLE[name] for name in defaults if name not in SHOWN_BY_EXAMPLE} == {
        name: value for name, value in defaults.items() if name not in SHOWN_BY_EXAMPLE
    }


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", GUIDE))))
def test_what_the_guide_links_to_exists(link: str) -> None:
    assert (ROOT / "docs" / link).exists()


def test_the_commands_of_the_guide_exist() -> None:
    named = set(re.findall(r"manage\.py (\w+)", GUIDE)) - {"migrate"}
    commands = {path.stem for path in (ROOT / "panels/management/commands").glob("*.py")}
    assert named <= commands
    assert named == {"serve", "worker", "create_account", "backup", "restore"}


def test_the_make_targets_of_the_guide_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"`make ([\w./-]+)`", GUIDE)):
        assert re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE), target
