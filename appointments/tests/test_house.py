"""How the house is kept: views reach rows through their owner, and hold no rule."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

VIEWS = sorted(
    path
    for app in ("practice", "clients", "appointments")
    for path in (Path(settings.BASE_DIR) / app / "views").glob("*.py")
    if path.name != "__init__.py"
)


WRITERS = {"create", "bulk_create", "get_or_create", "update_or_create", "save", "delete"}


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_a_view_reaches_no_row_but_through_its_owner(path: Path) -> None:
    code = path.read_text()
    assert not re.search(r"\.objects\b", code)
    assert not re.search(r"\.filter\([^)]*status", code)
    assert not re.search(r"\*\*form\.cleaned_data", code)


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_a_view_keeps_no_row_itself(path: Path) -> None:
    """Acts write; a view that saves a row would be one more writer."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    writers = [call.func.attr for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in WRITERS]
    assert writers == []
