"""Which providers an environment gives, and which model is best."""

import json

import pytest

from panels.panel import LOCAL_JUDGE
from panels.providers import local
from panels.providers import registry as registry_module
from panels.providers.anthropic import Anthropic
from panels.providers.client import Provider
from panels.providers.errors import NotConfigured
from panels.providers.google import Google
from panels.providers.openai import OpenAI
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.openrouter import OpenRouter
from panels.providers.registry import (
    LOCAL_MODEL,
    registry_from_environment,
)
from panels.providers.requests import Timeouts
from panels.providers.scripts import Script
from panels.providers.vendors import VENDORS
from tests.providers.asking import ask, text_of


@pytest.fixture(autouse=True)
def no_installed_scripts(monkeypatch, tmp_path):
    monkeypatch.setattr(registry_module, "SCRIPTS_DIR", tmp_path / "installed")


def test_without_anything_there_is_the_local_model():
    registry = registry_from_environment({})
    assert registry.names() == ["local"]
    assert registry.best_model() == LOCAL_MODEL == "local:smollm2-135m"
    assert registry.best_judge() == LOCAL_JUDGE


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_a_key_is_enough_for_a_known_vendor(vendor):
    registry = registry_from_environment({vendor.key_variable: " sk-key \n"})
    provider, slug = registry.provider_of(f"{vendor.name}:some/model:free")
    assert type(provider) is vendor.provider
    assert slug == "some/model:free"
    assert provider.name == vendor.name
    assert provider.base_url == vendor.base_url
    assert provider.api_key == "sk-key"
    assert not provider.is_free


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_a_vendor_without_its_key_says_which_variable_to_set(vendor):
    registry = registry_from_environment({vendor.key_variable: "  "})
    with pytest.raises(NotConfigured) as raised:
        registry.provider_of(f"{vendor.name}:m")
    assert f"Set {vendor.key_variable}" in raised.value.detail


def test_vendors_that_differ_have_their_own_class():
    kinds = {vendor.name: vendor.provider for vendor in VENDORS}
    assert kinds["openrouter"] is OpenRouter
    assert kinds["openai"] is OpenAI
    assert kinds["anthropic"] is Anthropic
    assert kinds["google"] is Google
    assert kinds["groq"] is OpenAICompatible


def test_an_endpoint_of_ones_own_is_a_provider():
    registry = registry_from_environment(
        {
            "FUSIONWEB_ENDPOINTS": "ollama http://localhost:11434/v1 - llama3\n"
            "proxy https://llm.example.org/v1/ PROXY_KEY",
            "PROXY_KEY": "secret-key",
        }
    )
    assert registry.names() == ["ollama", "proxy", "local"]
    ollama, _ = registry.provider_of("ollama:llama3")
    proxy, _ = registry.provider_of("proxy:gpt")
    assert (ollama.base_url, ollama.api_key) == ("http://localhost:11434/v1", "")
    assert (proxy.base_url, proxy.api_key) == ("https://llm.example.org/v1", "secret-key")
    assert registry.best_model() == "ollama:llama3"


def test_an_endpoint_takes_the_place_of_the_vendor_it_is_named_after():
    registry = registry_from_environment(
        {
            "FUSIONWEB_ENDPOINTS": "openai https://proxy.example.org/v1 OPENAI_API_KEY",
            "OPENAI_API_KEY": "sk-key",
        }
    )
    provider, _ = registry.provider_of("openai:gpt")
    assert type(provider) is OpenAI
    assert provider.base_url == "https://proxy.example.org/v1"


def test_an_endpoint_whose_key_is_missing_says_so():
    registry = registry_from_environment(
        {"FUSIONWEB_ENDPOINTS": "mine https://a.example/v1 MY_KEY"}
    )
    with pytest.raises(NotConfigured, match="Set MY_KEY"):
        registry.provider_of("mine:m")


@pytest.mark.parametrize("off", ["off", "OFF", " off "])
def test_the_local_model_can_be_switched_off(off):
    registry = registry_from_environment({"FUSIONWEB_LOCAL_MODEL": off})
    assert registry.names() == []
    with pytest.raises(NotConfigured, match="switched off"):
        registry.provider_of(LOCAL_MODEL)


def test_without_its_weights_the_local_model_says_what_to_install(monkeypatch):
    monkeypatch.setattr(local, "find_spec", lambda name: None)
    registry = registry_from_environment({})
    assert registry.names() == []
    with pytest.raises(NotConfigured, match="pip install"):
        registry.provider_of(LOCAL_MODEL)


@pytest.mark.parametrize("reference", ["", "gpt-4", ":gpt", "local:", "local"])
def test_what_is_no_model_reference_is_told_how_one_looks(reference):
    with pytest.raises(NotConfigured, match="Write provider:model"):
        registry_from_environment({}).provider_of(reference)


def test_an_unknown_provider_is_told_where_to_add_it():
    with pytest.raises(NotConfigured, match="There is no provider “nobody” here"):
        registry_from_environment({}).provider_of("nobody:m")


def test_the_time_outs_of_the_environment_reach_every_provider():
    registry = registry_from_environment(
        {"FUSIONWEB_FIRST_TOKEN_SECONDS": "3", "OPENAI_API_KEY": "k"},
        scripts={"a": Script()},
    )
    for reference in ("openai:m", "local:m", "scripted:a"):
        provider, _ = registry.provider_of(reference)
        assert provider.timeouts == Timeouts(first_token_seconds=3.0)


def test_without_scripts_there_is_no_scripted_provider():
    with pytest.raises(NotConfigured):
        registry_from_environment({}).provider_of("scripted:a")


async def test_scripts_come_from_the_product_the_environment_and_the_caller(tmp_path):
    installed = tmp_path / "installed"
    installed.mkdir()
    (installed / "tour.json").write_text(json.dumps({"tour-sre": {"text": "tour"}, "b": {}}))
    own = tmp_path / "own.json"
    own.write_text(json.dumps({"b": {"text": "own"}, "c": {"text": "own"}}))
    registry = registry_from_environment(
        {"FUSIONWEB_SCRIPTS": str(own)}, scripts={"c": Script(text="given")}
    )
    provider, _ = registry.provider_of("scripted:b")
    said = [text_of((await ask(provider, slug))[0]) for slug in ("tour-sre", "b", "c")]
    assert said == ["tour", "own", "given"]
    await registry.close()


def test_scripts_that_are_wrong_are_named(tmp_path):
    with pytest.raises(ValueError, match="can't be read"):
        registry_from_environment({"FUSIONWEB_SCRIPTS": str(tmp_path / "none.json")})


def test_scripted_models_are_never_the_best():
    assert registry_from_environment({}, scripts={"a": Script()}).best_model() == LOCAL_MODEL


@pytest.mark.parametrize(
    ("keys", "best"),
    [
        (["OPENROUTER_API_KEY", "OPENAI_API_KEY"], "openrouter:~anthropic/claude-sonnet-latest"),
        (["OPENAI_API_KEY", "ANTHROPIC_API_KEY"], "anthropic:claude-sonnet-4-6"),
        (["OPENAI_API_KEY", "GEMINI_API_KEY"], "openai:gpt-5.5"),
        (["GEMINI_API_KEY"], "google:gemini-3.5-flash"),
        (["GROQ_API_KEY"], LOCAL_MODEL),
    ],
)
def test_the_best_model_is_of_the_first_vendor_that_is_configured(keys, best):
    assert registry_from_environment(dict.fromkeys(keys, "key")).best_model() == best


def test_a_real_model_judges_too():
    assert registry_from_environment({"OPENAI_API_KEY": "k"}).best_judge() == "openai:gpt-5.5"


def test_the_environment_may_choose_the_best_model():
    environ = {"FUSIONWEB_BEST_MODEL": " groq:llama ", "OPENAI_API_KEY": "k"}
    registry = registry_from_environment(environ)
    assert registry.best_model() == registry.best_judge() == "groq:llama"


def test_the_environment_may_choose_the_local_model():
    environ = {"FUSIONWEB_BEST_MODEL": LOCAL_MODEL, "OPENAI_API_KEY": "k"}
    assert registry_from_environment(environ).best_judge() == LOCAL_JUDGE


def test_the_local_model_is_known_from_the_start():
    info = registry_from_environment({}).info(LOCAL_MODEL)
    assert (info.context_tokens, info.prompt_tokens) == (2048, 420)


async def test_a_registry_that_was_never_used_closes():
    registry = registry_from_environment({"OPENAI_API_KEY": "k"}, scripts={"a": Script()})
    assert await registry.close() is None


def test_every_provider_keeps_the_protocol():
    registry = registry_from_environment({"OPENAI_API_KEY": "k"}, scripts={"a": Script()})
    for name in registry.names():
        provider: Provider = registry.provider_of(f"{name}:m")[0]
        assert provider.name == name
        assert isinstance(provider.is_free, bool)
