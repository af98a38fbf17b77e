"""The model picker's suggestions."""

import pytest
from django.test import Client

from tests.web.rows import page, words

pytestmark = pytest.mark.django_db


def test_the_picker_lists_models_of_every_provider_that_answers(owner_client: Client) -> None:
    response = owner_client.get("/presets/models/")
    options = [option["value"] for option in page(response).select("#models option")]
    assert options == ["best", "openrouter:google/flash", "local:smollm2-135m"]
    assert page(response).select_one("#judges option")["value"] == "local-judge"
    assert words(response, "#models option:nth-child(2)") == "Flash <b>3</b>"
    assert words(response, "p") == (
        "The models of own could not be listed. The provider could not be reached. "
        "A model's name can still be typed."
    )


def test_a_stranger_learns_nothing_of_the_providers(stranger_client: Client) -> None:
    assert stranger_client.get("/presets/models/")["Location"].startswith("/sign-in/")
