"""People with sessions and presets, as JSON: `python -m bench.people 50`, in a site's environment.

Accounts and presets are not what is measured, so they are made without the doors.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fusionweb.settings")
django.setup()

# After Django is set up: these import models.
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.panels import PANELS  # noqa: E402
from panels.models import Preset  # noqa: E402


def make_person(number: int) -> dict[str, object]:
    user, _ = User.objects.get_or_create(username=f"bench-{number}")
    return {"session": _session_of(user), "presets": _presets_of(user)}


def _session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _presets_of(user: User) -> dict[str, str]:
    keys = {}
    for name, panel in PANELS.items():
        preset, _ = Preset.objects.get_or_create(
            owner=user,
            name=name,
            defaults={"panel_json": panel.to_json(), "created_at": timezone.now()},
        )
        keys[name] = f"own-{preset.pk}"
    return keys


if __name__ == "__main__":
    sys.stdout.write(json.dumps([make_person(number) for number in range(int(sys.argv[1]))]))
