"""A practice to measure on: one provider with 1,000 appointments, and 299 others with as many each."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import connection

from appointments import defaults
from appointments.models import Appointment
from clients.models import CareRelationship, Client
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Provider, User
from practice.policies import supersede

APPOINTMENTS = 1000
CLIENTS = 20
EVERY = timedelta(minutes=14)  # so that over 700 of them start within the notice
NOTICE_HOURS = 168


def provider(number: int, *, at: datetime) -> Provider:
    """With her clients and APPOINTMENTS booked ones, all agreed to, from an hour ahead of ``at`` on."""
    user = User.objects.create(email=f"provider{number}@example.com", password=make_password(None))
    made = Provider.objects.create(
        user=user, display_name=f"Robin Hale {number}", phone="(212) 555-0186", session_minutes=10
    )
    terms = Terms(notice_hours=NOTICE_HOURS, late_fee=Decimal("75.00"), no_show_fee=Decimal("75.00"), grace_minutes=15)
    policy = supersede(made, terms=terms, by=Actor.system(), at=at - timedelta(days=90))
    clients = [
        Client(
            first_name="Casey",
            last_name=f"Moore {number} {one}",
            email=f"casey{number}.{one}@example.com",
            search_name=f"casey moore {number} {one}",
        )
        for one in range(CLIENTS)
    ]
    Client.objects.bulk_create(clients)
    CareRelationship.objects.bulk_create([CareRelationship(provider=made, client=client) for client in clients])
    booked_at = at - timedelta(days=30)
    Appointment.objects.bulk_create(
        [
            Appointment(
                provider=made,
                client=clients[one % CLIENTS],
                booked_at=booked_at,
                start=at + timedelta(hours=1) + one * EVERY,
                end=at + timedelta(hours=1, minutes=10) + one * EVERY,
                organizer="office@example.com",
                acknowledged_policy=policy,
                acknowledged_at=booked_at,
            )
            for one in range(APPOINTMENTS)
        ]
    )
    return made


def first(*, at: datetime) -> Provider:
    defaults.load()
    return provider(1, at=at)


def others(count: int, *, at: datetime) -> None:
    for number in range(2, count + 2):
        provider(number, at=at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
