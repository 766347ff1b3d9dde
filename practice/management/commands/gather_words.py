"""Brings the catalogs up to date with what the code says: what is new stands there without a translation."""

from typing import Any

from django.core.management import BaseCommand

from practice import words


class Command(BaseCommand):
    help = "Gather the words that clients read into practice/locale, keeping their translations."

    def handle(self, *args: Any, **options: Any) -> None:
        for language in words.LANGUAGES:
            words.update(language)
            missing = words.untranslated(words.read(language))
            self.stdout.write(f"{language}: {len(missing)} without a translation")
