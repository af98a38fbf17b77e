"""`python -m tests.deploy.load_rows`: rows of the first version into a database of its tables.

By the models as they were then: today's have columns that those tables lack.
"""

import json
import os
from pathlib import Path

import django

ROWS = Path(__file__).parent / "version_0001.json"
FIRST = ("panels", "0001_initial")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fusionweb.settings")
    django.setup()
    # After Django is set up.
    from django.core.management.color import no_style
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    then = MigrationExecutor(connection).loader.project_state(FIRST).apps
    models = set()
    with transaction.atomic():
        for row in json.loads(ROWS.read_text())["rows"]:
            model = then.get_model(row["model"])
            models.add(model)
            values = {
                field.attname: field.to_python(row["fields"][field.name])
                for field in model._meta.concrete_fields
                if field.name in row["fields"]
            }
            model._default_manager.bulk_create([model(pk=row["pk"], **values)])
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), list(models)):
                cursor.execute(sql)


if __name__ == "__main__":
    main()
