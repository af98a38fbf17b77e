"""axe-core against a page as it stands."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

_FILE = Path(__file__).parent / "vendor" / "axe.min.js"
_RUN = """
async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) =>
        `${id}: ${nodes.map((n) => n.target.join(" ") + " | " + n.failureSummary).join("; ")}`);
}
"""


@cache
def _source() -> str:
    return _FILE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Each as its rule and where it is broken. Evaluated, not injected: the policy stays on."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    return page.evaluate(_RUN)
