"""How many calls at a time each provider is sent."""

import pytest

from panels.providers.call_limits import USUAL_MOST_CALLS, call_limits_from, variable_part


def test_without_a_setting_only_the_connections_are_a_limit():
    assert call_limits_from({}).of("openrouter") == USUAL_MOST_CALLS


def test_one_setting_holds_for_every_provider():
    limits = call_limits_from({"FUSIONWEB_MOST_CALLS": " 4 "})
    assert (limits.of("openrouter"), limits.of("ollama")) == (4, 4)


def test_a_providers_own_setting_wins():
    limits = call_limits_from(
        {"FUSIONWEB_MOST_CALLS": "4", "FUSIONWEB_MOST_CALLS_OPENROUTER": "20"}
    )
    assert (limits.of("openrouter"), limits.of("ollama")) == (20, 4)


def test_what_a_provider_can_take_at_all_counts_unless_it_is_set():
    most_of = {"local": 4}
    usual = {"FUSIONWEB_MOST_CALLS": "9"}
    assert call_limits_from(usual, most_of=most_of).of("local") == 4
    assert (
        call_limits_from({**usual, "FUSIONWEB_MOST_CALLS_LOCAL": "1"}, most_of=most_of).of("local")
        == 1
    )


def test_a_name_with_dashes_is_written_with_underscores():
    limits = call_limits_from({"FUSIONWEB_MOST_CALLS_MY_OWN_2": "2"})
    assert limits.of("my-own_2") == 2
    assert variable_part("my-own_2") == "MY_OWN_2"


def test_an_empty_setting_is_none():
    limits = call_limits_from({"FUSIONWEB_MOST_CALLS": " ", "FUSIONWEB_MOST_CALLS_OLLAMA": ""})
    assert limits.of("ollama") == USUAL_MOST_CALLS


@pytest.mark.parametrize("variable", ["FUSIONWEB_MOST_CALLS", "FUSIONWEB_MOST_CALLS_OLLAMA"])
@pytest.mark.parametrize("text", ["0", "-3", "many", "1.5", "²"])
def test_a_limit_that_is_none_is_refused_with_a_sentence(variable, text):
    with pytest.raises(ValueError, match=f"{variable} must be a number of calls"):
        call_limits_from({variable: text})


def test_what_somebody_set_holds_for_all_processes_together():
    limits = call_limits_from({"FUSIONWEB_MOST_CALLS_OLLAMA": "2"}, most_of={"local": 4})
    assert (limits.shared("ollama"), limits.shared("openrouter"), limits.shared("local")) == (
        2,
        None,
        None,
    )
    assert call_limits_from({"FUSIONWEB_MOST_CALLS": "9"}).shared("openrouter") == 9
