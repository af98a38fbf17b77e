"""What the database holds at the end, read past Fusionweb: plain SQL on either database."""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg

from tests.cluster.said import mark_in

DONE, INTERRUPTED = "done", "interrupted"


class DatabaseAway(Exception):
    """It can't be asked at the moment, which in a drill is on purpose."""


@dataclass(frozen=True, kw_only=True)
class CallRow:
    id: int
    mark: str
    #: "a" … "d", "judge" or "writer", as the upstream calls it.
    model: str
    attempt: int
    state: str
    error_code: str
    text: str
    generation_id: str
    cost_usd: Decimal | None
    reserved_usd: Decimal | None
    asked_at: float | None
    finished_at: float | None


@dataclass(frozen=True, kw_only=True)
class RunRow:
    id: str
    mark: str
    state: str
    reason: str
    judge_reason: str
    critiques: tuple[str, ...]
    #: Of all its critiques' stances.
    quotes: tuple[str, ...]


class Rows:
    def __init__(self, database_url: str) -> None:
        self._url = database_url

    def calls(self, mark: str = "") -> list[CallRow]:
        """Text that is only committed in pieces counts."""
        pieces: dict[int, str] = {}
        for row in self._select(
            "select call_id, text from panels_textpiece where not is_reasoning order by id"
        ):
            pieces[row["call_id"]] = pieces.get(row["call_id"], "") + row["text"]
        found = [
            CallRow(
                id=row["id"],
                mark=mark_in(row["question"]),
                model=row["model_asked"].removeprefix("up:"),
                attempt=row["attempt"],
                state=row["state"],
                error_code=row["error_code"],
                text=row["text"] + pieces.get(row["id"], ""),
                generation_id=row["generation_id"],
                cost_usd=_amount(row["cost_usd"]),
                reserved_usd=_amount(row["reserved_usd"]),
                asked_at=_seconds(row["asked_at"]),
                finished_at=_seconds(row["finished_at"]),
            )
            for row in self._select(
                "select c.*, r.question from panels_call c join panels_run r on r.id = c.run_id "
                "order by c.id"
            )
        ]
        return [call for call in found if mark in ("", call.mark)]

    def runs(self) -> list[RunRow]:
        titles = self._by_run("select run_id, title as text from panels_critique order by number")
        quotes = self._by_run(
            "select c.run_id, s.quote as text from panels_stance s join panels_critique c "
            "on c.id = s.critique_id where s.quote <> '' order by c.number, s.id"
        )
        return [
            RunRow(
                id=_hex(row["id"]),
                mark=mark_in(row["question"]),
                state=row["state"],
                reason=row["reason"],
                judge_reason=row["judge_reason"],
                critiques=titles[_hex(row["id"])],
                quotes=quotes[_hex(row["id"])],
            )
            for row in self._select("select * from panels_run where state <> 'draft'")
        ]

    def _by_run(self, query: str) -> defaultdict[str, tuple[str, ...]]:
        found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
        for row in self._select(query):
            found[_hex(row["run_id"])] += (row["text"],)
        return found

    def state_of(self, mark: str) -> str:
        rows = self._select("select question, state from panels_run where state <> 'draft'")
        return next((row["state"] for row in rows if mark_in(row["question"]) == mark), "")

    def pid_of_holder(self, mark: str) -> int | None:
        """The process that advances the run, by the lease that it has."""
        rows = self._select(
            "select r.question, w.pid from panels_run r join panels_worker w on w.id = r.worker_id"
        )
        return next((row["pid"] for row in rows if mark_in(row["question"]) == mark), None)

    def _select(self, query: str) -> list[dict[str, Any]]:
        """:raises DatabaseAway: when it does not answer."""
        if self._url.startswith("sqlite"):
            with sqlite3.connect(self._url.removeprefix("sqlite:///"), timeout=20) as lite:
                lite.row_factory = sqlite3.Row
                return [dict(row) for row in lite.execute(query)]
        try:
            with (
                psycopg.connect(
                    self._url, connect_timeout=3, row_factory=psycopg.rows.dict_row
                ) as connection,
                connection.cursor() as cursor,
            ):
                cursor.execute("set statement_timeout = 5000")
                cursor.execute(query)
                return cursor.fetchall()
        except psycopg.Error as error:
            raise DatabaseAway(str(error)) from error


def _hex(value: Any) -> str:
    return str(value).replace("-", "")


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
