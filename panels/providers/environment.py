"""What the environment says about providers, as frozen values.

`FUSIONWEB_ENDPOINTS` holds `name base_url [KEY_VARIABLE [model]]`, one per line or separated by
`;`. `-` stands for no key; the model is the one used where nobody chose one.

`FUSIONWEB_PRIVACY` holds `name=class` for endpoints whose address tells it wrong, separated alike.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from math import isfinite
from pathlib import Path
from urllib.parse import urlsplit

from panels.choices import Privacy
from panels.pricing import PriceTable, UnreadablePrices, price_table_from_text
from panels.providers.http import MOST_CONNECTIONS
from panels.providers.privacy import host_of, is_inside
from panels.providers.requests import Timeouts

ENDPOINTS_VARIABLE = "FUSIONWEB_ENDPOINTS"
PRIVACY_VARIABLE = "FUSIONWEB_PRIVACY"
CONNECTIONS_VARIABLE = "FUSIONWEB_MOST_CONNECTIONS"
CHARACTERS_VARIABLE = "FUSIONWEB_MOST_ANSWER_CHARACTERS"
PRICES_VARIABLE = "FUSIONWEB_PRICES"
NO_KEY = "-"
#: Names that are ours.
RESERVED_NAMES = frozenset({"local", "scripted", "best"})
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """`key_variable` "" means that it needs none."""

    name: str
    base_url: str
    key_variable: str = ""
    model: str = ""


def endpoints_from(environ: Mapping[str, str]) -> tuple[Endpoint, ...]:
    """:raises ValueError: with a sentence that says which entry is wrong, and how."""
    entries = re.split(r"[;\n]", environ.get(ENDPOINTS_VARIABLE, ""))
    endpoints = tuple(_endpoint(entry.split()) for entry in entries if entry.strip())
    names = [endpoint.name for endpoint in endpoints]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{ENDPOINTS_VARIABLE} names “{name}” twice.")
    return endpoints


def privacies_from(environ: Mapping[str, str], endpoints: Iterable[Endpoint]) -> dict[str, Privacy]:
    """The class of each endpoint that was given one, by its name.

    :raises ValueError: with a sentence that says which entry is wrong, and how.
    """
    addresses = {endpoint.name: endpoint.base_url for endpoint in endpoints}
    entries = re.split(r"[;\n]", environ.get(PRIVACY_VARIABLE, ""))
    given: dict[str, Privacy] = {}
    for entry in entries:
        if entry.strip():
            name, privacy = _given_privacy(entry.strip(), addresses)
            if name in given:
                raise ValueError(f"{PRIVACY_VARIABLE} names “{name}” twice.")
            given[name] = privacy
    return given


def timeouts_from(environ: Mapping[str, str]) -> Timeouts:
    """:raises ValueError: when one is no positive number."""
    usual = Timeouts()
    return Timeouts(
        connect_seconds=_seconds(environ, "CONNECT", usual.connect_seconds),
        first_token_seconds=_seconds(environ, "FIRST_TOKEN", usual.first_token_seconds),
        silence_seconds=_seconds(environ, "SILENCE", usual.silence_seconds),
        overall_seconds=_seconds(environ, "OVERALL", usual.overall_seconds),
        most_characters=_characters(environ, usual.most_characters),
    )


def most_connections_from(environ: Mapping[str, str]) -> int:
    """:raises ValueError: when it is no positive number."""
    text = environ.get(CONNECTIONS_VARIABLE, "").strip()
    if not text:
        return MOST_CONNECTIONS
    if not text.isdecimal() or int(text) == 0:
        raise ValueError(f"{CONNECTIONS_VARIABLE} must be a number of connections, not “{text}”.")
    return int(text)


def own_prices_from(environ: Mapping[str, str]) -> PriceTable:
    """The price table in the file that `FUSIONWEB_PRICES` names; an empty one without it.

    :raises ValueError: when the file can't be read, with everything that is wrong with it.
    """
    path = environ.get(PRICES_VARIABLE, "").strip()
    if not path:
        return PriceTable()
    try:
        return price_table_from_text(Path(path).read_text(encoding="utf-8-sig"))
    except UnreadablePrices as unreadable:
        raise ValueError(f"{PRICES_VARIABLE}: {unreadable}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{PRICES_VARIABLE} names a file that can't be read: {error}.") from None


def _endpoint(parts: list[str]) -> Endpoint:
    entry = " ".join(parts)
    if not 2 <= len(parts) <= 4:
        raise _wrong(entry, "it should read: name base_url [KEY_VARIABLE [model]]")
    name, base_url, key_variable, model = (*parts, "", "")[:4]
    if "@" in base_url:
        # It holds a password, so it is not repeated.
        raise _wrong(f"{name} …", "an address has no user and password; name a KEY_VARIABLE")
    if not _NAME.fullmatch(name):
        raise _wrong(entry, "a name has small letters, digits, - and _ only")
    if name in RESERVED_NAMES:
        raise _wrong(entry, f"the name “{name}” is taken")
    if not _is_web_address(base_url):
        raise _wrong(entry, f"“{base_url}” is no http or https address")
    key_variable = "" if key_variable == NO_KEY else key_variable
    if key_variable and not _VARIABLE.fullmatch(key_variable):
        # Most likely the key itself, so it is not repeated.
        what = "its third part must be the name of a variable, or - for no key"
        raise _wrong(f"{name} {base_url} …", what)
    return Endpoint(name=name, base_url=base_url, key_variable=key_variable, model=model)


def _given_privacy(entry: str, addresses: Mapping[str, str]) -> tuple[str, Privacy]:
    name, _, value = (part.strip() for part in entry.partition("="))

    def wrong(why: str) -> ValueError:
        return ValueError(f"{PRIVACY_VARIABLE} has a wrong entry, “{entry}”: {why}.")

    if value not in Privacy.values:
        raise wrong(f"it should read name=class, with one of {', '.join(Privacy.values)}")
    if name not in addresses:
        raise wrong(f"{ENDPOINTS_VARIABLE} has no “{name}”")
    privacy = Privacy(value)
    host = host_of(addresses[name])
    if privacy != Privacy.THIRD_PARTY and _is_ip_address(host) and not is_inside(host):
        raise wrong(f"{host} is a public address")
    return name, privacy


def _wrong(entry: str, why: str) -> ValueError:
    return ValueError(f"{ENDPOINTS_VARIABLE} has a wrong entry, “{entry}”: {why}.")


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_ip_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _seconds(environ: Mapping[str, str], name: str, usual: float) -> float:
    variable = f"FUSIONWEB_{name}_SECONDS"
    text = environ.get(variable, "").strip()
    if not text:
        return usual
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not isfinite(seconds) or seconds <= 0:
        raise ValueError(f"{variable} must be a number of seconds, not “{text}”.")
    return seconds


def _characters(environ: Mapping[str, str], usual: int) -> int:
    text = environ.get(CHARACTERS_VARIABLE, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise ValueError(f"{CHARACTERS_VARIABLE} must be a number of characters, not “{text}”.")
    return int(text)
