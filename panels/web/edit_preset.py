"""Making and editing a preset. Seats are changed on the server, so that scripts are optional."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from panels.engine.providers import registry
from panels.models import Preset
from panels.panel import BEST_MODEL, Judge, Panel, Seat, Writer
from panels.web.preset_form import (
    PresetForm,
    SeatForms,
    panel_from,
    preset_initial,
    refuse_quorum_beyond,
    seat_forms,
    seats_initial,
)
from panels.web.preset_privacy import refuse_outside
from panels.web.requests import SignedInRequest
from panels.web.seat_changes import changed_seats

TEMPLATE = "panels/pages/preset_form.html"
BLANK = Panel(
    seats=(Seat(letter="A", model=BEST_MODEL),), judge=Judge(), writer=Writer(model=BEST_MODEL)
)


@login_required
def new_preset(request: SignedInRequest) -> HttpResponse:
    return _edit(request, Preset(owner=request.user, panel_json=BLANK.to_json()))


@login_required
def edit_preset(request: SignedInRequest, preset_id: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Preset.objects.of(request.user), pk=preset_id))


def _edit(request: SignedInRequest, preset: Preset) -> HttpResponse:
    if request.method != "POST":
        initial = preset_initial(preset.name, preset.description, preset.panel)
        form = PresetForm(initial=initial, registry=registry())
        seats = seat_forms(initial=seats_initial(preset.panel), registry=registry())
        return _render(request, preset, form, seats)
    if "change" in request.POST:
        return _change_seats(request, preset)
    return _save(request, preset)


def _change_seats(request: SignedInRequest, preset: Preset) -> HttpResponse:
    seats = changed_seats(request.POST, request.POST["change"])
    # Bound by initial values alone: what is typed stays, and nothing is judged yet.
    form = PresetForm(initial=request.POST.dict(), registry=registry())
    return _render(request, preset, form, seat_forms(initial=seats, registry=registry()))


def _save(request: SignedInRequest, preset: Preset) -> HttpResponse:
    others = Preset.objects.of(request.user).exclude(pk=preset.pk)
    names = set(others.values_list("name", flat=True))
    form = PresetForm(request.POST, taken_names=names, registry=registry())
    seats = seat_forms(request.POST, registry=registry())
    is_valid = form.is_valid() & seats.is_valid() & refuse_outside(form, seats, registry())
    is_valid = is_valid and refuse_quorum_beyond(form, seats)
    if is_valid and _store(preset, form, seats):
        return redirect("presets")
    return _render(request, preset, form, seats)


def _store(preset: Preset, form: PresetForm, seats: SeatForms) -> bool:
    preset.name = form.cleaned_data["name"]
    preset.description = form.cleaned_data["description"]
    preset.panel_json = panel_from(form, seats).to_json()
    preset.created_at = preset.created_at or timezone.now()
    try:
        with transaction.atomic():
            preset.save()
    except IntegrityError:
        form.add_error("name", "You have a preset of this name already.")
        return False
    return True


def _render(
    request: SignedInRequest, preset: Preset, form: PresetForm, seats: SeatForms
) -> HttpResponse:
    context: dict[str, Any] = {
        "preset": preset,
        "form": form,
        "seats": seats,
        "form_address": request.path,
    }
    if request.htmx:
        return render(request, f"{TEMPLATE}#seats", context)
    has_errors = bool(form.errors or seats.total_error_count() if seats.is_bound else False)
    return render(request, TEMPLATE, context, status=422 if has_errors else 200)
