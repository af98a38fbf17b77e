"""Who gets to read what a provider is sent, by its address and by what its owner says."""

import re

import pytest

from panels.choices import Privacy
from panels.providers.environment import endpoints_from, privacies_from
from panels.providers.errors import PrivacyRefused
from panels.providers.local import LocalModel
from panels.providers.privacy import is_beyond, is_inside, privacy_of_address, refuse_beyond
from panels.providers.registry import registry_from_environment
from panels.providers.scripts import Script
from panels.providers.vendors import VENDORS

HERE, OWN, THIRD = Privacy.THIS_MACHINE, Privacy.OWN_NETWORK, Privacy.THIRD_PARTY


@pytest.mark.parametrize(
    ("host", "privacy"),
    [
        ("127.0.0.1", HERE),
        ("127.8.9.1:8080", HERE),
        ("[::1]:8080", HERE),
        ("[::ffff:127.0.0.1]", HERE),
        ("localhost:11434", HERE),
        ("LOCALHOST", HERE),
        ("ollama.localhost.", HERE),
        ("0.0.0.0:11434", HERE),
        ("10.1.2.3", OWN),
        ("172.16.0.9", OWN),
        ("172.31.255.255", OWN),
        ("192.168.1.5:8000", OWN),
        ("100.64.0.7", OWN),
        ("[fd12::7]", OWN),
        ("[fe80::1]", OWN),
        ("[::ffff:10.0.0.1]", OWN),
        ("gpu:8000", OWN),
        ("gpu.local", OWN),
        ("gpu.local.", OWN),
        ("llm.corp.internal", OWN),
        ("box.home.arpa", OWN),
        ("box.lan", OWN),
        ("172.32.0.1", THIRD),
        ("8.8.8.8", THIRD),
        ("169.254.169.254", THIRD),
        ("[2001:4860::8888]", THIRD),
        ("[::ffff:8.8.8.8]", THIRD),
        ("api.example.com", THIRD),
        ("local.example.com", THIRD),
        ("gpu.local.example.com", THIRD),
        ("notlocalhost.example", THIRD),
        ("10.1.2.3.example.com", THIRD),
    ],
)
def test_the_host_tells_the_class(host: str, privacy: Privacy):
    assert privacy_of_address(f"http://{host}/v1") == privacy
    assert privacy_of_address(f"https://{host}/v1") == privacy


def test_an_address_without_a_host_is_nobodys_own():
    assert privacy_of_address("") == THIRD


def test_every_vendor_with_a_key_is_a_third_party():
    assert {privacy_of_address(vendor.base_url) for vendor in VENDORS} == {THIRD}


@pytest.mark.parametrize(
    ("privacy", "reach", "beyond"),
    [
        (HERE, HERE, False),
        (OWN, HERE, True),
        (THIRD, HERE, True),
        (HERE, OWN, False),
        (OWN, OWN, False),
        (THIRD, OWN, True),
        (THIRD, THIRD, False),
    ],
)
def test_a_reach_covers_what_is_nearer(privacy: Privacy, reach: Privacy, beyond: bool):
    assert is_beyond(privacy, reach) is beyond
    if beyond:
        with pytest.raises(PrivacyRefused, match="The provider “p” is"):
            refuse_beyond(reach, name="p", privacy=privacy, base_url="http://gpu/v1")
    else:
        refuse_beyond(reach, name="p", privacy=privacy, base_url="http://gpu/v1")


def test_a_public_address_that_was_declared_the_own_network_is_refused_all_the_same():
    with pytest.raises(PrivacyRefused, match=r"leads to the public address 8\.8\.8\.8"):
        refuse_beyond(OWN, name="p", privacy=OWN, base_url="http://8.8.8.8/v1")
    refuse_beyond(THIRD, name="p", privacy=OWN, base_url="http://8.8.8.8/v1")


@pytest.mark.parametrize("text", ["gpu", "", "8.8.8.8", "2130706433", "0x7f000001"])
def test_only_a_plain_private_address_is_inside(text: str):
    assert not is_inside(text)


def test_an_address_with_a_zone_is_read_without_it():
    assert is_inside("fe80::1%eth0")


# What whoever set it up says

ENDPOINTS = "gpu http://gpu:8000/v1; proxy http://127.0.0.1:4000/v1; far https://8.8.8.8/v1"


def privacies(text: str) -> dict[str, Privacy]:
    endpoints = endpoints_from({"FUSIONWEB_ENDPOINTS": ENDPOINTS})
    return privacies_from({"FUSIONWEB_PRIVACY": text}, endpoints)


def test_the_class_of_an_endpoint_can_be_set():
    assert privacies(" proxy=third-party;\n gpu = this-machine ; ") == {"proxy": THIRD, "gpu": HERE}
    assert privacies("") == {}
    assert privacies("far=third-party") == {"far": THIRD}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "gpu",
            "it should read name=class, with one of this-machine, own-network, third-party.",
        ),
        (
            "gpu=mine",
            "it should read name=class, with one of this-machine, own-network, third-party.",
        ),
        ("openai=own-network", "FUSIONWEB_ENDPOINTS has no “openai”."),
        ("=own-network", "FUSIONWEB_ENDPOINTS has no “”."),
        ("far=own-network", "8.8.8.8 is a public address."),
        ("far=this-machine", "8.8.8.8 is a public address."),
    ],
)
def test_a_wrong_entry_is_named_with_what_is_wrong(text: str, why: str):
    wrong = f"FUSIONWEB_PRIVACY has a wrong entry, “{text}”: {why}"
    with pytest.raises(ValueError, match=f"^{re.escape(wrong)}$"):
        privacies(text)


def test_a_name_has_one_class():
    with pytest.raises(ValueError, match="FUSIONWEB_PRIVACY names “gpu” twice"):
        privacies("gpu=own-network; gpu=third-party")


async def test_the_registry_knows_the_class_of_every_model():
    registry = registry_from_environment(
        {
            "OPENROUTER_API_KEY": "k",
            "FUSIONWEB_ENDPOINTS": ENDPOINTS,
            "FUSIONWEB_PRIVACY": "proxy=third-party",
        },
        scripts={"a": Script()},
    )
    asked = {
        "openrouter:x": THIRD,
        "gpu:x": OWN,
        "proxy:x": THIRD,
        "far:x": THIRD,
        "scripted:a": HERE,
        "nowhere:x": THIRD,
        "best": THIRD,
    }
    assert {model: registry.privacy_of(model) for model in asked} == asked
    assert registry.can_refuse_data_collection("openrouter:x")
    assert not registry.can_refuse_data_collection("gpu:x")
    assert not registry.can_refuse_data_collection("nowhere:x")
    await registry.close()


async def test_the_demonstration_model_runs_on_this_machine():
    model = LocalModel()
    assert model.privacy == HERE
    await model.close()


def test_a_class_has_its_words():
    assert {privacy: privacy.phrase for privacy in Privacy} == {
        HERE: "on this machine",
        OWN: "on your own network",
        THIRD: "a third party",
    }
