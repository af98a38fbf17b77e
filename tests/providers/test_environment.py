"""What the environment may say about providers, and what is said about its mistakes."""

import pytest

from panels.providers.environment import (
    Endpoint,
    endpoints_from,
    most_connections_from,
    timeouts_from,
)
from panels.providers.requests import Timeouts


def endpoints(text: str) -> tuple[Endpoint, ...]:
    return endpoints_from({"FUSIONWEB_ENDPOINTS": text})


def test_without_endpoints_there_are_none():
    assert endpoints_from({}) == endpoints(" \n ; \n") == ()


@pytest.mark.parametrize(
    ("entry", "endpoint"),
    [
        ("vllm http://gpu:8000/v1", Endpoint(name="vllm", base_url="http://gpu:8000/v1")),
        (
            "  my-llm_2   https://a.example/v1  MY_KEY ",
            Endpoint(name="my-llm_2", base_url="https://a.example/v1", key_variable="MY_KEY"),
        ),
        (
            "a https://a.example/v1 K2 org/model:free",
            Endpoint(
                name="a", base_url="https://a.example/v1", key_variable="K2", model="org/model:free"
            ),
        ),
        (
            "a http://[::1]:8080/v1 - m",
            Endpoint(name="a", base_url="http://[::1]:8080/v1", model="m"),
        ),
    ],
)
def test_an_entry_has_a_name_an_address_a_key_and_a_model(entry, endpoint):
    assert endpoints(entry) == (endpoint,)


def test_entries_are_separated_by_semicolons_and_lines():
    text = "a http://a.example/v1; b http://b.example/v1\nc http://c.example/v1\n"
    assert [endpoint.name for endpoint in endpoints(text)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("ollama", "it should read: name base_url"),
        ("a http://a.example/v1 K m more", "it should read: name base_url"),
        ("Ollama http://a.example/v1", "a name has small letters"),
        ("a:b http://a.example/v1", "a name has small letters"),
        ("local http://a.example/v1", "the name “local” is taken"),
        ("scripted http://a.example/v1", "the name “scripted” is taken"),
        ("a localhost:11434", "“localhost:11434” is no http or https address"),
        ("a ftp://a.example", "is no http or https address"),
        ("a http://", "is no http or https address"),
        ("a http://[::1/v1", "is no http or https address"),
        ("a http://a.example:99999/v1", "is no http or https address"),
        ("a http://a.example/v1 sk-12345", "must be the name of a variable"),
    ],
)
def test_a_wrong_entry_is_named_with_what_is_wrong(entry, why):
    with pytest.raises(ValueError, match="FUSIONWEB_ENDPOINTS has a wrong entry") as raised:
        endpoints(f"good http://good.example/v1; {entry}")
    assert why in str(raised.value)


def test_a_key_in_the_place_of_its_variable_is_not_repeated():
    with pytest.raises(ValueError, match="a variable") as raised:
        endpoints("a http://a.example/v1 sk-verysecret")
    assert "verysecret" not in str(raised.value)


def test_a_password_in_an_address_is_refused_and_not_repeated():
    with pytest.raises(ValueError, match="no user and password") as raised:
        endpoints("a https://user:hunter2@a.example/v1")
    assert "hunter2" not in str(raised.value)


def test_a_name_may_be_used_once():
    with pytest.raises(ValueError, match="names “a” twice"):
        endpoints("a http://a.example/v1; a http://b.example/v1")


def test_time_outs_are_the_usual_ones_unless_the_environment_says_otherwise():
    assert timeouts_from({"FUSIONWEB_SILENCE_SECONDS": " "}) == Timeouts()
    environ = {
        "FUSIONWEB_CONNECT_SECONDS": "1",
        "FUSIONWEB_FIRST_TOKEN_SECONDS": "2.5",
        "FUSIONWEB_SILENCE_SECONDS": "3",
        "FUSIONWEB_OVERALL_SECONDS": "4",
    }
    assert timeouts_from(environ) == Timeouts(
        connect_seconds=1, first_token_seconds=2.5, silence_seconds=3, overall_seconds=4
    )


@pytest.mark.parametrize("text", ["soon", "0", "-1", "nan", "inf"])
def test_a_time_out_that_is_none_is_named(text):
    with pytest.raises(ValueError, match="FUSIONWEB_SILENCE_SECONDS must be a number of seconds"):
        timeouts_from({"FUSIONWEB_SILENCE_SECONDS": text})


def test_the_number_of_connections_is_a_thousand_unless_said_otherwise():
    assert most_connections_from({}) == 1000
    assert most_connections_from({"FUSIONWEB_MOST_CONNECTIONS": " 50 "}) == 50


@pytest.mark.parametrize("text", ["many", "0", "-5", "1.5", "²"])
def test_a_number_of_connections_that_is_none_is_named(text):
    with pytest.raises(ValueError, match="FUSIONWEB_MOST_CONNECTIONS must be a number"):
        most_connections_from({"FUSIONWEB_MOST_CONNECTIONS": text})
