from panels.prompting.answers import plain_answers
from tests.factories import make_run


def test_an_answer_is_read_without_its_formatting():
    run = make_run(texts={"A": "## Verdict\n\n**Keep** it, see [why](https://x.test).", "B": "No."})

    assert plain_answers(run) == {"A": "Verdict\nKeep it, see why.", "B": "No."}


def test_a_seat_without_an_answer_is_left_out():
    run = make_run(texts={"A": "Yes.", "B": "   "})

    assert plain_answers(run) == {"A": "Yes."}
