"""No two booked appointments of one provider overlap: PostgreSQL refuses it; SQLite has one writer at a time.

On both databases the act that fills time holds the provider's row and refuses in words first;
this is the net beneath it.
"""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Func, Model


class Span(Func):
    """``[start, end)``: an appointment may begin when the one before it ends."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class NoOverlap(ExclusionConstraint):
    def constraint_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        return super().constraint_sql(model, schema_editor) if _on_postgres(schema_editor) else None

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        return super().create_sql(model, schema_editor) if _on_postgres(schema_editor) else None

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        return super().remove_sql(model, schema_editor) if _on_postgres(schema_editor) else None

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The acts refuse in words; forms must not run range operators on SQLite."""


def _on_postgres(schema_editor: BaseDatabaseSchemaEditor | None) -> bool:
    return schema_editor is not None and schema_editor.connection.vendor == "postgresql"
