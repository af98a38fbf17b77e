"""A preset that is local only names no model outside, and uses no web."""

from panels.panel import BEST_MODEL, LOCAL_JUDGE
from panels.providers.registry import Registry
from panels.web.planned_calls import is_outside
from panels.web.preset_fields import ModelCheckingForm, ModelField
from panels.web.preset_form import PresetForm, SeatForms

OUTSIDE = "This preset is local only, and “{provider}” is a third party."
NO_WEB = "A local only preset has no web tools: what is searched for would leave."


def refuse_outside(form: PresetForm, seats: SeatForms, registry: Registry) -> bool:
    """Mark each valid field that leads outside; whether there was none.

    “best” is what it is when a run starts, so it is looked at then.
    """
    if not form.cleaned_data.get("is_local_only"):
        return True
    for name in ("can_search", "can_fetch"):
        if form.cleaned_data.get(name):
            form.add_error(name, NO_WEB)
    for each in (form, *seats.forms):
        _refuse_models(each, registry)
    return not form.errors and not seats.total_error_count()


def _refuse_models(form: ModelCheckingForm, registry: Registry) -> None:
    for name, field in form.fields.items():
        model = form.cleaned_data.get(name)
        if not isinstance(field, ModelField) or not model or model in (BEST_MODEL, LOCAL_JUDGE):
            continue
        if is_outside(model, registry):
            form.add_error(name, OUTSIDE.format(provider=model.partition(":")[0]))
