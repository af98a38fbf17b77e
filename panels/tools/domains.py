"""Which domains a preset's tools may use. Pure.

A domain stands for its subdomains too: `example.com` covers `docs.example.com`, and not
`badexample.com`. What is blocked stays blocked where it is also allowed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import idna

from panels.tools.errors import DomainRefused


@dataclass(frozen=True)
class DomainRules:
    """Made by `domain_rules`. Without allowed domains all are allowed."""

    allowed: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()

    def check(self, host: str) -> None:
        """:raises DomainRefused: with a sentence that says which list it was."""
        name = _in_ascii(host)
        if any(_covers(domain, name) for domain in self.blocked):
            raise DomainRefused(f"The domain {host} is blocked here.")
        if self.allowed and not any(_covers(domain, name) for domain in self.allowed):
            raise DomainRefused(f"Only these domains may be used here: {', '.join(self.allowed)}.")

    def permit(self, host: str) -> bool:
        try:
            self.check(host)
        except DomainRefused:
            return False
        return True


def domain_rules(allowed: Iterable[str] = (), blocked: Iterable[str] = ()) -> DomainRules:
    """:raises ValueError: naming the entry that is no domain."""
    return DomainRules(
        tuple(dict.fromkeys(domain_of(entry) for entry in allowed)),
        tuple(dict.fromkeys(domain_of(entry) for entry in blocked)),
    )


def domain_of(entry: str) -> str:
    """A domain as a person writes it (`Bücher.example`, `*.example.com`) in its ASCII form.

    :raises ValueError: when it is none.
    """
    name = entry.strip().removeprefix("*.").strip(".")
    try:
        ascii_name = idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        ascii_name = ""
    if "." not in ascii_name:
        raise ValueError(f"“{entry.strip()}” is no domain. Write, for instance, example.com.")
    return ascii_name.lower()


def _in_ascii(host: str) -> str:
    """Hosts of real pages break IDNA's rules (`a_b.example`); they count as they are."""
    try:
        return idna.encode(host.rstrip("."), uts46=True).decode().lower()
    except idna.IDNAError:
        return host.rstrip(".").lower()


def _covers(domain: str, name: str) -> bool:
    return name == domain or name.endswith(f".{domain}")
