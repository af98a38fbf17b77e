"""The process's one provider registry, its limits and its web tools, from its environment."""

import os
from functools import cache

from django.conf import settings

from panels.providers import local
from panels.providers.call_limits import CallLimits, call_limits_from
from panels.providers.drills import Drills, drills_from
from panels.providers.environment import timeouts_from
from panels.providers.http import http_client
from panels.providers.registry import Registry, registry_from_environment
from panels.providers.requests import Timeouts
from panels.tools.web_tools import WebTools, web_tools_from


@cache
def registry() -> Registry:
    return registry_from_environment(os.environ)


@cache
def call_limits() -> CallLimits:
    return call_limits_from(os.environ, most_of={local.NAME: local.SLOTS})


@cache
def drills() -> Drills:
    return drills_from(settings.DRILL)


@cache
def timeouts() -> Timeouts:
    return timeouts_from(os.environ)


@cache
def web_tools() -> WebTools:
    """The client for search engines lives as long as the process."""
    return web_tools_from(os.environ, http_client())
