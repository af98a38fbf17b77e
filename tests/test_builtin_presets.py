import re

import pytest

from panels.builtin_presets import BUILTIN_PRESETS
from panels.embedding import cosines, embed
from panels.panel import BEST_MODEL, panel_from_json

by_name = pytest.mark.parametrize(
    "preset", BUILTIN_PRESETS, ids=[preset.key for preset in BUILTIN_PRESETS]
)


def test_the_presets_that_every_installation_begins_with():
    assert [(preset.key, preset.name) for preset in BUILTIN_PRESETS] == [
        ("architecture-review", "Architecture review"),
        ("security-review", "Security review"),
        ("self-fusion-3", "Self-fusion ×3"),
    ]


@by_name
def test_a_preset_names_no_model_so_that_it_runs_everywhere(preset):
    panel = preset.panel
    models = {panel.judge.model, panel.writer.model, *(seat.model for seat in panel.seats)}
    assert models == {BEST_MODEL}


@by_name
def test_a_preset_leaves_lengths_to_the_provider(preset):
    assert [seat.max_tokens for seat in preset.panel.seats] == [None] * 3
    assert [seat.letter for seat in preset.panel.seats] == ["A", "B", "C"]


@by_name
def test_a_preset_survives_being_stored(preset):
    assert panel_from_json(preset.panel.to_json()) == preset.panel


@by_name
def test_a_rubric_is_a_list_of_short_questions(preset):
    rubric = preset.panel.judge.rubric
    assert 8 <= len(rubric) <= 10
    assert len(set(rubric)) == len(rubric)
    assert all(item.endswith("?") and len(item.split()) <= 14 for item in rubric)


@by_name
def test_personas_are_short_instructions_and_not_identities(preset):
    for seat in preset.panel.seats:
        if seat.persona:
            assert 2 <= len(re.findall(r"[.?!](?:\s|$)", seat.persona)) <= 4
            assert len(seat.persona.split()) <= 70
            assert "you are" not in seat.persona.lower()


def test_self_fusion_has_no_personas():
    seats = BUILTIN_PRESETS[2].panel.seats
    assert {(seat.persona_name, seat.persona) for seat in seats} == {("", "")}


@pytest.mark.parametrize(
    ("sentence", "item"),
    [
        ("Rollback is a flag flip as long as the table stays.", "Does it say how to roll back?"),
        (
            "Nobody is on call for the checkout service at night.",
            "Who is on call for the new service?",
        ),
        (
            "Add idempotency keys, or retries will charge twice.",
            "Are writes idempotent, so that retries and duplicates are safe?",
        ),
        ("The document says nothing of data retention.", "Who owns data retention and compliance?"),
        (
            "Alert on the payment success rate and on queue age metrics.",
            "Which metrics and alerts show that it works?",
        ),
    ],
)
def test_embeddings_match_a_sentence_to_its_rubric_item(sentence, item):
    rubric = BUILTIN_PRESETS[0].panel.judge.rubric
    scores = cosines(embed([sentence]), embed(rubric))[0]
    assert rubric[int(scores.argmax())] == item
    assert scores.max() > 0.25
