"""What every practice starts from: its row, the office's group, known payers, the reasons to cancel.

Loaded by one idempotent function that `make run`, `make serve` and the tests call. What the practice
has edited meanwhile stays as it is.
"""

from decimal import Decimal
from typing import Any, Final

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from appointments.assessments import Cause
from appointments.models import CancellationReason
from appointments.models.cancellation import NOT_SAID, NextStep, PickedBy
from clients.models import Payer
from practice.accounts import OFFICE
from practice.models import Practice
from practice.models.deployment import NOBODYS_EMAIL

# key: (picked by, caused by, provider's words, client's words, what departs from: no link, no fee, no help)
_LINK: Final = {"sends_link": True}
_FEE: Final = {"fee_may_apply": True}
_WAIVED: Final = {"waive_preset": True}
_MOVE, _COST, _CHANGE, _CRISIS = (
    {"next_step": step} for step in (NextStep.MOVE, NextStep.COST, NextStep.CHANGE_PROVIDER, NextStep.CRISIS)
)
REASONS: Final[list[tuple[str, PickedBy, Cause, str, str, dict[str, Any]]]] = [
    ("provider-unwell", PickedBy.PROVIDER, Cause.PROVIDER, "I am unwell or have an emergency",
     "{provider} had to cancel this appointment.", _LINK),
    ("provider-not-available", PickedBy.PROVIDER, Cause.PROVIDER, "I am not available",
     "{provider} is not available at this time and had to cancel.", _LINK),
    ("provider-time-off", PickedBy.PROVIDER, Cause.PROVIDER, "I am taking time off",
     "{provider} is away at this time and had to cancel.", _LINK),
    ("client-asked", PickedBy.PROVIDER, Cause.CLIENT, "{client} asked to cancel",
     "As you asked, {provider} canceled this appointment.", _LINK | _FEE),
    ("client-other-time", PickedBy.PROVIDER, Cause.CLIENT, "{client} asked for another time",
     "As you asked for another time, {provider} canceled this appointment.", _LINK | _FEE),
    ("client-emergency", PickedBy.PROVIDER, Cause.CLIENT, "{client} is unwell or has an emergency",
     "As you could not come, {provider} canceled this appointment.", _LINK | _FEE | _WAIVED),
    ("technical", PickedBy.PROVIDER, Cause.NEITHER, "Technical problem",
     "This appointment was canceled because of a technical problem.", _LINK),
    ("by-mistake", PickedBy.PROVIDER, Cause.NEITHER, "Booked by mistake",
     "This appointment was booked by mistake and is canceled.", {}),
    ("care-ending", PickedBy.PROVIDER, Cause.NEITHER, "Our work together is ending",
     "This appointment is canceled, as you and {provider} arranged.", {}),
    ("talked-over", PickedBy.PROVIDER, Cause.NEITHER, "Clinical reasons, talked over with {client}",
     "This appointment is canceled, as you and {provider} talked over.", {}),
    ("not-well", PickedBy.CLIENT, Cause.CLIENT, "{client} is not well", "I am not well", _LINK | _FEE | _MOVE),
    ("in-distress", PickedBy.CLIENT, Cause.CLIENT, "{client} is in distress", "I am in distress",
     _LINK | _FEE | _WAIVED | _CRISIS),
    ("work-or-family", PickedBy.CLIENT, Cause.CLIENT, "Work or family", "Work or family", _LINK | _FEE),
    ("other-time", PickedBy.CLIENT, Cause.CLIENT, "Another time suits {client} better",
     "Another time suits me better", _LINK | _FEE | _MOVE),
    ("cost", PickedBy.CLIENT, Cause.CLIENT, "Cost or insurance", "Cost or insurance", _LINK | _FEE | _COST),
    ("not-the-fit", PickedBy.CLIENT, Cause.CLIENT, "Not the right fit", "It is not the right fit for me",
     _FEE | _CHANGE),
    (NOT_SAID, PickedBy.CLIENT, Cause.CLIENT, "{client} would rather not say",
     "I would rather not say", _LINK | _FEE),
]  # fmt: skip

# What a client reads in Spanish.
IN_SPANISH: Final = {
    "provider-unwell": "{provider} tuvo que cancelar esta cita.",
    "provider-not-available": "{provider} no está disponible a esa hora y tuvo que cancelar.",
    "provider-time-off": "{provider} estará fuera a esa hora y tuvo que cancelar.",
    "client-asked": "Como usted pidió, {provider} canceló esta cita.",
    "client-other-time": "Como usted pidió otra hora, {provider} canceló esta cita.",
    "client-emergency": "Como usted no podía venir, {provider} canceló esta cita.",
    "technical": "Esta cita se canceló por un problema técnico.",
    "by-mistake": "Esta cita se reservó por error y queda cancelada.",
    "care-ending": "Esta cita queda cancelada, como usted y {provider} acordaron.",
    "talked-over": "Esta cita queda cancelada, como usted y {provider} lo hablaron.",
    "not-well": "No me siento bien",
    "in-distress": "Estoy pasando por un momento muy difícil",
    "work-or-family": "Trabajo o familia",
    "other-time": "Me conviene más otra hora",
    "cost": "Costo o seguro médico",
    "not-the-fit": "No es lo adecuado para mí",
    NOT_SAID: "Prefiero no decirlo",
}

# Who pays for themselves has no payer, and no limit but the practice's.
PAYERS: Final[list[dict[str, Any]]] = [
    {
        "name": "Medicaid",
        "rule": Payer.Rule.FORBIDDEN,
        "why": "Members may not be charged for missed visits.",
        "source": "42 CFR 447.15",
    },
    {
        "name": "Medicare and Medicaid",
        "rule": Payer.Rule.FORBIDDEN,
        "why": "Members with both may not be charged for missed visits.",
        "source": "42 CFR 447.15",
    },
    {
        "name": "Kaiser Permanente Northern California",
        "rule": Payer.Rule.FORBIDDEN,
        "why": "The contract does not allow fees for missed visits.",
        "source": "Payer contract",
    },
    {
        "name": "Magellan",
        "rule": Payer.Rule.CAPPED,
        "cap": Decimal("90.00"),
        "why": "The contract allows at most $90.00 for a missed visit.",
        "source": "Payer contract",
    },
    {
        "name": "Aetna",
        "rule": Payer.Rule.ALLOWED,
        "why": "The contract leaves fees for missed visits to the practice.",
        "source": "Payer contract",
    },
]


def office_group() -> Group:
    """Those who run the practice: all that the admin offers."""
    return Group.objects.get(name=OFFICE)


@transaction.atomic
def load() -> Practice:
    practice = Practice.objects.first() or Practice.objects.create(
        name="Your practice", contact_email=NOBODYS_EMAIL, phone="(212) 555-0100"
    )
    office, _ = Group.objects.get_or_create(name=OFFICE)
    apps = ["practice", "clients", "appointments", "notifications"]
    office.permissions.set(Permission.objects.filter(content_type__app_label__in=apps))
    there = set(Payer.objects.values_list("name", flat=True))
    Payer.objects.bulk_create([Payer(**payer) for payer in PAYERS if payer["name"] not in there])
    CancellationReason.objects.bulk_create(missing_reasons())
    return practice


def missing_reasons() -> list[CancellationReason]:
    there = set(CancellationReason.objects.values_list("key", flat=True))
    return [
        CancellationReason(
            key=key,
            picked_by=picked_by,
            caused_by=cause,
            provider_words=provider_words,
            client_words=client_words,
            client_words_es=IN_SPANISH[key],
            order=order * 10,
            **departs,
        )
        for order, (key, picked_by, cause, provider_words, client_words, departs) in enumerate(REASONS, start=1)
        if key not in there
    ]
