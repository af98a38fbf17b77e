"""The panels that a person can choose from: the built-in ones, then their own."""

from dataclasses import dataclass

from django.contrib.auth.models import User

from panels.builtin_presets import BUILTIN_PRESETS
from panels.models import Preset
from panels.panel import Panel

_OWN = "own-"


@dataclass(frozen=True, kw_only=True)
class PresetSnapshot:
    """`key` is a built-in preset's own key, or `own-<primary key>`."""

    key: str
    name: str
    description: str
    panel: Panel
    is_builtin: bool
    pk: int | None = None


def presets_for(user: User) -> tuple[PresetSnapshot, ...]:
    own = Preset.objects.of(user).order_by("name")
    return (*builtin_presets(), *(_own_preset(row) for row in own))


def find_preset(user: User, key: str) -> PresetSnapshot | None:
    return next((preset for preset in presets_for(user) if preset.key == key), None)


def builtin_presets() -> tuple[PresetSnapshot, ...]:
    return tuple(
        PresetSnapshot(
            key=preset.key,
            name=preset.name,
            description=preset.description,
            panel=preset.panel,
            is_builtin=True,
        )
        for preset in BUILTIN_PRESETS
    )


def _own_preset(row: Preset) -> PresetSnapshot:
    return PresetSnapshot(
        key=f"{_OWN}{row.pk}",
        name=row.name,
        description=row.description,
        panel=row.panel,
        is_builtin=False,
        pk=row.pk,
    )
