"""The Messages pages where nothing can be sent, or where what was sent did not arrive."""

import pytest
from django.test import Client as Browser

from clients.models import CareRelationship, Client, Message
from clients.tests.conftest import Write
from clients.tests.factories import care_of, make_client
from clients.tests.test_messages_pages import own_thread, thread_of
from notifications.models import OutboxMessage
from practice.models import Provider
from practice.tests.reading import text


def test_once_care_has_ended_the_thread_can_be_read_and_not_added_to(
    as_maya: Browser, as_jordan: Browser, care: CareRelationship, write: Write
) -> None:
    write("Farewell")
    CareRelationship.objects.filter(pk=care.pk).update(ended_at=care.messages.get().sent_at)
    for browser, url, words in (
        (as_maya, thread_of(care), "Care ended Mar 3, 2026, so nothing can be sent here any more."),
        (as_jordan, own_thread(care), "Your care with Maya Chen has ended, so nothing can be sent here any more."),
    ):
        page = text(browser.get(url))
        assert "Farewell" in page
        assert "Send" not in page
        assert words in text(browser.post(url, {"text": "One more"}))
    assert Message.objects.count() == 1
    assert "http" not in str(as_maya.post(thread_of(care), {"insert": "link"}).context["form"]["text"].value())


def test_the_provider_is_told_that_a_client_can_not_sign_in(as_maya: Browser, maya: Provider) -> None:
    alex = make_client(maya, first_name="Alex", signs_in=False)
    url = thread_of(care_of(alex, maya))
    assert "Alex can’t sign in yet" in text(as_maya.get(url))
    assert "Alex could not read it here" in text(as_maya.post(url, {"text": "Hello"}))
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("given", "calls"), [({"phone_use": "no_message"}, True), ({"phone_use": "never"}, False), ({"phone": ""}, False)]
)
def test_nobody_is_to_be_called_who_can_not_be(
    as_maya: Browser, maya: Provider, given: dict[str, str], calls: bool
) -> None:
    alex = make_client(maya, first_name="Alex", signs_in=False, **given)
    url = thread_of(care_of(alex, maya))
    assert (f"{alex.email} or call, or ask the office" in text(as_maya.get(url))) is calls
    assert ("Call or write a mail" in text(as_maya.post(url, {"text": "Hello"}))) is calls


def test_a_bounced_mail_is_shown_to_the_provider(as_maya: Browser, care: CareRelationship, write: Write) -> None:
    sent = write("One")
    OutboxMessage.objects.update(status="bounced", bounced_at=sent.sent_at)
    page = text(as_maya.get(thread_of(care)))
    assert "Jordan may not know of it" in page
    assert "Call Jordan, and have the office check the address." in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"phone_use": "never"}, "Jordan wants no calls: have the office check the address."),
        ({"phone": ""}, "at jordan.lee@example.com. Have the office check the address."),
    ],
)
def test_for_a_bounced_mail_nobody_is_called_who_can_not_be(
    as_maya: Browser, care: CareRelationship, write: Write, changes: dict[str, str], words: str
) -> None:
    sent = write("One")
    OutboxMessage.objects.update(status="bounced", bounced_at=sent.sent_at)
    Client.objects.update(**changes)
    page = text(as_maya.get(thread_of(care)))
    assert words in page
    assert "Call Jordan" not in page
