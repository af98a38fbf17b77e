"""The model picker's suggestions, fetched after the preset page is there: a vendor may be slow."""

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from panels.engine.providers import registry
from panels.providers.errors import ProviderError
from panels.wording import explain_call_error


@login_required
@require_safe
async def model_options(request: HttpRequest) -> HttpResponse:
    lists = await registry().list_models()
    context = {
        "models": [
            (f"{provider}:{model.slug}", model.name)
            for provider, models in lists.items()
            if not isinstance(models, ProviderError)
            for model in models
        ],
        "unlisted": [
            (provider, explain_call_error(models.error_code).sentence)
            for provider, models in lists.items()
            if isinstance(models, ProviderError)
        ],
    }
    return await sync_to_async(render)(request, "panels/pages/preset_form.html#options", context)
