from bench.figure import Figure, Verdict, as_table


def figure(value: float, **more: object) -> Figure:
    fields = {"key": "P1", "name": "run wall", "target": 1.01, "limit": 1.03, **more}
    return Figure(value=value, **fields)


def test_a_value_at_its_target_meets_it() -> None:
    assert figure(1.01).verdict == Verdict.MEETS_TARGET


def test_a_value_between_target_and_limit_is_within_the_limit() -> None:
    assert figure(1.02).verdict == Verdict.WITHIN_LIMIT


def test_a_value_beyond_its_limit_fails() -> None:
    assert figure(1.031).verdict == Verdict.FAILS


def test_of_a_capacity_more_is_better() -> None:
    verdicts = [
        figure(runs, target=100, limit=50, is_more_better=True).verdict for runs in (100, 99, 49)
    ]
    assert verdicts == [Verdict.MEETS_TARGET, Verdict.WITHIN_LIMIT, Verdict.FAILS]


def test_the_ratio_is_that_to_the_ideal() -> None:
    assert (figure(3.0, floor=1.5).ratio, figure(3.0).ratio) == (2.0, None)


def test_the_table_is_markdown() -> None:
    table = as_table([figure(1.02, floor=1.0), figure(1234.0, unit="ms", note="one take")])
    assert [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.split("\n")[2:]] == [
        ["P1", "run wall", "1.02", "1", "1.02", "1.01", "1.03", "within the release limit", ""],
        ["P1", "run wall", "1,234 ms", "–", "–", "1.01 ms", "1.03 ms", "FAILS", "one take"],
    ]
