"""Scripts as files: what can be written, and what is said about mistakes."""

import json
import re
from decimal import Decimal

import pytest

from panels.providers.registry import SCRIPTS_DIR
from panels.providers.scripts import (
    Script,
    ScriptedUsage,
    load_scripts,
    script_from_json,
    scripts_from_json,
)


def test_every_field_can_be_written_as_json():
    data = {
        "text": "Hello",
        "reasoning": "Hm",
        "first_token_seconds": 0.3,
        "tokens_per_second": 50,
        "usage": {"tokens_in": 5, "tokens_out": 6, "cost_usd": 0.0012},
        "finish_reason": "length",
        "served_model": "m-1",
        "status": 200,
        "error_message": "no",
        "retry_after_seconds": 3,
        "fault": "cut",
        "fault_after_tokens": 2,
        "then": {"text": "Again"},
    }
    assert script_from_json(data) == Script(
        text="Hello",
        reasoning="Hm",
        first_token_seconds=0.3,
        tokens_per_second=50,
        usage=ScriptedUsage(tokens_in=5, tokens_out=6, cost_usd=Decimal("0.0012")),
        finish_reason="length",
        served_model="m-1",
        error_message="no",
        retry_after_seconds=3,
        fault="cut",
        fault_after_tokens=2,
        then=Script(text="Again"),
    )


def test_an_empty_script_is_a_script():
    assert script_from_json({}) == Script()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([], "A script is an object, not list."),
        ({"txt": "x"}, "A script has no field “txt”; there are text, reasoning,"),
        ({"text": 7}, "“text” can't be 7."),
        ({"text": None}, "“text” can't be null."),
        ({"tokens_per_second": "fast"}, '“tokens_per_second” can\'t be "fast".'),
        ({"tokens_per_second": True}, "“tokens_per_second” can't be true."),
        ({"tokens_per_second": -1}, "tokens_per_second must not be negative."),
        ({"first_token_seconds": -1}, "first_token_seconds must not be negative."),
        ({"fault_after_tokens": 1.5}, "“fault_after_tokens” can't be 1.5."),
        ({"status": 99}, "99 is no HTTP status."),
        ({"fault": "explode"}, "“explode” is no fault; there are comments, cut,"),
        ({"usage": 7}, "“usage” is an object, not int."),
        ({"usage": {"tokens_in": 1}}, "“usage” lacks “tokens_out”."),
        (
            {"usage": {"tokens_in": 1, "tokens_out": 1, "cost_usd": "much"}},
            "cost_usd is no amount.",
        ),
        ({"then": {"fault": "explode"}}, "“explode” is no fault"),
        ({"then": "again"}, "A script is an object, not str."),
    ],
)
def test_a_mistake_is_named(data, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        script_from_json(data)


def test_a_mistake_names_its_script_and_its_file(tmp_path):
    path = tmp_path / "scripts.json"
    path.write_text(json.dumps({"good": {}, "bad": {"status": 7}}))
    sentence = f"The scripts file {path}: Script “bad”: 7 is no HTTP status."
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        load_scripts(path)


@pytest.mark.parametrize("content", ["", "{", "[]", "7"])
def test_a_file_that_holds_no_scripts_is_named(tmp_path, content):
    path = tmp_path / "scripts.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=str(path)):
        load_scripts(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match="can't be read: No such file"):
        load_scripts(tmp_path / "none.json")


def test_a_script_that_is_wrong_in_code_is_refused_too():
    with pytest.raises(ValueError, match="is no fault"):
        Script(fault="explode")


def test_attempts_walk_along_and_the_last_script_stays():
    script = Script(text="1", then=Script(text="2", then=Script(text="3")))
    assert [script.attempt(number).text for number in (1, 2, 3, 4, 9)] == list("12333")


def test_scripts_of_a_file_are_by_slug():
    assert scripts_from_json({"a": {"text": "x"}}) == {"a": Script(text="x")}


def test_the_scripts_that_come_with_the_product_can_be_played():
    for path in SCRIPTS_DIR.glob("*.json"):
        assert load_scripts(path)
