"""A wrong setting of the web tools is named before anybody is served."""

from collections.abc import Iterator

import pytest
from django.core.management.base import CommandError

from panels.engine import providers
from panels.management.commands.serve import Command


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    providers.web_tools.cache_clear()
    yield
    providers.web_tools.cache_clear()


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("FUSIONWEB_SEARXNG_URL", "searx", "must be an http or https address"),
        ("FUSIONWEB_FETCH_PORTS", "http", "must be port numbers"),
        ("FUSIONWEB_FETCH_BYTES", "many", "must be a number of bytes"),
    ],
)
def test_a_wrong_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(CommandError, match=f"{variable} {sentence}"):
        Command()._refuse_wrong_settings()


def test_settings_that_are_right_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUSIONWEB_SEARXNG_URL", "http://127.0.0.1:9")
    Command()._refuse_wrong_settings()
    assert providers.web_tools().engine_name == "searxng"
