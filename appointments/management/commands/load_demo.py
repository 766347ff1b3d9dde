"""Loads the demo practice into an empty database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from appointments import demo


class Command(BaseCommand):
    help = "Load the demo practice. A second run changes nothing; a database with real users is refused."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = demo.load(at=timezone.now())
        except demo.HasRealUsers:
            raise CommandError(
                "This database has users of a real practice. The demo practice goes into an empty one only."
            ) from None
        self.stdout.write("Demo practice loaded." if loaded else "The demo practice is there already.")
