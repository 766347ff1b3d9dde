"""Measures what the product promises, as ratios in one run, on the database it is given."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from appointments.bench import data, delivery
from appointments.bench.measuring import Result
from appointments.bench.pages import Pages

OTHERS = 299


class Command(BaseCommand):
    help = "Measure cancel, list and delivery beside the limit of the stack; fails where a mark is missed."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--others", type=int, default=OTHERS, help="other providers, 1,000 appointments each")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        settings.CELERY_BROKER_URL = "memory://"
        call_command("migrate", verbosity=0)
        pages = Pages(data.first(at=at))
        results = []

        def show(result: Result) -> None:
            results.append(result)
            self.stdout.write(str(result))
            self.stdout.flush()

        self.stdout.write(f"{'':58} {'ours':>11} {'theirs':>11} {'ratio':>6}")
        alone, bare = pages.cancel()
        show(Result("Cancel POST, beside bare", alone, bare, mark=2.0, aim=1.5))
        listed, bare = pages.listing()
        show(Result("List of 50, beside bare", listed, bare, mark=1.5))
        for name, delay, messages, mark, aim in [("instant", 0.0, 300, 0.5, 0.6), ("20 ms", 0.02, 60, 0.9, None)]:
            ours, theirs = delivery.measure(messages=messages, delay=delay, rounds=5, at=at)
            what = f"Delivery to an {name} sink" if name == "instant" else f"Delivery to a sink that takes {name}"
            show(Result(f"{what}, beside smtplib", ours, theirs, mark=mark, aim=aim, at_least=True))

        data.others(options["others"], at=at)
        crowded, bare = pages.cancel()
        show(Result("Cancel POST among 300,000 appointments, beside bare", crowded, bare, mark=2.0, aim=1.5))
        show(Result("Cancel POST among 300,000, beside 1,000", crowded, alone, mark=1.1))
        crowded, bare = pages.listing()
        show(Result("List of 50 among 300,000, beside bare", crowded, bare, mark=1.5))
        show(Result("List of 50 among 300,000, beside 1,000", crowded, listed, mark=1.1))
        if missed := [result.what for result in results if not result.holds]:
            raise CommandError(f"Missed: {'; '.join(missed)}")
