"""Every line says what it is about, and none tells a secret."""

import json
import logging
import sys

import pytest
from pydantic import BaseModel, ValidationError

from panels.observing import about
from panels.observing.log_lines import MOST_LINE_CHARACTERS, JsonLines, PlainLines

NOWHERE = "11111111-1111-4111-8111-111111111111"
ENVIRONMENT = {
    "OPENROUTER_API_KEY": "sekret-7319",
    "FUSIONWEB_DAY_CAP_USD": "5",
    "SHORT_KEY": "abc",
}


@pytest.fixture(autouse=True)
def about_nothing():
    for variable in (about.run_id, about.call_id, about.request_id):
        variable.set("")
    about._worker.clear()
    yield
    about._worker.clear()


def record(message, *values, error=None):
    exc_info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("panels.engine", logging.WARNING, "", 1, message, values, exc_info)
    made.created = 1_800_000_000.125
    return made


def plain(*told, **how):
    return PlainLines(ENVIRONMENT).format(record(*told, **how))


def as_json(*told, **how):
    return json.loads(JsonLines(ENVIRONMENT).format(record(*told, **how)))


def raised(error):
    try:
        raise error
    except type(error):
        return sys.exc_info()[1]


def test_a_plain_line_is_for_a_person():
    assert (
        plain("No heartbeat: %s", "OperationalError")
        == "2027-01-15T08:00:00.125Z WARNING panels.engine: No heartbeat: OperationalError"
    )


def test_a_plain_line_ends_with_what_it_is_about():
    about.name_worker("web-1:77")
    about.begin_run(NOWHERE)
    about.begin_call(7)
    assert plain("Asked").endswith(f"Asked (run_id={NOWHERE}, call_id=7, worker=web-1:77)")


def test_a_json_line_is_one_object():
    about.request_id.set("r-1")
    about.name_worker("w")
    assert as_json("Two\nlines") == {
        "time": "2027-01-15T08:00:00.125Z",
        "level": "WARNING",
        "logger": "panels.engine",
        "message": "Two\nlines",
        "request_id": "r-1",
        "worker": "w",
    }
    assert "\n" not in JsonLines(ENVIRONMENT).format(record("Two\nlines"))


def test_an_exception_comes_with_its_traceback():
    line = as_json("Failed", error=raised(LookupError("no such seat")))
    assert line["exception"].splitlines()[0] == "Traceback (most recent call last):"
    assert line["exception"].splitlines()[-1] == "LookupError: no such seat"
    assert plain("Failed", error=raised(LookupError("no such seat"))).endswith(
        "LookupError: no such seat"
    )


def test_a_run_is_no_longer_about_the_request_that_launched_it():
    about.request_id.set("r-1")
    about.begin_run(NOWHERE)
    assert about.facts() == {"run_id": NOWHERE}


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ("key sekret-7319 was refused", "key [left out] was refused"),
        ("abc is too short to be one", "abc is too short to be one"),
        ("Bearer anything-at-all", "[left out]"),
        ("sk-or-v1-0123456789abcdef", "[left out]"),
        ("Not Found: /s/Zm9vYmFyZm9vYmFyZm9v/", "Not Found: /s/[left out]/"),
        ("GET https://x.example/s/Zm9vYmFyZm9vYmFyZm9v", "GET https://x.example/s/[left out]"),
        ("postgres://me:pa55@db/x", "postgres://me:[left out]@db/x"),
        ("redis://:pa55@cache/0", "redis://:[left out]@cache/0"),
    ],
)
def test_what_opens_doors_is_left_out(told, line):
    assert as_json("%s", told)["message"] == line


PRIVATE = "my private plan"


class Reply(BaseModel):
    number: int


def test_what_a_parser_choked_on_is_left_out():
    answer = {"number": PRIVATE}
    with pytest.raises(ValidationError) as caught:
        Reply.model_validate(answer)
    line = as_json("Could not be read", error=caught.value)
    assert PRIVATE not in line["exception"]
    assert "input_value=[left out], input_type=str" in line["exception"]


def test_the_row_that_a_database_refused_is_left_out_also_of_a_chain():
    refused = ValueError(
        "null value violates a constraint\nDETAIL:  Failing row contains (7, my\nprivate plan).\n"
    )
    chained = RuntimeError("The call could not be stored")
    chained.__cause__ = raised(refused)
    exception = as_json("Failed", error=raised(chained))["exception"]
    assert "private plan" not in exception
    assert "DETAIL: [left out]" in exception
    assert exception.endswith("RuntimeError: The call could not be stored")


def test_the_row_is_left_out_of_a_message_that_holds_the_exception():
    refused = ValueError("null value\nDETAIL:  Failing row contains (7, private plan).")
    assert as_json("Not stored: %s", refused)["message"].splitlines() == [
        "Not stored: null value",
        "DETAIL: [left out]",
    ]
    assert "private plan" not in as_json("Not stored: %r", refused)["message"]


def test_no_line_of_a_traceback_is_endless():
    exception = as_json("Failed", error=raised(ValueError("x" * 10_000)))["exception"]
    assert max(map(len, exception.splitlines())) == MOST_LINE_CHARACTERS
