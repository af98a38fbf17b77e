from panels import cards
from tests.cards.card_runs import (
    HOSTILE,
    assert_inert,
    root_of,
    run_of,
)
from tests.factories import (
    make_call,
)


def test_a_hostile_label_in_a_call_without_an_answer_is_inert_too() -> None:
    run = run_of(make_call(state="waiting", text="", model_asked=HOSTILE))
    assert_inert(root_of(cards.render_answer(run, "A")))
