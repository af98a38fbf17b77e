"""How many calls may be open at each provider at a time, as the environment says. Pure.

`FUSIONWEB_MOST_CALLS` holds for every provider, `FUSIONWEB_MOST_CALLS_OPENROUTER` for that one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

VARIABLE = "FUSIONWEB_MOST_CALLS"
#: As many as there are connections: no limit of ours, unless somebody sets one.
USUAL_MOST_CALLS = 1000


@dataclass(frozen=True, kw_only=True)
class CallLimits:
    usual: int = USUAL_MOST_CALLS
    by_provider: Mapping[str, int] = field(default_factory=dict)
    #: Providers whose limit is that of a process: it runs them itself.
    per_process: frozenset[str] = frozenset()

    def of(self, provider: str) -> int:
        return self.by_provider.get(variable_part(provider), self.usual)

    def shared(self, provider: str) -> int | None:
        """What all processes together may have open there; None: only each process has a limit."""
        part = variable_part(provider)
        if part in self.per_process:
            return None
        most = self.of(provider)
        return most if most != USUAL_MOST_CALLS else None


def call_limits_from(
    environ: Mapping[str, str], *, most_of: Mapping[str, int] | None = None
) -> CallLimits:
    """`most_of`: how many a provider can take at all, where that is known.

    :raises ValueError: when one is no positive number.
    """
    known = {variable_part(provider): most for provider, most in (most_of or {}).items()}
    own = {
        name.removeprefix(f"{VARIABLE}_"): _number(name, text)
        for name, text in environ.items()
        if name.startswith(f"{VARIABLE}_") and text.strip()
    }
    usual = environ.get(VARIABLE, "").strip()
    return CallLimits(
        usual=_number(VARIABLE, usual) if usual else USUAL_MOST_CALLS,
        by_provider=known | own,
        per_process=frozenset(known),
    )


def variable_part(provider: str) -> str:
    """`my-server` as the end of a variable's name: `MY_SERVER`."""
    return re.sub(r"[^A-Z0-9]", "_", provider.upper())


def _number(variable: str, text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise ValueError(f"{variable} must be a number of calls, at least 1, not “{text}”.")
    return int(text)
