"""Before the first paid call, for nothing: is each model there, and does its provider's key work?

Asked of every provider at once, and waited for a few seconds at most. What could not be learned in
that time is a doubt and no problem.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from panels.providers.client import ChecksKey, Provider
from panels.providers.errors import (
    AuthFailed,
    NotConfigured,
    PaymentRequired,
    PermissionDenied,
    ProviderError,
)
from panels.providers.registry import Registry
from panels.providers.requests import ModelInfo

WAIT_SECONDS = 4.0
#: A list that was fetched with the key so lately shows that the key works.
FRESH_SECONDS = 60.0
#: What an answer says for certain about a key; any other failure may pass.
_KEY_REFUSED = (AuthFailed, PaymentRequired, PermissionDenied)


@dataclass(frozen=True)
class Finding:
    """`error_code` is that of what the provider answered; "" where it just lacks the model."""

    is_problem: bool
    error_code: str = ""
    detail: str = ""


async def check_models(
    models: Collection[str], registry: Registry, *, wait_seconds: float = WAIT_SECONDS
) -> dict[str, Finding]:
    """What stands against calling these model references; those that are well are left out.

    Models of providers that are not configured are left out too: that is known without asking.
    """
    asked = {model: provider for model in models if (provider := _provider_of(model, registry))}
    providers = {provider.name: provider for provider in asked.values()}
    lists, keys = await asyncio.gather(
        registry.list_models_of(providers, wait_seconds=wait_seconds, fresh_seconds=FRESH_SECONDS),
        _check_keys(providers.values(), wait_seconds),
    )
    findings = {
        model: _finding(model, provider, lists[provider.name], keys.get(provider.name), registry)
        for model, provider in asked.items()
    }
    return {model: finding for model, finding in findings.items() if finding is not None}


def _provider_of(model: str, registry: Registry) -> Provider | None:
    try:
        provider, _ = registry.provider_of(model)
    except NotConfigured:
        return None
    return None if provider.is_free else provider


async def _check_keys(
    providers: Collection[Provider], wait_seconds: float
) -> dict[str, ProviderError]:
    """The keys that do not work, or of which that could not be learned."""
    checked = [provider for provider in providers if isinstance(provider, ChecksKey)]
    answers = await asyncio.gather(*(_check_key(p, wait_seconds) for p in checked))
    return {
        provider.name: error
        for provider, error in zip(checked, answers, strict=True)
        if error is not None
    }


async def _check_key(provider: ChecksKey, wait_seconds: float) -> ProviderError | None:
    try:
        async with asyncio.timeout(wait_seconds):
            await provider.check_key()
    except TimeoutError:
        return ProviderError("It has not answered yet.")
    except ProviderError as error:
        return error
    return None


def _finding(
    model: str,
    provider: Provider,
    listed: list[ModelInfo] | ProviderError,
    key_error: ProviderError | None,
    registry: Registry,
) -> Finding | None:
    error = key_error or (listed if isinstance(listed, ProviderError) else None)
    if isinstance(error, _KEY_REFUSED):
        return Finding(is_problem=True, error_code=error.error_code, detail=error.detail)
    slugs = _known_slugs(provider, listed, registry)
    if slugs and not provider.lists_model(model.partition(":")[2], slugs):
        return Finding(is_problem=True)
    if error is not None:
        return Finding(is_problem=False, error_code=error.error_code, detail=error.detail)
    return None if slugs else Finding(is_problem=False, error_code="no_model_list")


def _known_slugs(
    provider: Provider, listed: list[ModelInfo] | ProviderError, registry: Registry
) -> frozenset[str]:
    """An earlier list will do where no newer one came."""
    models = registry.known_models(provider.name) if isinstance(listed, ProviderError) else listed
    return frozenset(model.slug for model in models)
