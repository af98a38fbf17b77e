"""Copies of a finished run: `python -m bench.many_runs RUN COUNT`, in the site's environment.

All that the list shows of it is copied, its texts cut to a line; by SQL, since these are two
million rows. Prints as JSON the cursors of places in its owner's list, by their share of the way
from the newest to the oldest.
"""

import json
import os
import sys
import uuid
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fusionweb.settings")
django.setup()

# After Django is set up: these import models.
from django.db import connection, models, transaction  # noqa: E402

from panels.models import Call, Critique, Decision, Run  # noqa: E402
from panels.queries.run_rows import Cursor  # noqa: E402

PLACES = (0.0, 0.25, 0.5, 0.75, 0.99)
LINE_CHARACTERS = 200


@transaction.atomic
def copy(template: Run, count: int) -> None:
    """The copies are told by their preset's key until their children are made."""
    batch = uuid.uuid4().hex
    before = Run.objects.filter(owner=template.owner).count()
    Run.objects.bulk_create(
        (_run(template, number, batch) for number in range(before, before + count)),
        batch_size=500,
    )
    of_batch = "FROM panels_run run JOIN {0} row ON row.run_id = %s WHERE run.preset_key = %s"
    for model in (Call, Critique):
        table, changed = model._meta.db_table, {"run_id": "run.id"}  # noqa: SLF001
        if model is Call:
            changed["text"] = f"substr(row.text, 1, {LINE_CHARACTERS})"
        else:
            changed |= {"call_id": "NULL", "judging_id": "NULL"}
        _insert(model, changed, of_batch.format(table), [_key(template), batch])
    _insert(
        Decision,
        {"critique_id": "new.id", "undoes_id": "NULL"},
        "FROM panels_decision row JOIN panels_critique old ON old.id = row.critique_id "
        "JOIN panels_critique new ON new.number = old.number "
        "JOIN panels_run run ON run.id = new.run_id "
        "WHERE old.run_id = %s AND run.preset_key = %s",
        [_key(template), batch],
    )


def _run(template: Run, number: int, batch: str) -> Run:
    fields = {field.attname: getattr(template, field.attname) for field in _columns(Run)}
    # Two share a moment, as imports and coarse clocks make them do.
    created_at = template.created_at - timedelta(minutes=number // 2)
    changed = {"title": f"Run {number:,}", "preset_key": batch, "created_at": created_at}
    return Run(**{**fields, **changed})


def _insert(
    model: type[models.Model], changed: dict[str, str], source: str, values: list[str]
) -> None:
    columns = [str(field.column) for field in _columns(model)]
    taken = [changed.get(column, f"row.{column}") for column in columns]
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(f"{into} SELECT {', '.join(taken)} {source}", values)


def _columns(model: type[models.Model]) -> list[models.Field]:
    """All but the key."""
    fields = model._meta.concrete_fields  # noqa: SLF001  How Django calls what is public.
    return [field for field in fields if not field.primary_key]


def _key(run: Run) -> str:
    return str(models.UUIDField().get_db_prep_value(run.pk, connection))


def cursors(owner_id: int) -> dict[str, str]:
    ordered = Run.objects.filter(owner=owner_id).started().order_by("-created_at", "-pk")
    count = ordered.count()
    return {
        f"{share:.0%}": str(Cursor(run.created_at, run.pk))
        for share in PLACES
        for run in [ordered.only("created_at")[int((count - 1) * share)]]
    }


if __name__ == "__main__":
    found = Run.objects.get(pk=sys.argv[1])
    copy(found, int(sys.argv[2]))
    sys.stdout.write(json.dumps(cursors(found.owner_id)))
