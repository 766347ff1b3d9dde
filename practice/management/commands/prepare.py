"""Makes database, static files and languages ready for this version, before any process of it starts."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command

from practice import checks, words
from practice.models import Practice


class Command(BaseCommand):
    help = "Migrate, load what every practice needs (and the demo practice where it is one), collect static files."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.refuse_if_unfit()
        words.compile_into(settings.LOCALE_PATHS[0])
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_defaults", verbosity=0)
        if settings.DEMO and not Practice.objects.filter(demo=True).exists():
            call_command("load_demo", verbosity=0)
        collect_static()

    def refuse_if_unfit(self) -> None:
        """Say what is lacking; stop before anything is written where that is an error."""
        found = checks.findings(before_preparing=True)
        for finding in found:
            self.stderr.write(checks.line(finding))
        if any(finding.is_serious() for finding in found):
            raise CommandError("not started; nothing was changed.")


def collect_static() -> None:
    """Collect static files unless these very ones are collected."""
    kept = Path(settings.STATIC_ROOT, "fingerprint")
    fingerprint = static_fingerprint()
    if settings.COLLECTED and kept.is_file() and kept.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    kept.write_text(fingerprint)


def static_fingerprint() -> str:
    """Changes whenever a static file of the project or of a package does."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            path = Path(storage.path(name))
            about = path.stat()
            seen.update(f"{name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return seen.hexdigest()
