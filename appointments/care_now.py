"""What is read at once of the care between an appointment's two people, when it is canceled."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from appointments import terms
from appointments.models import Appointment, GivenPass, PassUse
from appointments.models.appointment import AppointmentQuerySet
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
    """One query; one more where a policy has free passes. ``policy`` is the one in force."""
    given = GivenPass.objects.left().filter(care=OuterRef("pk")).order_by().values("care").values(many=Count("pk"))
    cares = CareRelationship.objects.filter(client=appointment.client_id, provider=appointment.provider_id)
    care = cares.annotate(
        next_start=Subquery(_coming(appointment, at=at).values("start")[:1]),
        had_another=Exists(_together(appointment).not_missed_before(appointment)),
        given=Coalesce(Subquery(given), 0),
    ).first()
    if care is None:
        return CareNow()
    care.provider = appointment.provider  # as just read, its account included
    read = vars(care)  # what was annotated
    policies = [each.terms for each in terms.counting(appointment, policy=policy)]
    first = any(each.first_session_percent < WHOLE for each in policies) and not read["had_another"]
    used = _passes_used(care) if any(each.free_passes for each in policies) else ()
    return CareNow(
        link=booking_url(care) if care.is_active else "",
        next_start=read["next_start"],
        reliefs=Reliefs(first_session=first, passes_used=used, given_passes=read["given"]),
    )


def next_start(appointment: Appointment, *, at: datetime) -> datetime | None:
    return _coming(appointment, at=at).values_list("start", flat=True).first()


def _coming(appointment: Appointment, *, at: datetime) -> AppointmentQuerySet:
    return _together(appointment).booked().filter(start__gt=at).by_start()


def _together(appointment: Appointment) -> AppointmentQuerySet:
    others = Appointment.objects.filter(~Q(pk=appointment.pk), client=appointment.client_id)
    return others.filter(provider=appointment.provider_id)


def _passes_used(care: CareRelationship) -> tuple[datetime, ...]:
    return tuple(PassUse.objects.kept().of_policies().filter(care=care).values_list("used_at", flat=True))
