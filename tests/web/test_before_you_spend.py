"""The new-run page and money: the estimate, what it stands beside, and the cap."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from panels.models import Allowance
from panels.panel import Fallbacks, Judge, Panel, Seat, Writer
from tests.web.priced import use_priced_models
from tests.web.rows import HTMX, add_call, add_document, add_draft, add_preset, add_run, page, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch) -> None:
    use_priced_models(monkeypatch, "flash", "opus")


def preset_of(owner: User, *models: str, **changes: Any) -> str:
    seats = tuple(
        Seat(letter=letter, model=model) for letter, model in zip("ABC", models, strict=False)
    )
    writer = Writer(model=changes.pop("writer", "openrouter:opus"))
    judge = Judge(model=changes.pop("judge", "openrouter:opus"))
    panel = Panel(seats=seats, judge=judge, writer=writer, **changes)
    return f"own-{add_preset(owner, panel_json=panel.to_json()).pk}"


def shown(client: Client, key: str) -> Any:
    return client.get(f"/runs/new/?preset={key}")


def sums(response: Any) -> dict[str, str]:
    rows = page(response).select(".sums > div")
    return {
        " ".join(row.dt.get_text(" ").split()): " ".join(row.dd.get_text(" ").split())
        for row in rows
    }


def save(client: Client, draft: Any, **typed: str) -> Any:
    return client.post(f"/runs/new/{draft.pk}/draft/", typed, headers=HTMX)


# The estimate


def test_each_call_and_each_part_has_its_range(owner_client: Client, owner: User) -> None:
    response = shown(owner_client, preset_of(owner, "openrouter:flash", "openrouter:opus"))
    costs = [cell.get_text(" ", strip=True) for cell in page(response).select(".call-cost")]
    assert len(costs) == 4
    assert all(cost.startswith("Estimate:") and "–" in cost for cost in costs)
    parts = sums(response)
    assert list(parts) == [
        "2 panel calls",
        "1 judge call",
        "1 synthesis, when you ask",
        "Estimate",
        "one call to flash",
        "flash in every seat",
        "Usually takes",
    ]
    assert parts["Estimate"].startswith("$0.")
    assert "×" in parts["one call to flash"]
    assert parts["Usually takes"].endswith((" s", " m"))


def test_a_longer_question_or_a_document_costs_more(owner_client: Client, owner: User) -> None:
    key = preset_of(owner, "openrouter:flash")
    draft = add_draft(owner, question="Why?", preset_key=key)
    before = sums(shown(owner_client, key))["Estimate"]
    save(owner_client, draft, question="Why not? " * 2000, preset=key)
    longer = sums(shown(owner_client, key))["Estimate"]
    add_document(draft, text="The plan says nothing. " * 20_000, word_count=80_000)
    with_document = sums(shown(owner_client, key))["Estimate"]
    assert len({before, longer, with_document}) == 3
    highs = [float(text.split()[-1].replace(",", "")) for text in (before, longer, with_document)]
    assert highs == sorted(highs)


def test_autosave_answers_with_the_new_estimate(owner_client: Client, owner: User) -> None:
    key = preset_of(owner, "openrouter:flash")
    draft = add_draft(owner)
    response = save(owner_client, draft, question="Why not? " * 2000, preset=key)
    summary = page(response).select_one('hx-partial[hx-target="#summary"]')
    assert "Estimate" in summary.get_text()


def test_a_price_that_nobody_knows_is_said_plainly(owner_client: Client, owner: User) -> None:
    response = shown(owner_client, preset_of(owner, "ollama:qwen3", "openrouter:flash"))
    assert words(response, ".seat-A .call-cost") == "price not known"
    assert sums(response)["Estimate"].startswith("at least $")
    assert "No price is known for ollama:qwen3: the estimate leaves it out." in words(
        response, "#summary .notice"
    )


def test_without_any_price_nothing_is_invented(owner_client: Client, owner: User) -> None:
    key = preset_of(owner, "ollama:qwen3", writer="ollama:qwen3", judge="local-judge")
    response = shown(owner_client, key)
    assert sums(response)["Estimate"] == "not known"
    assert "nobody can say what this costs" in words(response, "#summary .notice")


def test_what_runs_here_is_shown_as_free(owner_client: Client, owner: User) -> None:
    local = "local:smollm2-135m"
    response = shown(owner_client, preset_of(owner, local, writer=local, judge="local-judge"))
    assert sums(response)["Estimate"] == "free"
    assert words(response, ".seat-A .call-cost") == "Estimate: free"
    assert sums(response)["Local judge, no call"] == "free"


def test_history_makes_the_range_narrower_and_is_named(owner_client: Client, owner: User) -> None:
    key = preset_of(owner, "openrouter:flash")

    def width() -> float:
        low, _, high = sums(shown(owner_client, key))["1 panel call"][1:].split()
        return float(high) - float(low)

    before, run, now = width(), add_run(owner), timezone.now()
    for number in range(20):
        add_call(
            run,
            model_asked="openrouter:flash",
            tokens_out=500 + number,
            asked_at=now - timedelta(seconds=9),
        )
    assert width() < before / 4
    titles = [cell["title"] for cell in page(shown(owner_client, key)).select(".call-cost")]
    assert titles[0] == "From 20 calls of this model in this role"


def test_the_age_of_the_prices_is_told(owner_client: Client, owner: User) -> None:
    response = shown(owner_client, preset_of(owner, "openrouter:flash"))
    assert "Prices were listed just now." in words(response, "#summary")


def test_models_that_would_take_over_are_listed_too(owner_client: Client, owner: User) -> None:
    seat = Seat(letter="A", model="openrouter:flash", fallbacks=Fallbacks(outage="openrouter:opus"))
    panel = Panel(seats=(seat,), judge=Judge(), writer=Writer(model="openrouter:flash"))
    preset = add_preset(owner, panel_json=panel.to_json())
    response = shown(owner_client, f"own-{preset.pk}")
    assert "if it fails: openrouter:opus" in words(response, ".seat-A")
    assert "may be asked again, at most 2 times" in words(response, "#calls")


def test_the_page_asks_the_database_a_fixed_number_of_questions(
    owner_client: Client, owner: User, django_assert_max_num_queries: Any
) -> None:
    draft = add_draft(owner, preset_key=preset_of(owner, "openrouter:flash"))
    for number in range(3):
        add_document(draft, name=f"{number}.md")
    owner_client.get("/runs/new/")
    with django_assert_max_num_queries(18):
        owner_client.get("/runs/new/")


# The cap


def test_the_cap_is_kept_with_the_draft_and_shown_again(owner_client: Client, owner: User) -> None:
    draft = add_draft(owner)
    assert save(owner_client, draft, question="Q", cap="$0.50").status_code == 200
    draft.refresh_from_db()
    assert draft.cap_usd == Decimal("0.5")
    assert page(owner_client.get("/runs/new/")).select_one("#id_cap")["value"] == "0.5"


def test_an_emptied_cap_is_none(owner_client: Client, owner: User) -> None:
    draft = add_draft(owner, cap_usd=Decimal(1))
    save(owner_client, draft, question="Q", cap="")
    draft.refresh_from_db()
    assert draft.cap_usd is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1,000.50", "1000.50"), ("0,5", "0.5"), ("$ 2", "2"), ("0", "0"), ("12,345", "12345")],
)
def test_amounts_are_read_as_people_write_them(
    owner_client: Client, owner: User, typed: str, kept: str
) -> None:
    draft = add_draft(owner)
    save(owner_client, draft, question="Q", cap=typed)
    draft.refresh_from_db()
    assert draft.cap_usd == Decimal(kept)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("much", "Write US dollars, such as 0.50."),
        ("-1", "Write US dollars, such as 0.50; less than nothing can't be spent."),
        ("0.12345", "Write US dollars, such as 0.50, with at most 4 digits after the point."),
        ("1e99", "Write US dollars, such as 0.50; this is too much."),
        ("NaN", "Write US dollars, such as 0.50."),
        ("99999999999", "Write US dollars, such as 0.50; this is too much."),
    ],
)
def test_an_amount_that_is_none_is_refused_beside_its_field_and_keeps_the_rest(
    owner_client: Client, owner: User, typed: str, sentence: str
) -> None:
    draft = add_draft(owner, cap_usd=Decimal(3))
    response = save(owner_client, draft, question="Kept", cap=typed)
    assert response.status_code == 422
    assert words(response, 'hx-partial[hx-target="#cap-error"]') == sentence
    draft.refresh_from_db()
    assert (draft.question, draft.cap_usd) == ("Kept", Decimal(3))


def test_a_cap_below_the_estimate_and_the_days_rest_are_pointed_out(
    owner_client: Client, owner: User, settings: Any
) -> None:
    settings.DAY_CAP_USD = Decimal(5)
    Allowance.objects.create(user=owner, month_cap_usd=Decimal("0.001"))
    key = preset_of(owner, "openrouter:flash")
    add_draft(owner, preset_key=key, cap_usd=Decimal("0.0001"))
    response = shown(owner_client, key)
    warnings = [note.get_text() for note in page(response).select("#summary .notice-warn")]
    assert warnings == [
        "The run may stop at $0.00010 before it is finished.",
        "$0.0010 of your $0.0010 are left this month.",
    ]
    assert "$5.00 of your $5.00 are left today." in words(response, "#summary")


def test_a_cap_and_an_unknown_price_do_not_go_together(owner_client: Client, owner: User) -> None:
    key = preset_of(owner, "ollama:qwen3")
    add_draft(owner, preset_key=key, cap_usd=Decimal(5))
    assert "can't be kept under a cap: the run waits there" in words(
        shown(owner_client, key), "#summary"
    )
