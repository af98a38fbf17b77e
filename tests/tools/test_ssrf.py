"""Every way that is known to make a server fetch what it must not, row by row.

Refused means: before a socket is opened, which is watched below whatever library would open it.
"""

import inspect
from dataclasses import fields

import pytest

from panels.tools import engines
from panels.tools.errors import (
    AddressRefused,
    BadAddress,
    CredentialsInAddress,
    NameNotFound,
    OddSpelling,
    PortRefused,
    SchemeRefused,
)
from panels.tools.fetching import Fetcher, FetchLimits
from tests.tools.names import Names

PUBLIC = "93.184.216.34"
ROWS = [
    # Loopback, in every spelling that some library reads as 127.0.0.1.
    ("http://127.0.0.1/", AddressRefused),
    ("http://127.0.0.1./", AddressRefused),
    ("http://127.8.9.10/", AddressRefused),
    ("http://localhost/", AddressRefused),
    ("http://LOCALHOST./", AddressRefused),
    ("http://x.localhost/", AddressRefused),
    ("http://localhost.localdomain/", AddressRefused),
    ("http://2130706433/", OddSpelling),
    ("http://017700000001/", OddSpelling),
    ("http://0x7f000001/", OddSpelling),
    ("http://0x7F.1/", OddSpelling),
    ("http://0177.0.0.1/", OddSpelling),
    ("http://127.0.0.01/", OddSpelling),
    ("http://127.1/", OddSpelling),
    ("http://127.0.1/", OddSpelling),
    ("http://0x7f.0x0.0x0.0x1/", OddSpelling),
    ("http://127.0.0.0x1/", OddSpelling),
    ("http://0/", OddSpelling),
    ("http://0x/", OddSpelling),
    ("http://256.256.256.256/", OddSpelling),
    ("http://1.2.3.4.5/", OddSpelling),
    ("http://4294967297/", OddSpelling),
    ("http://１２７.0.0.1/", OddSpelling),
    ("http://①②⑦.⓪.⓪.①/", BadAddress),
    ("http://127。0。0。1/", AddressRefused),
    ("http://127%2E0%2E0%2E1/", BadAddress),
    ("http://%6cocalhost/", BadAddress),
    ("http://0.0.0.0/", AddressRefused),
    ("http://[::]/", AddressRefused),
    ("http://[::1]/", AddressRefused),
    ("http://[0:0:0:0:0:0:0:1]/", AddressRefused),
    ("http://[::ffff:127.0.0.1]/", AddressRefused),
    ("http://[::ffff:7f00:1]/", AddressRefused),
    ("http://[0:0:0:0:0:ffff:127.0.0.1]/", AddressRefused),
    ("http://[::127.0.0.1]/", AddressRefused),
    ("http://[64:ff9b::127.0.0.1]/", AddressRefused),
    ("http://[64:ff9b::a9fe:a9fe]/", AddressRefused),
    ("http://[2002:7f00:1::]/", AddressRefused),
    ("http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", AddressRefused),
    # The networks inside.
    ("http://10.0.0.1/", AddressRefused),
    ("http://172.16.0.1/", AddressRefused),
    ("http://192.168.0.1/", AddressRefused),
    ("http://100.64.0.1/", AddressRefused),
    ("http://169.254.1.1/", AddressRefused),
    ("http://[fe80::1]/", AddressRefused),
    ("http://[fe80::1%25eth0]/", OddSpelling),
    ("http://[fc00::1]/", AddressRefused),
    ("http://[fec0::1]/", AddressRefused),
    ("http://224.0.0.1/", AddressRefused),
    ("http://[ff02::1]/", AddressRefused),
    ("http://255.255.255.255/", AddressRefused),
    ("http://240.0.0.1/", AddressRefused),
    ("http://192.0.2.1/", AddressRefused),
    ("http://intranet/", AddressRefused),
    ("http://printer.local/", AddressRefused),
    ("http://router.lan/", AddressRefused),
    ("http://nas.home.arpa/", AddressRefused),
    # Clouds' metadata.
    ("http://169.254.169.254/latest/meta-data/", AddressRefused),
    ("http://2852039166/latest/meta-data/", OddSpelling),
    ("http://0xA9FEA9FE/", OddSpelling),
    ("http://[::ffff:169.254.169.254]/", AddressRefused),
    ("http://[fd00:ec2::254]/latest/meta-data/", AddressRefused),
    ("http://metadata.google.internal/computeMetadata/v1/", AddressRefused),
    ("http://metadata/", AddressRefused),
    ("http://instance-data.ec2.internal/", AddressRefused),
    ("http://100.100.100.200/", AddressRefused),
    ("http://192.0.0.192/", AddressRefused),
    ("http://168.63.129.16/", AddressRefused),
    # Names of the public internet that point inside.
    ("http://points-to-loopback.example/", AddressRefused),
    ("http://points-to-metadata.example/", AddressRefused),
    ("http://points-to-private-v6.example/", AddressRefused),
    ("http://points-to-mapped.example/", AddressRefused),
    ("http://points-to-both.example/", AddressRefused),
    ("http://points-to-both-reversed.example/", AddressRefused),
    ("http://points-to-scoped.example/", AddressRefused),
    ("http://points-nowhere.example/", NameNotFound),
    ("http://points-to-garbage.example/", NameNotFound),
    ("http://unknown.example/", NameNotFound),
    # Other schemes, credentials, ports, and URLs that parsers read differently.
    ("file:///etc/passwd", SchemeRefused),
    ("file://localhost/etc/passwd", SchemeRefused),
    ("ftp://public.example/", SchemeRefused),
    ("gopher://public.example:70/_x", SchemeRefused),
    ("data:text/html,hello", SchemeRefused),
    ("javascript:alert(1)", SchemeRefused),
    ("jar:http://public.example!/", SchemeRefused),
    ("//public.example/", SchemeRefused),
    ("public.example", SchemeRefused),
    ("http://user:secret@public.example/", CredentialsInAddress),
    ("http://user@public.example/", CredentialsInAddress),
    ("http://@public.example/", CredentialsInAddress),
    ("http://:@public.example/", CredentialsInAddress),
    ("http://public.example@127.0.0.1/", CredentialsInAddress),
    ("http://public.example:80@127.0.0.1/", CredentialsInAddress),
    ("http://public.example\\@127.0.0.1/", BadAddress),
    ("http://127.0.0.1\\.public.example/", BadAddress),
    ("http://127.0.0.1#@public.example/", AddressRefused),
    ("http://127.0.0.1?@public.example/", AddressRefused),
    ("http://public.example:22/", PortRefused),
    ("http://public.example:6379/", PortRefused),
    ("http://public.example:99999/", PortRefused),
    ("http://public.example:8 0/", BadAddress),
    ("http://public.example /", BadAddress),
    ("http://pub\tlic.example/", BadAddress),
    ("http://public.example/\r\nHost: 127.0.0.1", BadAddress),
    ("http://public.example\x00.evil/", BadAddress),
    ("http://", BadAddress),
    ("http:///etc/passwd", BadAddress),
    ("http://[::1", BadAddress),
    ("http://public..example/", BadAddress),
    ("http://-public.example/", BadAddress),
    ("http://xn--.example/", BadAddress),
    ("", SchemeRefused),
]


def names() -> Names:
    return Names(
        public_example=[PUBLIC],
        points__to__loopback_example=["127.0.0.1"],
        points__to__metadata_example=["169.254.169.254"],
        points__to__private__v6_example=["fd00:ec2::254"],
        points__to__mapped_example=["::ffff:10.0.0.1"],
        points__to__both_example=[PUBLIC, "127.0.0.1"],
        points__to__both__reversed_example=["10.0.0.1", PUBLIC],
        points__to__scoped_example=["fe80::1%eth0"],
        points__nowhere_example=[],
        points__to__garbage_example=["not an address"],
    )


@pytest.mark.parametrize(("url", "refusal"), ROWS, ids=[repr(url) for url, _ in ROWS])
async def test_it_is_refused_before_a_socket_is_opened(url, refusal, connections):
    fetcher = Fetcher(resolve=names())
    with pytest.raises(refusal) as caught:
        await fetcher.fetch(url)
    assert type(caught.value) is refusal
    assert connections == []


def test_the_table_is_as_long_as_the_brief_asks_and_no_row_twice():
    assert len({url for url, _ in ROWS}) == len(ROWS)


async def test_what_the_url_itself_shows_is_refused_without_asking_for_the_name(connections):
    asked = names()
    fetcher = Fetcher(resolve=asked)
    for url, refusal in ROWS:
        if "points-" not in url and "unknown" not in url:
            with pytest.raises(refusal):
                await fetcher.fetch(url)
    assert asked.asked == []


async def test_the_systems_resolver_is_checked_like_any_other(connections):
    """`localhost` would do, were it not refused by its name already."""
    from panels.tools.addresses import target_of, what_is_not_public
    from panels.tools.resolving import ask_system, checked_addresses

    assert "127.0.0.1" in await ask_system("localhost", 80)

    async def as_localhost(host: str, port: int) -> list[str]:
        return await ask_system("localhost", port)

    with pytest.raises(AddressRefused):
        await checked_addresses(
            target_of("http://public.example/"), as_localhost, what_is_not_public
        )
    assert connections == []


def test_no_setting_leads_to_the_check_of_addresses():
    """It is a parameter of the class alone: no limit, no environment variable, no request."""
    assert {each.name for each in fields(FetchLimits)} == {
        "total_seconds",
        "connect_seconds",
        "most_bytes",
        "most_redirects",
        "most_pages",
        "most_characters",
        "ports",
    }
    assert list(inspect.signature(Fetcher.fetch).parameters) == ["self", "url", "rules"]
    assert "what_it_is" not in inspect.getsource(engines)
