"""An account to sign in with. The password is asked for, or read from standard input."""

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    #: They load every page, which takes twice as long as the work itself; `serve` makes them.
    requires_system_checks = ()
    help = (
        "Create an account, or set the password of one that exists. "
        "The password is asked for; with --password-stdin it is the first line of standard input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the person types to sign in")
        parser.add_argument("--full-name", default="", help="what their decisions carry")
        parser.add_argument("--password-stdin", action="store_true")

    def handle(self, *, name: str, full_name: str, password_stdin: bool, **_: Any) -> None:
        user = User.objects.filter(username=name).first() or User(username=name)
        if full_name:
            user.first_name, _space, user.last_name = full_name.partition(" ")
        password = sys.stdin.readline().rstrip("\n") if password_stdin else _ask_twice()
        try:
            validate_password(password, user)
            user.set_password(password)
            user.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        is_new = user.pk is None
        user.save()
        self.stdout.write(f"{'Created' if is_new else 'Changed the password of'} {name}.")


def _ask_twice() -> str:
    password = getpass("Password: ")
    if getpass("Again: ") != password:
        raise CommandError("The two passwords are not the same.")
    return password
