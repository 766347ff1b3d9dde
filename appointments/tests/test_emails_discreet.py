"""Mail to a client who asked for discretion: nothing outside its body tells from whom it comes, or of what."""

import pytest
from icalendar import Calendar

from appointments import fees
from appointments.fees import FeeChoice, FeeDecision
from appointments.tests.factories import NOW, on_time
from appointments.tests.test_cancellation import cancel
from appointments.tests.test_emails_booked import book
from appointments.tests.test_fees import left_open
from clients import addresses
from clients.models import CareRelationship, Client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Practice, Provider, User
from practice.tests.reading import words_of


@pytest.fixture
def discreet(jordan: Client, care: CareRelationship) -> Client:
    """Jordan, whose provider's place stands in the calendar of everyone else."""
    jordan.discreet = True
    jordan.save()
    care.provider.joining = "Open the link in the portal five minutes ahead."
    care.provider.save()
    return jordan


def to_client(client: Client) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.about(f"client:{client.pk}").order_by("id"))


def test_every_mail_comes_from_the_neutral_name_with_the_neutral_subject(
    discreet: Client, maya: Provider, care: CareRelationship, office: User
) -> None:
    fee = left_open(maya, discreet, office)
    fees.decide(
        fee, decision=FeeDecision(FeeChoice.CHARGE, shown=fee.assessed), by=Actor.provider(maya.user_id), at=NOW
    )
    book(care, by=Actor.client())
    cancel(on_time(maya, discreet), Actor.provider(maya.user_id), "provider-unwell")
    addresses.change(discreet, to="jordan@elsewhere.example", at=NOW)

    mails = to_client(discreet)
    assert {mail.kind for mail in mails} == {"booked", "canceled", "fee_decided", "address_changed"}
    for mail in mails:
        assert (mail.sender_name, mail.subject) == ("Scheduling desk", "About your schedule"), mail.key
        assert words_of(mail.html)[0] == "Scheduling desk"
        assert "Hello Jordan," in mail.text
        assert "Alder Street" not in mail.text + mail.html
    assert set(OutboxMessage.objects.about(f"provider:{maya.pk}").values_list("sender_name")) == {("Alder Street",)}


def test_its_calendar_part_holds_the_time_alone(discreet: Client, maya: Provider, care: CareRelationship) -> None:
    done = book(care, by=Actor.client())
    cancel(done, Actor.provider(maya.user_id), "provider-unwell")
    for mail in to_client(discreet):
        (event,) = Calendar.from_ical(mail.calendar).events
        assert event["SUMMARY"] == "Appointment"
        assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == (
            f"mailto:{done.organizer}", "Scheduling desk",
        )  # fmt: skip
        assert event.start == done.start
        assert "LOCATION" not in event
        assert "Maya" not in mail.calendar
        assert "Alder Street" not in mail.calendar


def test_the_providers_part_stays_as_it_is(discreet: Client, maya: Provider, care: CareRelationship) -> None:
    book(care, by=Actor.client())
    mail = OutboxMessage.objects.about(f"provider:{maya.pk}").get()
    (event,) = Calendar.from_ical(mail.calendar).events
    assert (event["SUMMARY"], event["ORGANIZER"].params["CN"]) == ("Appointment with Maya Chen", "Alder Street")
    assert mail.subject.startswith("Booked: Jordan L.")


def test_the_office_chooses_the_neutral_words(discreet: Client, practice: Practice, care: CareRelationship) -> None:
    practice.neutral_name, practice.neutral_subject = "Desk 4", "A note"
    practice.save()
    book(care, by=Actor.client())
    (mail,) = to_client(discreet)
    assert (mail.sender_name, mail.subject) == ("Desk 4", "A note")


def test_the_words_a_practice_begins_with_are_said_in_the_clients_language(
    discreet: Client, care: CareRelationship
) -> None:
    discreet.language = "es"
    discreet.save()
    book(care, by=Actor.client())
    (mail,) = to_client(discreet)
    assert (mail.sender_name, mail.subject) == ("Oficina de citas", "Sobre su agenda")
    assert words_of(mail.html)[0] == "Oficina de citas"
