"""Writes docs/states.md."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from appointments import state_diagram


class Command(BaseCommand):
    help = "Draw the state diagrams from the tables of moves."

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / "docs" / "states.md").write_text(state_diagram.document())
