"""The list of presets; duplicating, and deleting with undo."""

import itertools

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from panels.engine.providers import registry
from panels.models import Preset
from panels.queries import PresetSnapshot, find_preset, presets_for
from panels.web.numbers import small_number
from panels.web.planned_calls import CallPlan, plan_calls
from panels.web.preset_traits import traits_of
from panels.web.requests import SignedInRequest

TEMPLATE = "panels/pages/presets.html"
MOST_NAME_CHARACTERS = 80


@login_required
@require_safe
def presets(request: SignedInRequest) -> HttpResponse:
    listed = presets_for(request.user)
    context = {
        "builtin": [_with_plan(preset) for preset in listed if preset.is_builtin],
        "own": [_with_plan(preset) for preset in listed if not preset.is_builtin],
        "deleted": _deleted(request.user, request.GET.get("deleted", "")),
    }
    return render(request, TEMPLATE, context)


@login_required
@require_POST
def duplicate_preset(request: SignedInRequest, key: str) -> HttpResponse:
    original = find_preset(request.user, key)
    if original is None:
        raise Http404
    copy = Preset.objects.create(
        owner=request.user,
        name=free_name(request.user, f"Copy of {original.name}"),
        description=original.description,
        panel_json=original.panel.to_json(),
        created_at=timezone.now(),
    )
    return redirect("edit_preset", copy.pk)


@login_required
@require_POST
def delete_preset(request: SignedInRequest, preset_id: int) -> HttpResponse:
    preset = get_object_or_404(Preset.objects.of(request.user), pk=preset_id)
    preset.delete_softly(timezone.now())
    if request.htmx:
        return render(request, f"{TEMPLATE}#deleted", {"preset": preset})
    return redirect(f"{reverse('presets')}?deleted={preset.pk}")


@login_required
@require_POST
def restore_preset(request: SignedInRequest, preset_id: int) -> HttpResponse:
    preset = get_object_or_404(Preset.objects.deleted_by(request.user), pk=preset_id)
    preset.restore(name=free_name(request.user, preset.name))
    if not request.htmx:
        return redirect("presets")
    snapshot = find_preset(request.user, f"own-{preset.pk}")
    if snapshot is None:
        raise Http404
    return render(request, f"{TEMPLATE}#preset", {"item": _with_plan(snapshot)})


def free_name(user: User, wanted: str) -> str:
    """The name, numbered if the person has a preset of that name already, and never too long."""
    taken = set(Preset.objects.of(user).values_list("name", flat=True))
    endings = itertools.chain([""], (f" {number}" for number in itertools.count(2)))
    names = (f"{wanted[: MOST_NAME_CHARACTERS - len(ending)]}{ending}" for ending in endings)
    return next(name for name in names if name not in taken)


def _deleted(user: User, preset_id: str) -> Preset | None:
    """The preset that was deleted a moment ago, where the page works without scripts."""
    number = small_number(preset_id)
    if number is None:
        return None
    return Preset.objects.deleted_by(user).filter(pk=number).first()


def _with_plan(preset: PresetSnapshot) -> dict[str, PresetSnapshot | CallPlan | tuple[str, ...]]:
    return {
        "preset": preset,
        "plan": plan_calls(preset.panel, registry()),
        "traits": traits_of(preset.panel),
    }
