"""The cancel POST and the list page, each beside its bare counterpart."""

from collections.abc import Callable, Iterator
from functools import partial

from django.http import HttpResponseBase
from django.test import Client as Browser
from django.test import override_settings

from appointments.bench import bare
from appointments.bench.measuring import medians
from appointments.models import Appointment, BillingEvent, CancellationReason
from notifications.models import OutboxMessage
from practice.models import Provider

CANCELS = 120
PAGES = 150

Pairs = Iterator[tuple[Callable[[], object], Callable[[], object]]]


class Pages:
    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.browser = Browser(HTTP_HOST="127.0.0.1")
        self.browser.force_login(provider.user)
        self.reason = CancellationReason.objects.get(key="client-asked")

    def cancel(self) -> tuple[float, float]:
        """Medians of ours and the bare one, over late appointments with a fee to charge."""
        with override_settings(ROOT_URLCONF="appointments.bench.urls", ALLOWED_HOSTS=["127.0.0.1"]):
            booked = self.provider.appointments.booked().by_start()
            soonest = iter(list(booked[: 2 * CANCELS + 12]))
            self._ours(next(soonest))
            mails = OutboxMessage.objects.filter(kind="canceled").order_by("-id")[:2]
            bare.prepare(list(mails), event=BillingEvent.objects.latest("id"), reason_pk=self.reason.pk)
            for _ in range(5):
                self._ours(next(soonest))
                self._bare(next(soonest))
            return medians(self._pairs(soonest))

    def listing(self) -> tuple[float, float]:
        with override_settings(ROOT_URLCONF="appointments.bench.urls", ALLOWED_HOSTS=["127.0.0.1"]):
            ours, theirs = partial(self._get, "/appointments/"), partial(self._get, "/bare/")
            for _ in range(10):
                ours()
                theirs()
            return medians((ours, theirs) for _ in range(PAGES))

    def _pairs(self, soonest: Iterator[Appointment]) -> Pairs:
        for _ in range(CANCELS):
            yield partial(self._ours, next(soonest)), partial(self._bare, next(soonest))

    def _ours(self, appointment: Appointment) -> None:
        said = {
            "reason": str(self.reason.pk),
            "told": "now",
            "send_link": "on",
            "fee": "charge",
            "fee_shown": "75.00",
            "fee_preset": "charge",
        }
        self._moved(self.browser.post(f"/appointments/{appointment.uid}/cancel/", said))

    def _bare(self, appointment: Appointment) -> None:
        self._moved(self.browser.post(f"/bare/{appointment.uid}/"))

    def _moved(self, response: HttpResponseBase) -> None:
        assert response.status_code == 302, response.headers

    def _get(self, url: str) -> None:
        response = self.browser.get(url)
        assert response.status_code == 200
        assert response.content.count(b"Casey Moore") >= 50
