"""What hangs on a run, by queries that are compiled once.

A run is read whole at every step that the engine takes and for every card that changes. Three
quarters of that went into building the same SQL again.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet, UUIDField

_UUID = UUIDField()
M = TypeVar("M", bound=Model)


class _OfRun:
    """`wanted` says by a run's key what is asked for; nothing else in it may change."""

    def __init__(self, wanted: Callable[[Any], QuerySet[Any, Any]]) -> None:
        self._wanted = wanted
        #: By the kind of database: the SQL, and its parameters with `_KEY` for the run's.
        self._compiled: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def _query(self, run_id: UUID | str) -> tuple[str, tuple[Any, ...]]:
        connection = connections[DEFAULT_DB_ALIAS]
        key = _UUID.get_db_prep_value(run_id, connection)
        if connection.vendor not in self._compiled:
            sql, parameters = self._wanted(run_id).query.sql_with_params()
            kept = tuple(_KEY if value == key else value for value in parameters)
            self._compiled[connection.vendor] = str(sql), kept
        sql, parameters = self._compiled[connection.vendor]
        return sql, tuple(key if value is _KEY else value for value in parameters)


_KEY = object()


#: A column's place, and what makes a Python value of what the database has.
_Converters = list[tuple[int, tuple[Sequence[Callable[..., Any]], Any]]]


class RowsOfRun(_OfRun, Generic[M]):
    """Rows as a queryset would give them, without asking the model anew how to read each column."""

    def __init__(self, model: type[M], wanted: Callable[[Any], QuerySet[M]]) -> None:
        super().__init__(wanted)
        self._model = model
        #: By the kind of database, as the queries: the columns' names, and their converters.
        self._columns: dict[str, tuple[list[str], _Converters]] = {}

    def __call__(self, run_id: UUID | str) -> list[M]:
        connection = connections[DEFAULT_DB_ALIAS]
        names, converters = self._columns_of(run_id)
        with connection.cursor() as cursor:
            cursor.execute(*self._query(run_id))
            found = [list(row) for row in cursor.fetchall()]
        for row in found:
            for place, (converts, expression) in converters:
                for convert in converts:
                    row[place] = convert(row[place], expression, connection)
        return [self._model.from_db(DEFAULT_DB_ALIAS, names, row) for row in found]

    def _columns_of(self, run_id: UUID | str) -> tuple[list[str], _Converters]:
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self._columns:
            compiler = self._wanted(run_id).query.get_compiler(DEFAULT_DB_ALIAS)
            compiler.as_sql()
            columns = [column for column, _, _ in compiler.select]
            names = [column.target.attname for column in columns]
            converters = compiler.get_converters(columns)
            self._columns[connection.vendor] = names, list(converters.items())
        return self._columns[connection.vendor]


class ValuesOfRun(_OfRun):
    """Values as the database has them: good for counting and comparing."""

    def __call__(self, run_id: UUID | str) -> list[tuple[Any, ...]]:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(*self._query(run_id))
            return [tuple(row) for row in cursor.fetchall()]
