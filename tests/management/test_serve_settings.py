"""What is wrong with the environment is said before anybody is served."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from panels.engine import providers


@pytest.fixture(autouse=True)
def fresh_registry() -> Iterator[None]:
    providers.registry.cache_clear()
    yield
    providers.registry.cache_clear()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("FUSIONWEB_PRICES", "{}/none.json", "FUSIONWEB_PRICES names a file that can't be read"),
        ("FUSIONWEB_ENDPOINTS", "own", "FUSIONWEB_ENDPOINTS has a wrong entry"),
    ],
)
def test_the_server_does_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value.format(tmp_path))
    with pytest.raises(CommandError, match=words):
        call_command("serve", "--port", "0")
