"""Opening a link changes nothing: mail scanners open each one, some of them often."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client as Browser
from django.urls import resolve, reverse

from appointments import attendance, booking, cancellation, fees, late_requests, reminders, reschedule_requests, waivers
from appointments.drafts import Notes
from appointments.fees import Answer, FeeChoice, FeeDecision
from appointments.models import Appointment, CancellationReason
from appointments.tests.factories import NOW, booked, late
from appointments.tests.paying import paid
from clients import addresses, care, messages
from clients.models import CareRelationship, Client
from notifications import outbox
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Practice, Provider, User
from practice.models.provider import Format
from practice.tests.factories import make_provider

HOUR = timedelta(hours=1)
FRIDAY_10 = NOW.replace(day=6, hour=15, minute=0)


def every_kind() -> set[str]:
    """Of mail, as the code names them."""
    files = [*Path(settings.BASE_DIR).glob("*/emails/*.py"), *Path(settings.BASE_DIR).glob("practice/*.py")]
    named = {kind for file in files for kind in re.findall(r'\bkind=f?"([^"]+)"', file.read_text())}
    assert "reminder_{which}" in named
    return named - {"reminder_{which}"} | {"reminder_deadline", "reminder_session"}


def reason(key: str) -> CancellationReason:
    return CancellationReason.objects.get(key=key)


@pytest.fixture
def all_mail(relationship: CareRelationship, maya: Provider, jordan: Client, now: datetime) -> list[OutboxMessage]:
    """One of each kind at least, as the acts make them."""
    by_client, by_maya, start = Actor.client(jordan.user_id), Actor.provider(maya.user_id), FRIDAY_10
    agreed = maya.fee_policies.in_force(at=NOW)
    one = booking.book(relationship, start=start, format=Format.VIDEO, by=by_client, at=NOW, agreed=agreed)
    booking.book(relationship, start=start + 2 * HOUR, format=Format.VIDEO, by=by_maya, at=NOW, agreed=None)
    one = booking.reschedule(one, start=start + HOUR, format=Format.VIDEO, by=by_client, at=NOW)
    canceled(one, by=by_client, key="not-well", at=NOW)
    outbox.deliver_due(at=NOW)  # what was sent is answered by another mail and not dropped
    one = cancellation.restore(one, by=by_client, at=NOW)
    asked = reschedule_requests.ask(
        one, by=by_maya, note="", reason=reason("provider-not-available"), let_go_at=None, block=False, at=NOW
    )
    outbox.deliver_due(at=NOW)
    reschedule_requests.withdraw(asked, by=by_maya, at=NOW)
    late_one = late(maya, jordan)
    late_request = late_requests.ask(late_one, by=by_client, reason=reason("not-well"), note="", at=NOW)
    late_requests.decline(late_request, by=by_maya, words="", at=NOW)
    canceled(
        late_one, by=by_maya, key="client-asked", at=NOW,
        fee=FeeDecision(FeeChoice.CHARGE, Decimal(75), reduced_to=None, why=""),
    )  # fmt: skip
    fee = Appointment.objects.get(pk=late_one.pk).fee
    assert fee is not None
    fees.waive(fee, by=by_maya, why="First time", at=NOW)
    contested = booked(maya, jordan, start=NOW + 7 * HOUR)
    canceled(contested, by=by_maya, key="client-asked", at=NOW, fee=FeeDecision(FeeChoice.CHARGE, Decimal(75)))
    objection = fees.dispute(contested.fees.get(), words="Why?", by=by_client, at=NOW)
    outbox.deliver_due(at=NOW)
    kept = fees.answer(objection.fee, answer=Answer.UPHELD, reduced_to=None, words="So.", by=by_maya, at=NOW)
    paid(kept, by=by_maya)
    outbox.deliver_due(at=NOW)
    fees.unsettle(kept, why="It bounced", by=by_maya, at=NOW)
    Practice.objects.update(waiver_limit=0)
    kept = fees.waive(kept, why="First time", by=by_maya, at=NOW)
    assert kept.waiver_request is not None
    outbox.deliver_due(at=NOW)
    waivers.decline(kept.waiver_request, words="No.", by=Actor.admin(make_provider().user_id), at=NOW)
    missed = booked(maya, jordan, start=NOW - 2 * HOUR)
    attendance.mark_no_show(missed, by=by_maya, fee=FeeDecision(FeeChoice.CHARGE, Decimal(75)), at=NOW)
    outbox.deliver_due(at=NOW)
    attendance.mark_completed(missed, by=by_maya, at=NOW)
    report = attendance.report_absence(missed, by=by_client, words="", at=NOW)
    outbox.deliver_due(at=NOW)
    attendance.answer_absence(report, by=by_maya, answer=attendance.Answer.CONFIRMED, words="", at=NOW)
    booked(maya, jordan, start=NOW + 40 * HOUR)
    booked(maya, jordan, start=NOW + 3 * HOUR)
    reminders.send_due(at=NOW)
    messages.send(relationship, by=by_maya, text="See you on Friday.", at=NOW)
    messages.send(relationship, by=by_client, text="See you.", at=NOW)
    person = care.Person("Noor", "Haddad", "", "noor@example.com", "", "America/New_York", "en", None)
    care.add(maya, person=person, by=by_maya, at=NOW)
    addresses.change(jordan, to="jordan@example.org", at=NOW)
    Browser().post(reverse("account_reset_password"), {"email": maya.user.email})
    return list(OutboxMessage.objects.all())


def canceled(one: Appointment, *, by: Actor, key: str, at: datetime, fee: FeeDecision | None = None) -> None:
    cancellation.cancel(
        one, by=by, reason=reason(key), told_at=None, notes=Notes(), send_link=True, fee=fee, at=at
    )  # fmt: skip


@pytest.fixture
def relationship(care: CareRelationship) -> CareRelationship:
    return care


def links(mails: list[OutboxMessage]) -> Iterator[tuple[str, str]]:
    """Each address in them, and of what kind it is."""
    for mail in mails:
        for link in re.findall(r'https?://[^\s"<>]+', mail.text + mail.html + mail.calendar):
            if link.startswith(settings.BASE_URL):
                path = link.removeprefix(settings.BASE_URL)
                yield path, f"{mail.kind}: {resolve(urlsplit(path).path).view_name}"


def whole_database() -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a digest of all that stands in them."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        rows = list(model._base_manager.order_by("pk").values_list())
        found[model._meta.db_table] = (len(rows), sha256(repr(rows).encode()).hexdigest())
    return found


@pytest.mark.only_sqlite
def test_every_link_of_every_mail_opened_ten_times_changes_nothing(
    all_mail: list[OutboxMessage], maya: Provider
) -> None:
    assert {mail.kind for mail in all_mail} == every_kind()
    found = {what: path for path, what in links(all_mail)}
    assert len(found) >= 20, sorted(found)
    assert "sign_in: account_reset_password_from_key" in found, sorted(found)
    before = whole_database()
    for path, what in {path: what for what, path in found.items()}.items():  # several mails lead to one page
        for method in ("GET", "HEAD"):
            scanner = Browser()
            for _ in range(10):
                answer = scanner.generic(method, path)
                assert answer.status_code in {200, 302}, what
    assert whole_database() == before


def test_nor_does_it_for_the_people_themselves(all_mail: list[OutboxMessage], maya: Provider, jordan: Client) -> None:
    assert isinstance(jordan.user, User)
    for user in (maya.user, jordan.user):
        browser = Browser()
        browser.force_login(user)
        before = whole_database()
        for path in {path for path, _ in links(all_mail)}:
            assert browser.get(path).status_code in {200, 302, 404}
        after = whole_database()
        del before["django_session"], after["django_session"]  # until when they are signed in
        assert after == before
