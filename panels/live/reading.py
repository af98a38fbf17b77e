"""Reads for the hubs, on a thread of their own that keeps its connection.

Hubs read often and little: opening a connection each time costs more than the queries.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError, connection

P = ParamSpec("P")
T = TypeVar("T")

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hub-reading")


async def read(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """:raises DatabaseError: when it can't be read now, not even by a connection made anew."""

    def run() -> T:
        try:
            return function(*args, **kwargs)
        except (DatabaseError, InterfaceError):
            connection.close()
        try:
            return function(*args, **kwargs)
        except (DatabaseError, InterfaceError):
            connection.close()
            raise

    return await sync_to_async(run, thread_sensitive=False, executor=_thread)()
