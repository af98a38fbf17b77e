"""What one person may spend in a day and in a month, in place of the site's defaults."""

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from panels.models import Allowance
from panels.queries.personal_caps import CapUse, load_caps
from panels.templatetags.figures import money

DEFAULT = "default"


class Command(BaseCommand):
    #: They load every page, which takes twice as long as the work itself; `serve` makes them.
    requires_system_checks = ()
    help = (
        "Set a person's caps in US dollars. What is not named stays as it is; "
        f"“{DEFAULT}” goes back to the site's own."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the person types to sign in")
        parser.add_argument("--day", help=f"US dollars a day, or {DEFAULT}")
        parser.add_argument("--month", help=f"US dollars a month, or {DEFAULT}")

    def handle(self, *, name: str, day: str | None, month: str | None, **_: Any) -> None:
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no account “{name}”.")
        sent = {"day_cap_usd": day, "month_cap_usd": month}
        values = {field: _amount(text) for field, text in sent.items() if text is not None}
        if values:
            Allowance.objects.update_or_create(user=user, defaults=values)
        caps = load_caps(user, timezone.now())
        self.stdout.write(f"{name}: {_words(caps.day)} a day, {_words(caps.month)} a month.")


def _amount(text: str) -> Decimal | None:
    if text == DEFAULT:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 <= amount < 10**8 or amount != round(amount, 4):
        raise CommandError(f"“{text}” is no amount of US dollars, such as 5 or 0.50.")
    return amount


def _words(use: CapUse) -> str:
    if use.cap_usd is None:
        return "no cap"
    return f"{money(use.cap_usd)}{'' if use.is_own else ' (the default)'}"
