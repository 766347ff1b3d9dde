"""What a client and their provider write: who may, what read means, and which mail tells of it."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from clients import messages
from clients.models import CareRelationship, Client, Message
from clients.refusals import CannotRead, CareHasEnded
from clients.tests.factories import care_of, make_client
from notifications import outbox
from notifications.models import OutboxMessage, Status
from practice.actors import Actor
from practice.models import Provider
from practice.tests.reading import words_of

AN_HOUR, A_MINUTE = timedelta(hours=1), timedelta(minutes=1)


def provider_of(care: CareRelationship) -> Actor:
    return Actor.provider(care.provider.user_id)


def client_of(care: CareRelationship) -> Actor:
    return Actor.client(care.client.user_id)


def keys() -> list[str]:
    return list(OutboxMessage.objects.order_by("pk").values_list("key", flat=True))


def test_a_message_is_kept_with_who_wrote_it_and_when(care: CareRelationship, now: datetime) -> None:
    sent = messages.send(care, by=provider_of(care), text="See you\non <Wednesday>", at=now)
    kept = Message.objects.get()
    assert (kept.pk, kept.care, kept.author, kept.text) == (
        sent.pk,
        care,
        care.provider.user,
        "See you\non <Wednesday>",
    )
    assert (kept.from_client, kept.sent_at, kept.read_at) == (False, now, None)


def test_an_answer_marks_what_came_before_as_read_and_nothing_of_ones_own(
    care: CareRelationship, now: datetime
) -> None:
    asked = messages.send(care, by=client_of(care), text="May I come later?", at=now)
    answer = messages.send(care, by=provider_of(care), text="Yes", at=now + A_MINUTE)
    messages.send(care, by=provider_of(care), text="At three", at=now + 2 * A_MINUTE)
    asked.refresh_from_db()
    answer.refresh_from_db()
    assert (asked.read_at, answer.read_at) == (now + A_MINUTE, None)


def test_what_came_after_the_page_was_shown_is_not_read_yet(care: CareRelationship, now: datetime) -> None:
    shown = messages.send(care, by=client_of(care), text="One", at=now)
    later = messages.send(care, by=client_of(care), text="Two", at=now)
    assert messages.mark_read(care, by=provider_of(care), at=now + A_MINUTE, seen=shown.pk) == 1
    later.refresh_from_db()
    assert later.read_at is None
    # Nor what arrived while this request waited for its turn.
    assert messages.mark_read(care, by=provider_of(care), at=now - A_MINUTE) == 0
    assert messages.mark_read(care, by=provider_of(care), at=now) == 1


def test_marking_is_for_what_the_other_one_wrote(care: CareRelationship, now: datetime) -> None:
    own = messages.send(care, by=client_of(care), text="One", at=now)
    assert messages.mark_read(care, by=client_of(care), at=now) == 0
    own.refresh_from_db()
    assert own.read_at is None


def test_one_press_too_many_sends_once_and_the_same_words_later_again(care: CareRelationship, now: datetime) -> None:
    first = messages.send(care, by=client_of(care), text="Thank you", at=now)
    assert messages.send(care, by=client_of(care), text="Thank you", at=now + timedelta(seconds=59)) == first
    messages.send(care, by=client_of(care), text="Thank you", at=now + A_MINUTE)
    assert Message.objects.count() == 2
    # The other one may say the same at once.
    messages.send(care, by=provider_of(care), text="Thank you", at=now + A_MINUTE)
    assert Message.objects.count() == 3


def test_nothing_is_sent_once_care_has_ended_and_each_is_told_in_words(care: CareRelationship, now: datetime) -> None:
    messages.send(care, by=provider_of(care), text="Farewell", at=now)
    CareRelationship.objects.filter(pk=care.pk).update(ended_at=now)
    with pytest.raises(CareHasEnded) as to_provider:
        messages.send(care, by=provider_of(care), text="One more", at=now)
    with pytest.raises(CareHasEnded) as to_client:
        messages.send(care, by=client_of(care), text="One more", at=now)
    assert str(to_provider.value) == (
        "Care ended Mar\xa03,\xa02026, so nothing can be sent here any more. What was written stays."
    )
    assert str(to_client.value) == (
        "Your care with Maya Chen has ended, so nothing can be sent here any more. "
        "Alder Street can be reached at (212) 555-0100 or office@alderstreet.example."
    )
    assert Message.objects.get().text == "Farewell"
    assert messages.mark_read(care, by=client_of(care), at=now) == 1


def test_nothing_is_sent_from_or_to_a_provider_who_has_left(care: CareRelationship, now: datetime) -> None:
    care.provider.user.is_active = False
    care.provider.user.save()
    with pytest.raises(CareHasEnded):
        messages.send(care, by=client_of(care), text="Hello", at=now)


def test_nothing_is_sent_to_who_could_not_read_it(maya: Provider, now: datetime) -> None:
    alex = make_client(maya, first_name="Alex", signs_in=False)
    with pytest.raises(CannotRead, match="Alex can’t sign in yet"):
        messages.send(care_of(alex, maya), by=Actor.provider(maya.user_id), text="Hello", at=now)
    assert not Message.objects.exists()
    assert not OutboxMessage.objects.exists()


# --- The mail that tells of it ---


def test_the_clients_mail_says_who_wrote_and_nothing_of_it(care: CareRelationship, now: datetime) -> None:
    sent = messages.send(care, by=provider_of(care), text="About your Zoloft <dose>", at=now)
    mail = OutboxMessage.objects.get()
    url = f"{settings.BASE_URL}/my/messages/{care.pk}/"
    assert (mail.key, mail.kind, mail.about) == (f"message:{sent.pk}:client", "message", f"client:{care.client_id}")
    assert (mail.recipient, mail.sender_name, mail.urgent) == ("jordan.lee@example.com", "Alder Street", False)
    assert (mail.subject, mail.calendar) == ("Maya Chen has written to you", "")
    assert mail.text == (
        "Maya Chen has written to you\n\nHello Jordan,\n\n"
        "The message waits for you in the portal. Read it there, and answer Maya there.\n\n"
        f"Read it in the portal:\n{url}\n\n"
        "Questions? Call (212) 555-0186 or write to Maya: maya.chen@example.com\nReplies to this mail are not read.\n"
    )
    assert words_of(mail.html) == [
        "Alder Street",
        "Maya Chen has written to you",
        "Hello Jordan,",
        "The message waits for you in the portal. Read it there, and answer Maya there.",
        f"[{url}]",
        "Read it in the portal",
        "Questions? Call",
        "[tel:2125550186]",
        "(212) 555-0186",
        "or",
        "[mailto:maya.chen@example.com]",
        "write to Maya",
        ". Replies to this mail are not read.",
    ]
    for absent in ("Zoloft", "dose", "LCSW", "Lee"):
        assert absent not in mail.subject + mail.text + mail.html


def test_the_providers_mail_names_the_client_discreetly(care: CareRelationship, now: datetime) -> None:
    sent = messages.send(care, by=client_of(care), text="I feel low", at=now)
    mail = OutboxMessage.objects.get()
    url = f"{settings.BASE_URL}/messages/{care.client_id}/"
    assert (mail.key, mail.about) == (f"message:{sent.pk}:provider", f"provider:{care.provider_id}")
    assert (mail.recipient, mail.subject) == ("maya.chen@example.com", "Jordan L. has written to you")
    assert mail.text == (
        "Jordan L. has written to you\n\n"
        "The message waits for you in the portal. Read it there, and answer Jordan there.\n\n"
        f"Read it in the portal:\n{url}\n\n"
        "Sent to you as the provider of this client. Replies to this mail are not read.\n"
    )
    assert words_of(mail.html) == [
        "Alder Street",
        "Jordan L. has written to you",
        "The message waits for you in the portal. Read it there, and answer Jordan there.",
        f"[{url}]",
        "Read it in the portal",
        "Sent to you as the provider of this client. Replies to this mail are not read.",
    ]
    for absent in ("feel low", "Lee"):
        assert absent not in mail.subject + mail.text + mail.html


def test_who_asked_for_discretion_gets_a_neutral_subject(care: CareRelationship, now: datetime) -> None:
    Client.objects.filter(pk=care.client_id).update(discreet=True)
    messages.send(care, by=provider_of(care), text="Hello", at=now)
    mail = OutboxMessage.objects.get()
    assert (mail.sender_name, mail.subject) == ("Scheduling desk", "About your schedule")


def test_one_mail_tells_of_all_that_is_written_within_the_hour(care: CareRelationship, now: datetime) -> None:
    first = messages.send(care, by=provider_of(care), text="One", at=now)
    OutboxMessage.objects.update(status=Status.DELIVERED, delivered_at=now)
    messages.send(care, by=provider_of(care), text="Two", at=now + AN_HOUR - A_MINUTE)
    assert keys() == [f"message:{first.pk}:client"]
    # What is unread an hour later may have been overlooked.
    third = messages.send(care, by=provider_of(care), text="Three", at=now + AN_HOUR)
    assert keys() == [f"message:{first.pk}:client", f"message:{third.pk}:client"]


def test_a_mail_that_still_waits_to_go_out_tells_of_later_ones_too(care: CareRelationship, now: datetime) -> None:
    messages.send(care, by=provider_of(care), text="One", at=now)
    messages.send(care, by=provider_of(care), text="Two", at=now + 5 * AN_HOUR)
    assert len(keys()) == 1


@pytest.mark.parametrize("status", [Status.BOUNCED, Status.FAILED, Status.COMPLAINED])
def test_a_mail_that_came_to_nothing_told_of_nothing(care: CareRelationship, now: datetime, status: Status) -> None:
    messages.send(care, by=provider_of(care), text="One", at=now)
    OutboxMessage.objects.update(status=status, **{f"{status}_at": now})
    messages.send(care, by=provider_of(care), text="Two", at=now + A_MINUTE)
    assert len(keys()) == 2


def test_once_read_the_next_message_is_told_of_again(care: CareRelationship, now: datetime) -> None:
    messages.send(care, by=provider_of(care), text="One", at=now)
    OutboxMessage.objects.update(status=Status.DELIVERED, delivered_at=now)
    messages.mark_read(care, by=client_of(care), at=now + A_MINUTE)
    messages.send(care, by=provider_of(care), text="Two", at=now + 2 * A_MINUTE)
    assert len(keys()) == 2


def test_each_side_is_told_by_itself(care: CareRelationship, now: datetime) -> None:
    first = messages.send(care, by=provider_of(care), text="One", at=now)
    answer = messages.send(care, by=client_of(care), text="Two", at=now + A_MINUTE)
    assert keys() == [f"message:{first.pk}:client", f"message:{answer.pk}:provider"]


def test_a_mail_that_has_not_gone_is_given_up_once_its_message_is_read(care: CareRelationship, now: datetime) -> None:
    messages.send(care, by=provider_of(care), text="One", at=now)
    messages.mark_read(care, by=client_of(care), at=now + A_MINUTE)
    assert OutboxMessage.objects.get().status == Status.DROPPED
    # What was written after it is told of.
    messages.send(care, by=provider_of(care), text="Two", at=now + 2 * A_MINUTE)
    assert sorted(OutboxMessage.objects.values_list("status", flat=True)) == [Status.DROPPED, Status.QUEUED]


def test_mail_goes_to_the_address_of_now(care: CareRelationship, jordan: Client, now: datetime) -> None:
    Client.objects.filter(pk=jordan.pk).update(email="jordan@new.example")
    messages.send(care, by=provider_of(care), text="One", at=now)
    assert OutboxMessage.objects.get().recipient == "jordan@new.example"


def test_nothing_is_kept_where_the_mail_can_not_be_queued(
    care: CareRelationship, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(outbox, "enqueue", broken)
    with pytest.raises(RuntimeError):
        messages.send(care, by=provider_of(care), text="One", at=now)
    assert not Message.objects.exists()
