"""A database of an earlier version: what it has migrated whole stands for today's tables, and in part it is refused."""

from collections.abc import Sequence

import pytest
from django.db import connection
from django.db.migrations.exceptions import NodeNotFoundError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

TABLES = {app: (app, "0001_tables") for app in ("practice", "clients", "notifications", "appointments")}


def earlier(app: str) -> Sequence[tuple[str, str]]:
    return MigrationLoader(None).replacements[TABLES[app]].replaces


@pytest.fixture
def recorder(db: None) -> MigrationRecorder:
    """Of a database that the last version has migrated."""
    recorder = MigrationRecorder(connection)
    for app, name in TABLES.values():
        recorder.record_unapplied(app, name)
        for one in earlier(app):
            recorder.record_applied(*one)
    return recorder


def test_nothing_is_left_to_migrate(recorder: MigrationRecorder) -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.parametrize("app", TABLES)
@pytest.mark.parametrize("which", [0, -1], ids=["first", "last"])
def test_a_part_is_refused(recorder: MigrationRecorder, app: str, which: int) -> None:
    """Otherwise ``migrate`` would pass the app over and say that all is done."""
    recorder.record_unapplied(*earlier(app)[which])
    with pytest.raises(NodeNotFoundError):
        MigrationExecutor(connection)
