"""Accounts come from the command line."""

import io

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from panels.management.commands import create_account

pytestmark = pytest.mark.django_db

GOOD = "engine-of-1843"


def create(
    monkeypatch: pytest.MonkeyPatch, name: str, password: str = GOOD, **options: object
) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\nsecond line"))
    said = io.StringIO()
    call_command("create_account", name, password_stdin=True, stdout=said, **options)
    return said.getvalue().strip()


def test_an_account_can_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert create(monkeypatch, "ada", full_name="Ada Lovelace") == "Created ada."
    user = authenticate(username="ada", password=GOOD)
    assert user is not None
    assert (user.get_full_name(), user.is_staff, user.is_superuser) == (
        "Ada Lovelace",
        False,
        False,
    )


def test_the_password_of_an_account_can_be_changed(
    monkeypatch: pytest.MonkeyPatch, owner: User
) -> None:
    assert create(monkeypatch, "ada") == "Changed the password of ada."
    assert authenticate(username="ada", password=GOOD) == owner
    assert User.objects.get().first_name == "Ada"


@pytest.mark.parametrize(
    ("name", "password", "error"),
    [
        ("ada", "short", "too short"),
        ("ada", "password123", "too common"),
        ("lovelace", "lovelace", "too similar to the username"),
        ("a da!", GOOD, "valid username"),
        ("ada", "", "too short"),
    ],
)
def test_what_will_not_do_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, name: str, password: str, error: str
) -> None:
    with pytest.raises(CommandError, match=error):
        create(monkeypatch, name, password)
    assert User.objects.count() == 0


@pytest.mark.parametrize("second", [GOOD, "something else"])
def test_typed_passwords_must_be_the_same_twice(
    monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    answers = iter([GOOD, second])
    monkeypatch.setattr(create_account, "getpass", lambda _: next(answers))
    if second == GOOD:
        call_command("create_account", "ada", stdout=io.StringIO())
        assert authenticate(username="ada", password=GOOD) is not None
    else:
        with pytest.raises(CommandError, match="not the same"):
            call_command("create_account", "ada")
        assert User.objects.count() == 0
