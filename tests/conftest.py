"""The cast, their browsers, and a network that ends at this machine."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class RealNetworkCall(AssertionError):
    """A test tried to leave this machine."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, connect_ex, resolve = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def check(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in _LOOPBACK:
            raise RealNetworkCall(address)

    def guarded_connect(sock: socket.socket, address: Any) -> None:
        check(sock, address)
        connect(sock, address)

    def guarded_connect_ex(sock: socket.socket, address: Any) -> int:
        check(sock, address)
        return connect_ex(sock, address)

    def guarded_resolve(host: Any, *args: Any, **options: Any) -> Any:
        if host not in (*_LOOPBACK, None, "", "0.0.0.0", b"127.0.0.1"):
            raise RealNetworkCall(host)
        return resolve(host, *args, **options)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file, since every thread must see the same database; in a new folder, since a session that
    was killed leaves a journal that would not fit the next one's database.
    """
    if connection.vendor == "sqlite":
        folder = tmp_path_factory.mktemp("database")
        connection.settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hashing is slow on purpose; the tests make hundreds of accounts."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("ada", password="engine-1843", first_name="Ada")


@pytest.fixture
def teammate(db: None) -> User:
    return User.objects.create_user("ben", password="engine-1843", first_name="Ben")


@pytest.fixture
def owner_client(owner: User) -> Client:
    return signed_in(owner)


@pytest.fixture
def teammate_client(teammate: User) -> Client:
    """Somebody with an account, and nothing to do with the owner's runs."""
    return signed_in(teammate)


@pytest.fixture
def guest_client() -> Client:
    """Somebody without an account who may be given a share link."""
    return Client()


@pytest.fixture
def stranger_client() -> Client:
    """Somebody without an account and without a link."""
    return Client()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
