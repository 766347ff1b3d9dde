"""Whose rows a report counts: one provider's own, or for the office those of all. No other row is reached."""

from dataclasses import dataclass

from django.db.models import Count, Min

from appointments.models import Appointment, Cancellation, Fee
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.models.cancellation import CancellationQuerySet
from appointments.models.fee import FeeQuerySet
from appointments.reports.period import Period
from practice.models import Provider


@dataclass(frozen=True)
class Scope:
    """``provider`` None: all. ``zone`` is the one whose clock says on which day an appointment was."""

    provider: Provider | None
    zone: str
    is_office: bool

    @classmethod
    def own(cls, provider: Provider) -> "Scope":
        return cls(provider, provider.time_zone, is_office=False)

    @classmethod
    def of_office(cls, provider: Provider | None) -> "Scope":
        return cls(provider, provider.time_zone if provider else practice_zone(), is_office=True)

    def appointments(self) -> AppointmentQuerySet:
        every = Appointment.objects.all()
        return every.filter(provider=self.provider) if self.provider else every

    def cancellations(self, period: Period) -> CancellationQuerySet:
        """Live ones, of appointments that were to start in the period."""
        found = Cancellation.objects.live().starting(period.begin, period.end)
        return found.filter(appointment__provider=self.provider) if self.provider else found

    def canceled(self, period: Period) -> CancellationQuerySet:
        """Live ones that were entered in the period, of whatever day their appointments were to be."""
        found = Cancellation.objects.live().filter(canceled_at__gte=period.begin, canceled_at__lt=period.end)
        return found.filter(appointment__provider=self.provider) if self.provider else found

    def fees(self, period: Period) -> FeeQuerySet:
        """Live ones and those that came to nothing by themselves, of appointments that were to start in the period."""
        return self.every_fee(period).shown()

    def every_fee(self, period: Period) -> FeeQuerySet:
        """Void ones too."""
        found = Fee.objects.starting(period.begin, period.end)
        return found.owed_to(self.provider) if self.provider else found

    def zones(self) -> list[str]:
        """Of its providers' clocks, each once."""
        if self.provider:
            return [self.provider.time_zone]
        return list(Provider.objects.order_by("time_zone").values_list("time_zone", flat=True).distinct())


def practice_zone() -> str:
    """The practice's clock is the one that most of its providers go by; of two the one that came first."""
    zones = Provider.objects.order_by().values("time_zone").annotate(many=Count("pk"), first=Min("pk"))
    most = zones.order_by("-many", "first").values_list("time_zone", flat=True).first()
    return most or "UTC"
