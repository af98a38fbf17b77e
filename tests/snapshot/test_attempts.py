"""Which calls are attempts at one thing."""

from panels.choices import CallRole
from panels.snapshot.attempts import chain_until, chains_of
from tests.factories import make_call


def ids(chains):
    return [[call.id for call in chain] for chain in chains]


def test_a_chain_is_what_followed_by_itself_at_one_place():
    calls = [
        make_call(id=1, seat="A"),
        make_call(id=2, seat="B"),
        make_call(id=3, seat="A", attempt=2),
        make_call(id=4, seat="B", attempt=2),
        make_call(id=5, seat="A", attempt=3),
    ]
    assert ids(chains_of(calls)) == [[1, 3, 5], [2, 4]]


def test_asking_by_hand_begins_anew():
    calls = [make_call(id=n, attempt=attempt) for n, attempt in enumerate([1, 2, 1, 2], 1)]
    assert ids(chains_of(calls)) == [[1, 2], [3, 4]]


def test_each_version_of_the_synthesis_is_a_chain_of_its_own():
    calls = [
        make_call(id=n, role=CallRole.WRITER, seat="", attempt=attempt)
        for n, attempt in enumerate([1, 2, 1], 1)
    ]
    assert ids(chains_of(calls)) == [[1, 2], [3]]


def test_the_judge_and_the_writer_are_different_places():
    calls = [
        make_call(id=1, role=CallRole.JUDGE, seat=""),
        make_call(id=2, role=CallRole.WRITER, seat=""),
        make_call(id=3, role=CallRole.JUDGE, seat="", attempt=2),
    ]
    assert ids(chains_of(calls)) == [[1, 3], [2]]


def test_a_chain_ends_with_the_call_that_it_is_asked_about():
    first, second, third = (make_call(id=n, attempt=n) for n in (1, 2, 3))
    assert chain_until(second, [first, second, third]) == (first, second)
    assert chain_until(third, [first, second, third]) == (first, second, third)


def test_a_call_alone_is_its_own_chain():
    call = make_call(id=7, attempt=3)
    assert chain_until(call, []) == (call,)
    assert chains_of([call]) == ((call,),)
