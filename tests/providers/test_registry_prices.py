"""What a model costs: nothing on this machine, else one's own price, else the provider's list."""

from decimal import Decimal
from pathlib import Path

import pytest

from panels.pricing import FREE, PriceSource, price_table_from
from panels.providers.environment import own_prices_from
from panels.providers.registry import Registry, registry_from_environment
from panels.providers.requests import ModelInfo
from tests.providers.test_registry_lists import FakeProvider


class PricedProvider(FakeProvider):
    async def list_models(self) -> list[ModelInfo]:
        return [ModelInfo(slug="m", price_in_usd="0.000001", price_out_usd="0.000002")]


class FreeProvider(FakeProvider):
    is_free = True


async def test_a_listed_price_is_known_once_the_list_is() -> None:
    registry = Registry([PricedProvider("a")])
    assert registry.price_of("a:m") is None
    await registry.list_models()
    price = registry.price_of("a:m")
    assert (price.in_usd, price.out_usd) == (Decimal("0.000001"), Decimal("0.000002"))
    assert price.source == PriceSource.LISTED
    assert registry.price_of("a:other") is None


async def test_ones_own_price_wins_over_the_list() -> None:
    own = price_table_from({"a:m": {"in": 5, "out": 6}})
    registry = Registry([PricedProvider("a")], own_prices=own)
    await registry.list_models()
    price = registry.price_of("a:m")
    assert (price.in_usd, price.source) == (Decimal("0.000005"), PriceSource.OWN)


def test_what_runs_on_this_machine_is_free() -> None:
    assert Registry([FreeProvider("local")]).price_of("local:any") == FREE


def test_the_price_table_comes_from_the_file_that_the_environment_names(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_text('{"ollama:*": {"in": 0, "out": 0}}')
    environ = {"FUSIONWEB_PRICES": str(path), "FUSIONWEB_LOCAL_MODEL": "off"}
    price = registry_from_environment(environ).price_of("ollama:qwen3")
    assert (price.in_usd, price.out_usd) == (0, 0)


def test_without_a_file_there_are_no_prices_of_ones_own() -> None:
    assert own_prices_from({}).prices == {}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"a:m": {"in": 1}}', "FUSIONWEB_PRICES: “a:m” has no price for “out”."),
        ("[", "FUSIONWEB_PRICES: This is not JSON"),
        (None, "FUSIONWEB_PRICES names a file that can't be read"),
    ],
)
def test_a_table_that_can_not_be_read_stops_the_start(
    tmp_path: Path, content: str | None, words: str
) -> None:
    path = tmp_path / "prices.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=words):
        own_prices_from({"FUSIONWEB_PRICES": str(path)})
