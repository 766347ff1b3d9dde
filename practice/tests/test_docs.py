"""What the operator reads names all that there is."""

import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.only_sqlite

ROOT = Path(settings.BASE_DIR)


def test_operations_lists_what_beat_rings_for_and_how_often() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (\d+) s \|", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    assert {name: float(seconds) for name, seconds in rows} == {
        name: entry["schedule"] for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
    }


def test_the_readme_says_what_each_variable_is() -> None:
    read = set(re.findall(r'\benv\.\w+\("([A-Z_]+)"', (ROOT / "practice" / "settings.py").read_text()))
    readme = (ROOT / "README.md").read_text()
    table = readme.split("| variable |")[1].split("\n\n")[0]
    said = {name for row in table.splitlines() for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}
    assert len(read) > 15
    assert read <= said
    assert said - read == {"PORT", "WEB_CONCURRENCY"}  # the processes' own
