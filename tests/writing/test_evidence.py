import pytest

from panels.snapshot import AcceptedCritique
from panels.writing.evidence import MOST_CHOICES, plain, sayings
from tests.factories import make_critique, make_stance
from tests.writing.factories import make_reviewed_run, split_critique


def said(critique, *, most_words: int = 40, **decided) -> tuple[str, ...]:
    accepted = AcceptedCritique(**{"number": 1, "title": "The title", **decided})
    return sayings(accepted, critique, most_words=most_words)


@pytest.mark.parametrize(
    ("side", "quotes"),
    [
        ("A", ("Do not split checkout before the peak.",)),
        ("B", ("I would split checkout now.",)),
    ],
)
def test_of_a_decided_contradiction_only_the_side_taken_speaks(side, quotes):
    assert said(split_critique(), side=side) == quotes


def test_of_an_undecided_contradiction_no_side_speaks():
    assert said(split_critique()) == ("This stays open between “Not split” or “Split”.",)


def test_a_note_of_the_reviewers_goes_before_every_quote():
    assert said(split_critique(), side="A", note="wait until January") == ("Wait until January.",)


def test_of_a_consensus_every_quote_may_be_chosen():
    run = make_reviewed_run()

    assert said(run.critique(3)) == (
        "Rolling back takes four hours.",
        "The restore takes four hours.",
    )


def test_a_blind_spot_says_why():
    assert said(make_reviewed_run().critique(2)) == ("No answer comes near it.",)


def test_an_unverified_quote_is_never_said():
    assert said(make_reviewed_run().critique(6)) == ("Invented.",)


@pytest.mark.parametrize("critique", [None, make_critique(1, "remark", title="", body="")])
def test_there_is_always_something_to_say(critique):
    assert said(critique) == ("The title.",)
    assert said(critique, title="[]") == ("C1",)


def test_there_is_an_end_to_the_choices_and_to_their_length():
    stances = tuple(make_stance("A", f"word{n} " * 60, start=0, end=1) for n in range(9))
    choices = said(make_critique(1, "consensus", stances=stances), most_words=12)

    assert len(choices) == MOST_CHOICES
    assert {len(choice.split()) for choice in choices} == {12}


def test_the_same_sentence_is_one_choice():
    stances = (make_stance("A", "Same.", start=0, end=5), make_stance("B", "Same.", start=0, end=5))

    assert said(make_critique(1, "consensus", stances=stances)) == ("Same.",)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold** and `code`", "bold and code"),
        ("see [C9] here", "see C9 here"),
        ("a\n# b\n> c", "a b c"),
        ("<b>x</b>", "b x /b"),
        ("", ""),
    ],
)
def test_no_sign_of_markup_is_left(text, shown):
    assert plain(text) == shown
