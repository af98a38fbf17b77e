import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.judging.objects import ObjectScanner

ITEM = '{"title": "Split", "stances": [{"quote": "a } and a ] and \\"{\\""}]}'


def scan(*chunks: str) -> list[str]:
    scanner = ObjectScanner()
    return [item for chunk in chunks for item in scanner.feed(chunk)]


@pytest.mark.parametrize(
    "reply",
    [
        f'{{"critiques": [{ITEM}, {ITEM}]}}',
        f"[{ITEM}, {ITEM}]",
        f'```json\n{{"critiques": [{ITEM},\n{ITEM}]}}\n```',
        f'Here they are {{as asked}} [1]:\n{{"critiques": [{ITEM}, {ITEM}]}} Done }} ]',
        f'He said {{this}} and "that": {{"critiques": [{ITEM}, {ITEM}]}}',
        f'{{"critiques": [{ITEM}]}}\n{{"critiques": [{ITEM}]}}',
        f'{{ "note": {{"a": [1]}}, "critiques": [ {ITEM} , {ITEM} ] }}',
        f"[\n  {ITEM},\n  {ITEM}",
        f'{{"critiques": [{ITEM}, {ITEM}',
    ],
)
def test_finds_the_objects_of_the_list_whatever_stands_around_it(reply):
    assert scan(reply) == [ITEM, ITEM]


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "No JSON here.",
        "{}",
        "[]",
        '{"critiques": []}',
        '{"critiques": {"a": 1}}',
        "{a: 1}",
        "[1]",
    ],
)
def test_finds_nothing_where_there_is_no_list_of_objects(reply):
    assert scan(reply) == []


def test_an_object_is_given_when_its_last_brace_arrives():
    scanner = ObjectScanner()

    assert scanner.feed('{"critiques": [' + ITEM[:-1]) == []
    assert scanner.feed("}") == [ITEM]


def test_escapes_are_understood_across_chunks():
    item = json.dumps({"quote": 'a \\ and a " and a } here'})

    assert scan(*f'{{"critiques": [{item}]}}') == [item]


@pytest.mark.parametrize("reply", ['{"critiques": [{"a": 1]}, {"b": 2}]}', '{"a": ]} [{"b": 2}]'])
def test_crossed_brackets_end_the_attempt_and_a_later_list_is_found(reply):
    assert scan(reply + ' [{"c": 3}]')[-1] == '{"c": 3}'


def test_the_tail_is_the_object_that_was_cut():
    scanner = ObjectScanner()
    scanner.feed(f'{{"critiques": [{ITEM}, {{"title": "Cut')

    assert scanner.tail() == '{"title": "Cut'


@pytest.mark.parametrize("reply", ["", "text", f"[{ITEM}]", f"[{ITEM}", '{"critiques": ['])
def test_there_is_no_tail_between_objects(reply):
    scanner = ObjectScanner()
    scanner.feed(reply)

    assert scanner.tail() == ""


def test_roots_without_a_list_are_kept_for_the_reason():
    scanner = ObjectScanner()
    scanner.feed('{"verdict": "A"} and {"verdict": "B"}')

    assert scanner.bare_roots == ['{"verdict": "A"}', '{"verdict": "B"}']


def test_only_a_few_roots_are_kept():
    scanner = ObjectScanner()
    scanner.feed('{"a": 1}' * 1000)

    assert len(scanner.bare_roots) == 8


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5), st.data())
def test_the_cuts_between_chunks_do_not_matter(quotes, data):
    items = [json.dumps({"quote": quote}, ensure_ascii=False) for quote in quotes]
    reply = f'prose {{"critiques": [{", ".join(items)}]}}'
    cut = data.draw(st.integers(0, len(reply)))

    assert scan(reply[:cut], reply[cut:]) == items


@given(st.text(alphabet='{}[]",:\\ax1 \n', max_size=120))
def test_no_text_breaks_it(text):
    scanner = ObjectScanner()

    assert all(item.startswith("{") and item.endswith("}") for item in scanner.feed(text))
    scanner.tail()


def test_the_cost_grows_with_the_length_and_not_with_its_square():
    def seconds(count: int) -> float:
        reply = '{"critiques": [' + ", ".join([ITEM] * count)
        scanner = ObjectScanner()
        started = time.perf_counter()
        for at in range(0, len(reply), 4):
            scanner.feed(reply[at : at + 4])
        return time.perf_counter() - started

    seconds(100)
    few, many = min(seconds(300) for _ in range(3)), min(seconds(3000) for _ in range(3))

    assert many < 30 * few
