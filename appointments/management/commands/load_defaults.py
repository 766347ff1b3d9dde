"""Loads what every practice starts from. Safe to run at each start."""

from typing import Any

from django.core.management.base import BaseCommand

from appointments import defaults


class Command(BaseCommand):
    help = "Load reasons, payers, the practice's row and the office's group; edited ones stay."

    def handle(self, *args: Any, **options: Any) -> None:
        defaults.load()
