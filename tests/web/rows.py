"""Rows and answers for the tests of the pages."""

from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.utils import timezone

from panels.choices import CallState, CostSource, CritiqueKind, CritiqueOrigin, RunState, ShareScope
from panels.models import Call, Critique, Decision, Document, Preset, Run, ShareLink
from panels.models.shares import hash_token
from panels.panel import Judge, Panel, Seat, Writer
from tests.factories import make_panel

HTMX = {"HX-Request": "true"}
NOWHERE = "0b5b1c9e-0000-4000-8000-00000000dead"
HOSTILE = '"><script>alert(1)</script><img src=x onerror="alert(2)">'


def add_run(owner: User, **changes: Any) -> Run:
    values: dict[str, Any] = {
        "title": "Split checkout?",
        "question": "Should we split checkout out of the monolith?",
        "state": RunState.REVIEW,
        "preset_key": "architecture-review",
        "preset_name": "Architecture review",
        "panel_json": make_panel().to_json(),
        "created_at": timezone.now(),
    }
    return Run.objects.create(owner=owner, **(values | changes))


def add_draft(owner: User, **changes: Any) -> Run:
    values = {"state": RunState.DRAFT, "title": "", "question": "", "panel_json": None}
    return add_run(owner, **(values | {"preset_key": "", "preset_name": ""} | changes))


def add_document(run: Run, **changes: Any) -> Document:
    values = {
        "name": "adr-014.md",
        "kind": "markdown",
        "text": "# ADR 14\n\nSplit it.",
        "word_count": 5,
        "size_bytes": 19,
        "created_at": timezone.now(),
    }
    return Document.objects.create(run=run, **(values | changes))


def add_critique(run: Run, number: int, *verdicts: str) -> Critique:
    critique = Critique.objects.create(
        run=run,
        number=number,
        kind=CritiqueKind.CONTRADICTION,
        origin=CritiqueOrigin.JUDGE,
        title=f"Point {number}",
        created_at=timezone.now(),
    )
    for verdict in verdicts:
        Decision.objects.create(
            critique=critique, verdict=verdict, reviewer_name="Ada", created_at=timezone.now()
        )
    return critique


def add_call(run: Run, **changes: Any) -> Call:
    now = timezone.now()
    values = {
        "role": "seat",
        "seat": "A",
        "state": CallState.DONE,
        "model_asked": "scripted:a",
        "cost_source": CostSource.REPORTED,
        "created_at": now,
        "asked_at": now,
        "finished_at": now,
    }
    return Call.objects.create(run=run, **(values | changes))


def add_link(
    run: Run,
    *,
    scope: str = ShareScope.REVIEW,
    lifetime: timedelta | None = timedelta(days=1),
    is_revoked: bool = False,
) -> str:
    """A share link's token."""
    now = timezone.now()
    token = ShareLink.new_token()
    ShareLink.objects.create(
        run=run,
        token_hash=hash_token(token),
        scope=scope,
        created_at=now,
        expires_at=now + lifetime if lifetime else None,
        revoked_at=now if is_revoked else None,
    )
    return token


def add_preset(owner: User, **changes: Any) -> Preset:
    panel = Panel(
        seats=(Seat(letter="A", model="best", persona_name="Sceptic", temperature=0.7),),
        judge=Judge(rubric=("Names an owner",)),
        writer=Writer(model="best"),
    )
    values = {"name": "Mine", "panel_json": panel.to_json(), "created_at": timezone.now()}
    return Preset.objects.create(owner=owner, **(values | changes))


def page(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def words(response: HttpResponse, selector: str = "") -> str:
    """The text that a reader sees, in one element or in all, with single spaces."""
    soup = page(response)
    for isolated in soup.select("bdi:not([class])"):
        isolated.unwrap()
    soup.smooth()
    found = soup.select_one(selector) if selector else soup
    assert found is not None, f"no {selector}"
    return " ".join(found.get_text(" ").split())


def assert_inert(response: HttpResponse) -> None:
    """The page may show `HOSTILE`, and must not contain anything of it as markup."""
    soup = page(response)
    assert "alert(1)" in soup.get_text() or "alert(1)" in str(soup)
    assert [script for script in soup("script") if not script.get("src")] == []
    assert soup.select("img, [onerror], [style], [onclick]") == []
