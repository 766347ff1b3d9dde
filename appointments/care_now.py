"""What is read at once of the care between an appointment's two people, when it is canceled."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Subquery

from appointments import terms
from appointments.models import Appointment, GivenPass, PassUse
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.reliefs import NO_RELIEFS, Reliefs
from clients.links import booking_url
from clients.models import CareRelationship
from practice.fee_terms import WHOLE
from practice.models import FeePolicy


@dataclass(frozen=True)
class CareNow:
    """``link`` is the client's booking link, empty once care has ended; ``next_start`` of their next one together."""

    link: str = ""
    next_start: datetime | None = None
    reliefs: Reliefs = NO_RELIEFS


def of(appointment: Appointment, *, policy: FeePolicy, at: datetime) -> CareNow:
    """One query; one more for each relief that there may be. ``policy`` is the one in force."""
    given = GivenPass.objects.filter(care=OuterRef("pk"), withdrawn_at__isnull=True)
    cares = CareRelationship.objects.filter(client=appointment.client_id, provider=appointment.provider_id)
    care = cares.annotate(
        next_start=Subquery(_coming(appointment, at=at).values("start")[:1]), had_passes=Exists(given)
    ).first()
    if care is None:
        return CareNow()
    care.provider = appointment.provider  # as just read, its account included
    read = vars(care)  # what was annotated
    policies = [each.terms for each in terms.counting(appointment, policy=policy)]
    return CareNow(
        link=booking_url(care) if care.is_active else "",
        next_start=read["next_start"],
        reliefs=Reliefs(
            first_session=any(each.first_session_percent < WHOLE for each in policies) and _is_first(appointment),
            passes_used=_passes_used(care) if any(each.free_passes for each in policies) else (),
            given_passes=GivenPass.objects.left().filter(care=care).count() if read["had_passes"] else 0,
        ),
    )


def next_start(appointment: Appointment, *, at: datetime) -> datetime | None:
    return _coming(appointment, at=at).values_list("start", flat=True).first()


def _coming(appointment: Appointment, *, at: datetime) -> AppointmentQuerySet:
    return _together(appointment).booked().filter(start__gt=at).by_start()


def _together(appointment: Appointment) -> AppointmentQuerySet:
    others = {"client": appointment.client_id, "provider": appointment.provider_id}
    return Appointment.objects.filter(~Q(pk=appointment.pk), **others)


def _is_first(appointment: Appointment) -> bool:
    return not _together(appointment).not_missed_before(appointment).exists()


def _passes_used(care: CareRelationship) -> tuple[datetime, ...]:
    return tuple(PassUse.objects.kept().of_policies().filter(care=care).values_list("used_at", flat=True))
