"""The providers of this process: what is configured, which model is best, what the models are.

Built from the environment, so that keys live nowhere else.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import httpx

from panels.choices import Privacy
from panels.panel import LOCAL_JUDGE
from panels.pricing import FREE, Price, PriceTable
from panels.providers import local
from panels.providers.client import Provider
from panels.providers.environment import (
    Endpoint,
    endpoints_from,
    most_connections_from,
    own_prices_from,
    privacies_from,
    timeouts_from,
)
from panels.providers.errors import NotConfigured, ProviderError
from panels.providers.http import http_client, inside_client, plain_client
from panels.providers.known_lists import PAGE_SECONDS, KnownLists
from panels.providers.own_servers import OwnServer
from panels.providers.requests import ModelInfo
from panels.providers.scripted import NAME as SCRIPTED
from panels.providers.scripted import ScriptedProvider
from panels.providers.scripts import Script, ScriptBook, load_scripts
from panels.providers.vendors import VENDOR_BY_NAME, VENDORS

#: The scripts that come with the product: the tour.
SCRIPTS_DIR = Path(__file__).parent / "scripts"
LOCAL_MODEL = f"{local.NAME}:{local.MODEL.slug}"


class Registry:
    """Made by `registry_from_environment`."""

    def __init__(
        self,
        providers: Iterable[Provider],
        *,
        unavailable: Mapping[str, str] | None = None,
        best_models: Iterable[str] = (),
        chosen_model: str = "",
        clients: Iterable[httpx.AsyncClient] = (),
        clock: Callable[[], float] = time.monotonic,
        own_prices: PriceTable | None = None,
    ) -> None:
        """`unavailable`: provider name → what to do to have it. `best_models`: references, the
        best first; `chosen_model` wins over them. `clients` are closed with the registry.
        `own_prices` win over those of the providers' lists.
        """
        self._providers = {provider.name: provider for provider in providers}
        self._unavailable = dict(unavailable or {})
        self._best_models = tuple(best_models)
        self._chosen_model = chosen_model
        self._clients = tuple(clients)
        self._own_prices = own_prices or PriceTable()
        self._lists = KnownLists(self._providers, clock)

    def names(self) -> list[str]:
        """What can be called, in the order in which to offer it."""
        return list(self._providers)

    def provider_of(self, model_reference: str) -> tuple[Provider, str]:
        """The provider and the slug that a `provider:slug` names.

        :raises NotConfigured: with what to do about it.
        """
        name, _, slug = model_reference.partition(":")
        if not name or not slug:
            raise NotConfigured(
                f"“{model_reference}” is no model. "
                f"Write provider:model, for instance {LOCAL_MODEL}."
            )
        if provider := self._providers.get(name):
            return provider, slug
        otherwise = (
            f"There is no provider “{name}” here. "
            "Add it to FUSIONWEB_ENDPOINTS, or choose another model."
        )
        raise NotConfigured(self._unavailable.get(name, otherwise))

    def privacy_of(self, model_reference: str) -> Privacy:
        """Who gets to read what the model is sent; for a provider that is not here, anybody."""
        provider = self._providers.get(model_reference.partition(":")[0])
        return provider.privacy if provider else Privacy.THIRD_PARTY

    def can_refuse_data_collection(self, model_reference: str) -> bool:
        provider = self._providers.get(model_reference.partition(":")[0])
        return provider is not None and provider.can_refuse_data_collection

    def best_model(self) -> str:
        """The model reference to use where nobody chose one."""
        if self._chosen_model:
            return self._chosen_model
        return next(iter(self._best_models), None) or self._first_known_model() or LOCAL_MODEL

    def best_judge(self) -> str:
        """As `best_model`; a model as small as the local one does not judge."""
        best = self.best_model()
        return LOCAL_JUDGE if best.startswith(f"{local.NAME}:") else best

    async def list_models(
        self, *, wait_seconds: float = PAGE_SECONDS
    ) -> dict[str, list[ModelInfo] | ProviderError]:
        """Every provider's models, or why they can't be listed (yet)."""
        return await self._lists.fetch(self._providers, wait_seconds=wait_seconds)

    async def list_models_of(
        self, names: Iterable[str], *, wait_seconds: float, fresh_seconds: float
    ) -> dict[str, list[ModelInfo] | ProviderError]:
        """As `list_models`, of these providers, no older than that."""
        return await self._lists.fetch(
            names, wait_seconds=wait_seconds, fresh_seconds=fresh_seconds
        )

    async def keep_lists_fresh(self) -> None:
        """For the life of a server: its pages then never wait for a list."""
        await self._lists.keep_fresh()

    def known_models(self, provider_name: str) -> tuple[ModelInfo, ...]:
        """As they were last listed; none where no list is known."""
        return self._lists.models(provider_name) or ()

    def list_age_seconds(self, provider_name: str) -> float | None:
        """How old the provider's known model list is; None where none is known."""
        return self._lists.age_seconds(provider_name)

    def info(self, model_reference: str) -> ModelInfo | None:
        """What is known about a model without asking anybody."""
        name, _, slug = model_reference.partition(":")
        if model_reference == LOCAL_MODEL:
            return local.MODEL
        return self._lists.find(name, slug)

    def price_of(self, model_reference: str) -> Price | None:
        """Free on this machine, else the person's own price, else that of the provider's list."""
        provider = self._providers.get(model_reference.partition(":")[0])
        if provider is not None and provider.is_free:
            return FREE
        return self._own_prices.price_of(model_reference, self.info(model_reference))

    async def close(self) -> None:
        """End the local model's server and every connection."""
        await self._lists.close()
        await asyncio.gather(*(provider.close() for provider in self._providers.values()))
        await asyncio.gather(*(client.aclose() for client in self._clients))

    def _first_known_model(self) -> str:
        """Of an endpoint of one's own that came without a model, once its list is known."""
        for name in self._providers:
            models = self._lists.models(name)
            if name not in (local.NAME, SCRIPTED) and models:
                return f"{name}:{models[0].slug}"
        return ""


def registry_from_environment(
    environ: Mapping[str, str], *, scripts: Mapping[str, Script] | None = None
) -> Registry:
    """`scripts` are added to those of the tour and of `FUSIONWEB_SCRIPTS`, and win over them.

    :raises ValueError: with a sentence for whoever wrote the environment.
    """
    return _Builder(environ).build(scripts or {})


class _Builder:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._endpoints = endpoints_from(environ)
        self._privacies = privacies_from(environ, self._endpoints)
        self._timeouts = timeouts_from(environ)
        self._own_prices = own_prices_from(environ)
        most = most_connections_from(environ)
        self._vendor_client = http_client(most_connections=most)
        self._plain_client = plain_client(most_connections=most)
        self._inside_client = inside_client(most_connections=most)
        self._providers: list[Provider] = []
        self._unavailable: dict[str, str] = {}
        self._best_models: list[str] = []

    def build(self, scripts: Mapping[str, Script]) -> Registry:
        for endpoint in (*self._vendor_endpoints(), *self._endpoints):
            self._add_endpoint(endpoint)
        self._add_local()
        book = ScriptBook({**_installed_scripts(self._environ), **scripts})
        if book.scripts:
            self._providers.append(ScriptedProvider(book, timeouts=self._timeouts))
        return Registry(
            self._providers,
            unavailable=self._unavailable,
            best_models=self._best_models,
            chosen_model=self._environ.get("FUSIONWEB_BEST_MODEL", "").strip(),
            clients=(self._vendor_client, self._plain_client, self._inside_client),
            own_prices=self._own_prices,
        )

    def _vendor_endpoints(self) -> list[Endpoint]:
        """The known vendors; an endpoint of one's own by the same name takes the place of one."""
        replaced = {endpoint.name for endpoint in self._endpoints}
        return [vendor.endpoint() for vendor in VENDORS if vendor.name not in replaced]

    def _add_endpoint(self, endpoint: Endpoint) -> None:
        key = self._environ.get(endpoint.key_variable, "").strip()
        if endpoint.key_variable and not key:
            self._unavailable[endpoint.name] = (
                f"The provider “{endpoint.name}” has no key. "
                f"Set {endpoint.key_variable} and restart."
            )
            return
        vendor = VENDOR_BY_NAME.get(endpoint.name)
        kind = vendor.provider if vendor else OwnServer
        is_plain = endpoint.base_url.startswith("http://")
        provider = kind(
            name=endpoint.name,
            base_url=endpoint.base_url,
            api_key=key,
            client=self._plain_client if is_plain else self._vendor_client,
            timeouts=self._timeouts,
            privacy=self._privacies.get(endpoint.name),
            inside_client=self._inside_client,
        )
        self._providers.append(provider)
        if endpoint.model:
            self._best_models.append(f"{endpoint.name}:{endpoint.model}")

    def _add_local(self) -> None:
        if self._environ.get("FUSIONWEB_LOCAL_MODEL", "").strip().lower() == "off":
            self._unavailable[local.NAME] = (
                "The local model is switched off. Remove FUSIONWEB_LOCAL_MODEL=off and restart."
            )
            return
        try:
            local.find_weights()
        except NotConfigured as error:
            self._unavailable[local.NAME] = error.detail
            return
        self._providers.append(local.LocalModel(timeouts=self._timeouts))


def _installed_scripts(environ: Mapping[str, str]) -> dict[str, Script]:
    paths = sorted(SCRIPTS_DIR.glob("*.json"))
    if own := environ.get("FUSIONWEB_SCRIPTS", "").strip():
        paths.append(Path(own))
    return {slug: script for path in paths for slug, script in load_scripts(path).items()}
