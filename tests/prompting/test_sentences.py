import pytest

from panels.prompting.sentences import first_words, standing_alone


@pytest.mark.parametrize(
    ("sentence", "alone"),
    [
        ("Fifth, inventory should be reserved late.", "Inventory should be reserved late."),
        ("Finally, ask what happens.", "Ask what happens."),
        ("Firstly: measure.", "Measure."),
        ("But nobody measured it.", "Nobody measured it."),
        ("3. Rehearse the rollback.", "Rehearse the rollback."),
        ("On staffing: we are four.", "We are four."),
        ("a rollback without a restore;", "A rollback without a restore;"),
        ("Firstborn events come first.", "Firstborn events come first."),
        ("Two\n lines  here", "Two lines here"),
        ("", ""),
    ],
)
def test_a_sentence_loses_what_ties_it_to_the_one_before(sentence, alone):
    assert standing_alone(sentence) == alone


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("one two three", 3, "one two three"),
        ("one two, three", 2, "one two…"),
        ("one  two\nthree", 5, "one two three"),
        ("", 4, ""),
    ],
)
def test_a_long_text_is_cut_between_words(text, most, shown):
    assert first_words(text, most) == shown
