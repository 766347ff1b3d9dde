"""All rows of the test's database: kept once, and put back in a moment.

So every test begins with what every practice begins with, and no test has to load that, or the demo, again.
"""

from datetime import time
from typing import Any

from django.db import connection, transaction

# No test changes them, and to make them again takes longest.
STAYING = {"django_migrations", "django_content_type", "auth_permission"}
Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def kept() -> Rows:
    """Every row that is there now: columns and values by table."""
    rows = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT * FROM {quoted(table)}")
            if values := cursor.fetchall():
                rows[table] = [column[0] for column in cursor.description], [plain(row) for row in values]
    return rows


@transaction.atomic
def put_back(rows: Rows) -> None:
    """These rows and no others. Foreign keys are looked at on commit."""
    with connection.cursor() as cursor:
        deletions = [f"DELETE FROM {quoted(table)}" for table in tables()]
        for deletion in [";".join(deletions)] if connection.vendor == "postgresql" else deletions:
            cursor.execute(deletion)
        for table, (columns, values) in rows.items():
            names, places = ", ".join(map(quoted, columns)), ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quoted(table)} ({names}) VALUES ({places})", values)


def tables() -> list[str]:
    return sorted({*connection.introspection.django_table_names(only_existing=False)} - STAYING)


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """SQLite's module reads a time of day, and cannot write one."""
    if connection.vendor != "sqlite":
        return row
    return tuple(str(value) if isinstance(value, time) else value for value in row)
