"""What is to be broken on purpose, and what is said about a wrong entry."""

import pytest

from panels.providers.drills import FAULTS, Drill, Drills, drills_from


def test_without_a_setting_nothing_is_broken():
    for text in ("", "  ", ";", " ; ;"):
        drills = drills_from(text)
        assert drills == Drills()
        assert not drills
        assert drills.words == ""
        assert drills.fault_of("seat", "A", 1) == ""


def test_entries_name_a_place_a_fault_and_how_many_attempts():
    assert drills_from("seat:B=429 x1; judge=cut ;writer = hang x12; seat=503") == Drills(
        (
            Drill(role="seat", seat="B", fault="429", attempts=1),
            Drill(role="judge", seat="", fault="cut"),
            Drill(role="writer", seat="", fault="hang", attempts=12),
            Drill(role="seat", seat="", fault="503"),
        )
    )


@pytest.mark.parametrize("fault", [*FAULTS, "400", "401", "429", "500", "599"])
def test_every_fault_is_known(fault):
    assert drills_from(f"judge={fault}").fault_of("judge", "", 1) == fault


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("seat:B", "it should read: place=fault"),
        ("judge=cut x1 x2", "it should read: place=fault"),
        ("seat:I=cut", "“seat:I” is no place; there are seat, seat:A to seat:H, judge, writer"),
        ("seat:b=cut", "is no place"),
        ("seats=cut", "is no place"),
        ("=cut", "is no place"),
        ("judge:A=cut", "is no place"),
        ("judge=", "“” is no fault"),
        ("judge=boom", "“boom” is no fault; there are 400 to 599, cut, empty, hang"),
        ("judge=200", "“200” is no fault"),
        ("judge=4290", "“4290” is no fault"),
        ("judge=cut 1", "“1” should read x1 to x99"),
        ("judge=cut x0", "“x0” should read x1 to x99"),
        ("judge=cut x100", "“x100” should read x1 to x99"),
    ],
)
def test_a_wrong_entry_is_named_with_what_is_wrong(entry, why):
    with pytest.raises(ValueError, match="FUSIONWEB_DRILL has a wrong entry") as caught:
        drills_from(f"writer=hang; {entry}")
    assert f"“{entry}”" in str(caught.value)
    assert why in str(caught.value)


def test_a_place_that_is_broken_twice_is_refused():
    with pytest.raises(ValueError, match="breaks “seat:B” twice"):
        drills_from("seat:B=429; judge=cut; seat:B=503")


def test_a_seats_own_entry_wins():
    for text in ("seat=503; seat:B=429", "seat:B=429; seat=503"):
        drills = drills_from(text)
        assert drills.fault_of("seat", "A", 1) == "503"
        assert drills.fault_of("seat", "B", 1) == "429"


def test_other_places_are_left_alone():
    drills = drills_from("seat:B=429; writer=hang")
    assert [drills.fault_of(*place, 1) for place in (("seat", "A"), ("judge", ""))] == ["", ""]


@pytest.mark.parametrize(
    ("text", "broken"),
    [("seat:B=429", [1, 2, 3]), ("seat:B=429 x1", [1]), ("seat:B=429 x2", [1, 2])],
)
def test_only_the_first_attempts_are_broken_where_they_are_counted(text, broken):
    drills = drills_from(text)
    assert [n for n in (1, 2, 3) if drills.fault_of("seat", "B", n)] == broken


def test_a_seats_counted_entry_wins_also_when_it_is_used_up():
    assert drills_from("seat=503; seat:B=429 x1").fault_of("seat", "B", 2) == ""


def test_a_page_can_say_what_is_broken():
    text = "seat:B=429 x1; judge=cut; writer=hang x2; seat=503"
    assert drills_from(text).words == (
        "seat B: status 429, first attempt; judge: cut in the middle; "
        "writer: without an answer in time, first 2 attempts; every seat: status 503"
    )
