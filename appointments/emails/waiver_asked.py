"""The mail that tells the office of a fee that somebody wants to let go, above what one person may."""

from django.conf import settings
from django.urls import reverse

from appointments import who
from appointments.models import WaiverRequest
from notifications.outbox import Message
from practice.actors import ActorKind
from practice.amounts import money
from practice.language import in_english
from practice.mailing import compose
from practice.zones import moment


def key(request: WaiverRequest) -> str:
    """Of its mail in the outbox."""
    return f"waiver:{request.pk}:office"


@in_english
def to_office(request: WaiverRequest) -> Message:
    appointment, practice = request.appointment, request.appointment.provider.practice
    zone = appointment.provider.time_zone
    facts = [
        ("Asked by", who.name(request.asked_by, appointment, reader=ActorKind.ADMIN)),
        ("Provider", appointment.provider.display_name),
        ("Appointment", moment(appointment.start, zone)),
        ("Fee", money(request.fee.assessed)),
        ("Left to pay", money(request.left)),
    ]
    if request.asked_by == ActorKind.ADMIN:
        facts[0] = ("Asked by", "Somebody in the office: another approves it")
    listing = reverse("admin:appointments_waiverrequest_changelist")
    return compose(
        "appointments/email/waiver_asked_office",
        {"facts": facts, "url": f"{settings.BASE_URL}{listing}?outcome__exact="},
        practice=practice,
        about=f"practice:{practice.pk}",
        key=key(request),
        kind="waiver_asked",
        recipient=practice.contact_email,
        discreet=False,
    )
