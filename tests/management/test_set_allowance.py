"""manage.py set_allowance: what one person may spend, in place of the defaults."""

from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from panels.models import Allowance

pytestmark = pytest.mark.django_db


def allow(*arguments: str) -> str:
    out = StringIO()
    call_command("set_allowance", *arguments, stdout=out)
    return out.getvalue().strip()


def caps(user: User) -> tuple[Decimal | None, Decimal | None]:
    allowance = Allowance.objects.get(user=user)
    return allowance.day_cap_usd, allowance.month_cap_usd


def test_both_are_set_and_told(owner: User) -> None:
    assert allow("ada", "--day", "5", "--month", "50.25") == "ada: $5.00 a day, $50.25 a month."
    assert caps(owner) == (Decimal(5), Decimal("50.25"))


def test_what_is_not_named_stays(owner: User) -> None:
    allow("ada", "--day", "5", "--month", "50")
    allow("ada", "--month", "60")
    assert caps(owner) == (Decimal(5), Decimal(60))


def test_the_sites_default_comes_back(owner: User, settings: Any) -> None:
    settings.DAY_CAP_USD = Decimal(2)
    allow("ada", "--day", "5")
    said = allow("ada", "--day", "default")
    assert said == "ada: $2.00 (the default) a day, no cap a month."
    assert caps(owner) == (None, None)


def test_without_an_amount_nothing_changes(owner: User) -> None:
    assert allow("ada") == "ada: no cap a day, no cap a month."
    assert not Allowance.objects.exists()


@pytest.mark.parametrize("amount", ["-1", "much", "NaN", "1e12", "0.12345", ""])
def test_an_amount_that_is_none_is_refused(owner: User, amount: str) -> None:
    with pytest.raises(CommandError, match="is no amount of US dollars"):
        allow("ada", f"--day={amount}")
    assert not Allowance.objects.exists()


def test_nobody_of_that_name_is_an_error() -> None:
    with pytest.raises(CommandError, match="There is no account “eve”"):
        allow("eve", "--day", "5")
