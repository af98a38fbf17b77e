"""Providers whose prices are known, for the pages that show money."""

import pytest
from asgiref.sync import async_to_sync

from panels.providers.registry import Registry
from panels.providers.requests import ModelInfo
from tests.web.conftest import ListedProvider, use_registry


def priced(slug: str, *, price_in: str = "0.000002", price_out: str = "0.00001") -> ModelInfo:
    return ModelInfo(slug=slug, price_in_usd=price_in, price_out_usd=price_out)


def use_priced_models(monkeypatch: pytest.MonkeyPatch, *slugs: str) -> Registry:
    """`openrouter:<slug>`, the first of them the best; and the local model."""
    registry = Registry(
        [
            ListedProvider("openrouter", *(priced(slug) for slug in slugs)),
            ListedProvider("local", ModelInfo(slug="smollm2-135m")),
            ListedProvider("ollama", ModelInfo(slug="qwen3")),
        ],
        best_models=[f"openrouter:{slugs[0]}"],
    )
    async_to_sync(registry.list_models)()
    use_registry(monkeypatch, registry)
    return registry
