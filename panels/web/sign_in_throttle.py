"""Guessing passwords is slow: after a few attempts a name is closed, for one address, for a while.

Counted in Django's cache, so per process unless a shared cache is configured. An attempt counts
before its password is looked at, so that many at once gain nothing.
"""

from hashlib import sha256

from django.core.cache import cache

MOST_FAILURES = 10
WINDOW_SECONDS = 15 * 60


def take_attempt(username: str, address: str) -> bool:
    """Whether one more may be made."""
    key = _key(username, address)
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        return cache.incr(key) <= MOST_FAILURES
    except ValueError:  # The window ended this very moment.
        return True


def forget_failures(username: str, address: str) -> None:
    cache.delete(_key(username, address))


def _key(username: str, address: str) -> str:
    digest = sha256(f"{username.strip().lower()}\n{address}".encode()).hexdigest()
    return f"sign-in-{digest}"
