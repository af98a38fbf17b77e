"""Signing in and out, and who is signed in without asking."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client, RequestFactory

from panels.web.loopback import is_loopback
from panels.web.sign_in_throttle import MOST_FAILURES, take_attempt
from tests.web.rows import HOSTILE, HTMX, add_link, add_run, assert_inert, page, words

pytestmark = pytest.mark.django_db

RIGHT = {"username": "ada", "password": "engine-1843"}


@pytest.fixture
def switched_on(settings: Any) -> None:
    settings.AUTO_SIGN_IN = True
    settings.ALLOWED_HOSTS = ["*"]


def sign_in(client: Client, **typed: str) -> HttpResponse:
    return client.post("/sign-in/", RIGHT | typed)


def is_signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_the_right_password_signs_in(client: Client, owner: User) -> None:
    assert sign_in(client)["Location"] == "/"
    assert is_signed_in(client)


@pytest.mark.parametrize("typed", [{"password": "wrong"}, {"username": "nobody"}])
def test_a_wrong_name_and_a_wrong_password_sound_the_same(
    client: Client, owner: User, typed: dict[str, str]
) -> None:
    response = sign_in(client, **typed)
    assert response.status_code == 422
    assert words(response, "[role=alert]") == ("This name and password do not match an account.")
    assert not is_signed_in(client)


def test_a_closed_account_sounds_the_same_too(client: Client, owner: User) -> None:
    User.objects.update(is_active=False)
    assert "do not match an account" in words(sign_in(client), "[role=alert]")


@pytest.mark.parametrize("field", ["username", "password"])
def test_a_field_left_blank_has_its_error_beside_it(
    client: Client, owner: User, field: str
) -> None:
    response = sign_in(client, **{field: ""})
    assert words(response, f"#id_{field}_error") == "This field is required."


def test_the_password_is_never_sent_back(client: Client, owner: User) -> None:
    assert "tries-42" not in sign_in(client, password="tries-42").content.decode()


def test_after_many_failures_the_name_is_closed_for_a_while(client: Client, owner: User) -> None:
    for _ in range(MOST_FAILURES):
        sign_in(client, password="wrong")
    response = sign_in(client)
    assert words(response, "[role=alert]") == (
        "Too many attempts with this name. Try again in 15 minutes."
    )
    assert not is_signed_in(client)


def test_junk_names_do_not_push_a_closed_name_out(client: Client, owner: User) -> None:
    for _ in range(MOST_FAILURES):
        take_attempt("ada", "127.0.0.1")
    for number in range(1000):
        take_attempt(f"junk-{number}", "127.0.0.1")
    assert not take_attempt("ada", "127.0.0.1")
    assert "Too many attempts" in words(sign_in(client), "[role=alert]")


def test_attempts_count_before_their_password_is_looked_at() -> None:
    taken = [take_attempt("ada", "127.0.0.1") for _ in range(MOST_FAILURES + 1)]
    assert taken == [True] * MOST_FAILURES + [False]


def test_another_name_and_another_address_stay_open(
    client: Client, owner: User, teammate: User
) -> None:
    for _ in range(MOST_FAILURES):
        sign_in(client, password="wrong")
    assert sign_in(client, username="ben").status_code == 302
    assert Client(REMOTE_ADDR="203.0.113.9").post("/sign-in/", RIGHT).status_code == 302


def test_a_success_forgets_the_failures(client: Client, owner: User) -> None:
    for _ in range(MOST_FAILURES - 1):
        sign_in(client, password="wrong")
    sign_in(client)
    sign_in(client, password="wrong")
    assert sign_in(client).status_code == 302


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/presets/", "/presets/"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_it_goes_on_to_our_own_pages_only(
    client: Client, owner: User, wanted: str, reached: str
) -> None:
    assert sign_in(client, next=wanted)["Location"] == reached


def test_where_to_go_on_survives_a_failure_and_stays_inert(client: Client, owner: User) -> None:
    response = client.post("/sign-in/", {**RIGHT, "password": "wrong", "next": "/presets/"})
    assert page(response).select_one("[name=next]")["value"] == "/presets/"
    assert_inert(client.get("/sign-in/", {"next": HOSTILE}))


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(client: Client) -> None:
    headers = HTMX | {"HX-Current-URL": "http://testserver/presets/?a=1"}
    response = client.get("/presets/", headers=headers, follow=True)
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/sign-in/?next=%2Fpresets%2F%3Fa%3D1"


def test_signing_out_ends_the_session(owner_client: Client) -> None:
    assert owner_client.get("/sign-out/").status_code == 405
    assert owner_client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not is_signed_in(owner_client)


@pytest.mark.parametrize(
    ("meta", "is_here"),
    [
        ({}, True),
        ({"REMOTE_ADDR": "127.8.9.10"}, True),
        ({"REMOTE_ADDR": "::1", "HTTP_HOST": "[::1]:8000"}, True),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, True),
        ({"HTTP_HOST": "LOCALHOST"}, True),
        ({"HTTP_HOST": "127.0.0.1:8000"}, True),
        ({"REMOTE_ADDR": "192.168.1.20"}, False),
        ({"REMOTE_ADDR": "::ffff:192.168.1.20"}, False),
        ({"REMOTE_ADDR": "203.0.113.9"}, False),
        ({"REMOTE_ADDR": ""}, False),
        ({"REMOTE_ADDR": "unix:"}, False),
        ({"HTTP_HOST": "fusionweb.example"}, False),
        ({"HTTP_HOST": "localhost.evil.example"}, False),
        ({"HTTP_HOST": "127.0.0.1.evil.example"}, False),
        ({"HTTP_HOST": "localhost:8000@evil.example"}, False),
        ({"HTTP_HOST": "192.168.1.20"}, False),
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ({"HTTP_X_FORWARDED_FOR": ""}, False),
        ({"HTTP_FORWARDED": "for=127.0.0.1"}, False),
        ({"HTTP_X_FORWARDED_HOST": "localhost"}, False),
        ({"HTTP_X_FORWARDED_PROTO": "http"}, False),
        ({"HTTP_X_REAL_IP": "127.0.0.1"}, False),
        ({"HTTP_VIA": "1.1 proxy"}, False),
        ({"HTTP_X_FORWARDED_SERVER": "proxy"}, False),
        ({"HTTP_CF_CONNECTING_IP": "203.0.113.9"}, False),
        ({"HTTP_X_CLIENT_IP": "203.0.113.9"}, False),
    ],
    ids=str,
)
@pytest.mark.usefixtures("switched_on")
def test_only_this_very_machine_counts_as_here(meta: dict[str, str], is_here: bool) -> None:
    here = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000"}
    assert is_loopback(RequestFactory().get("/", **{**here, **meta})) is is_here


@pytest.mark.parametrize(("version", "is_here"), [("1.1", True), ("2", True), ("1.0", False)])
@pytest.mark.usefixtures("switched_on")
def test_a_proxy_that_says_nothing_shows_by_its_old_protocol(version: str, is_here: bool) -> None:
    request = RequestFactory().get("/", HTTP_HOST="127.0.0.1:8000")
    request.scope = {"http_version": version}  # type: ignore[attr-defined]
    assert is_loopback(request) is is_here


@pytest.mark.usefixtures("switched_on")
def test_here_the_local_user_is_signed_in_by_itself() -> None:
    client = Client(HTTP_HOST="localhost")
    assert is_signed_in(client)
    assert client.get("/").context["user"].username == "local"
    assert not User.objects.get(username="local").has_usable_password()
    assert User.objects.count() == 1


def test_not_unless_it_is_switched_on(settings: Any) -> None:
    settings.AUTO_SIGN_IN = False
    assert not is_signed_in(Client(HTTP_HOST="localhost"))
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"HTTP_HOST": "a.example"},
        {"HTTP_X_FORWARDED_FOR": "1.2.3.4"},
    ],
    ids=str,
)
@pytest.mark.usefixtures("switched_on")
def test_from_anywhere_else_it_asks_for_a_password(meta: dict[str, str]) -> None:
    client = Client(**{"HTTP_HOST": "localhost", **meta})
    assert client.get("/")["Location"] == "/sign-in/?next=/"
    assert "Continue as" not in words(client.get("/sign-in/"))
    assert client.post("/sign-in/here/")["Location"] == "/sign-in/"
    assert User.objects.count() == 0


@pytest.mark.usefixtures("switched_on")
def test_a_local_account_that_was_closed_stays_out() -> None:
    User.objects.create_user("local", is_active=False)
    assert not is_signed_in(Client(HTTP_HOST="localhost"))


@pytest.mark.usefixtures("switched_on")
def test_somebody_signed_in_already_stays_who_they_are(owner: User) -> None:
    client = Client(HTTP_HOST="localhost")
    client.force_login(owner)
    assert client.get("/").context["user"] == owner


@pytest.mark.usefixtures("switched_on")
def test_a_guest_stays_a_guest_even_here(owner: User) -> None:
    run, client = add_run(owner), Client(HTTP_HOST="localhost")
    client.get(f"/s/{add_link(run)}/")
    assert not is_signed_in(client)
    assert client.post(f"/runs/{run.pk}/delete/").status_code == 404
    assert User.objects.filter(username="local").count() == 0


@pytest.mark.usefixtures("switched_on")
def test_after_signing_out_one_stays_out_until_one_asks() -> None:
    client = Client(HTTP_HOST="localhost")
    client.get("/")
    client.post("/sign-out/")
    assert not is_signed_in(client)
    assert "Continue as this machine's user" in words(client.get("/sign-in/"))
    assert client.post("/sign-in/here/", {"next": "/presets/"})["Location"] == "/presets/"
    assert is_signed_in(client)
