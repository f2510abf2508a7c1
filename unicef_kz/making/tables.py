"""Rows straight into a table: COPY on PostgreSQL, one prepared statement on SQLite.

Past the models, so ``save()`` runs for none of them; what it would keep is given with the row.
"""

import io
from contextlib import closing

from django.core.management.color import no_style
from django.db import connection, models

BATCH = 2000
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Table:
    """Rows on their way into the table of a model, ``BATCH`` at a time.

    Days and moments (in UTC) are given as ISO text, JSON as its text.
    """

    def __init__(self, model: type[models.Model]):
        self.model = model
        fields = model._meta.concrete_fields
        last = model._base_manager.aggregate(last=models.Max("pk"))["last"]
        self.next_pk = (last or 0) + 1
        self.row = {f.column: f.get_default() if not f.primary_key else None for f in fields}
        self.rows, self.written = [], 0

    def add(self, **values) -> int:
        """Returns the key of the new row."""
        key, self.next_pk = self.next_pk, self.next_pk + 1
        self.rows.append((self.row | values | {"id": key}).values())
        if len(self.rows) >= BATCH:
            self.flush()
        return key

    def flush(self) -> None:
        if self.rows:
            write = copy if connection.vendor == "postgresql" else insert
            write(self.model._meta.db_table, list(self.row), self.rows)
            self.written += len(self.rows)
            self.rows = []


def copy(table: str, columns: list[str], rows: list) -> None:
    lines = ("\t".join(map(copied, row)) for row in rows)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, closing(io.StringIO("\n".join(lines))) as file:
        cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', file)


def copied(value) -> str:
    return "\\N" if value is None else str(value).translate(ESCAPED)


def insert(table: str, columns: list[str], rows: list) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', map(tuple, rows))


def finish(tables: list[Table]) -> None:
    """The last rows; then keys go on where they ended, and the planner knows the new sizes."""
    for table in tables:
        table.flush()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [t.model for t in tables]):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
