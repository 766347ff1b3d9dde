"""The Messages pages of both portals: lists, one thread, the composer, and whose they are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.links import booking_url
from clients.models import CareRelationship, Client, Message
from clients.tests.conftest import Write
from clients.tests.factories import care_of, make_client
from notifications.models import OutboxMessage
from practice.models import Provider
from practice.tests.reading import text

LIST, MY_LIST = "/messages/", "/my/messages/"
A_DAY = timedelta(days=1)


def thread_of(care: CareRelationship) -> str:
    return reverse("clients:thread", args=[care.client_id])


def own_thread(care: CareRelationship) -> str:
    return reverse("clients:my_thread", args=[care.pk])


def rows() -> list[object]:
    return [*Message.objects.order_by("pk").values(), *OutboxMessage.objects.order_by("pk").values()]


def queries(browser: Browser, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert browser.get(url).status_code == 200
    return len(found)


# --- The lists ---


def test_who_waits_stands_first_then_the_newest_then_those_not_written_to(
    as_maya: Browser, maya: Provider, write: Write
) -> None:
    priya, theo, alex = (
        care_of(make_client(maya, first_name=first, last_name="Zhu"), maya) for first in ("Priya", "Theo", "Alex")
    )
    write("To Jordan, newest")
    write("From Priya", to=priya, by_client=True, ago=3 * A_DAY)
    write("To Theo", to=theo, ago=A_DAY)
    page = text(as_maya.get(LIST))
    assert (
        "Priya Zhu 1 unread message Sat, Feb 28 From Priya "
        "Jordan Lee 10:44 AM EST You: To Jordan, newest "
        "Theo Zhu Mon, Mar 2 You: To Theo "
        "Alex Zhu Nothing written yet"
    ) in page
    assert alex.messages.count() == 0


@pytest.mark.parametrize("words", ["jor", "LEE", "wednes", "later?"])
def test_a_thread_is_found_by_name_or_by_its_words(as_maya: Browser, maya: Provider, write: Write, words: str) -> None:
    write("Is it Wednesday? Or later?", by_client=True, ago=A_DAY)
    write("The day after")
    make_client(maya, first_name="Priya", last_name="Natarajan")
    page = as_maya.get(LIST, {"q": words})
    assert "Jordan Lee" in text(page)
    assert "Priya" not in text(page).split("Search by name or words")[-1]


def test_a_search_shows_the_newest_message_with_the_words_and_leads_to_it(as_maya: Browser, write: Write) -> None:
    found = write("The room is " + "very " * 60 + "blue today", by_client=True, ago=A_DAY)
    for number in range(31):
        write(f"Number {number}", ago=A_DAY - timedelta(minutes=number + 1))
    page = as_maya.get(LIST, {"q": "blue"})
    assert "very very blue today" in text(page)
    assert "The room is" not in text(page)
    url = f"?found={found.pk}#message-{found.pk}"
    assert url in page.content.decode()
    thread = as_maya.get(thread_of(found.care) + url)
    assert "blue today" in text(thread)
    assert "Number 30" not in text(thread)


def test_a_search_without_a_find_says_what_to_do(as_maya: Browser, write: Write) -> None:
    assert "Nothing with “<b>leee”" in text(as_maya.get(LIST, {"q": "<b>leee\0"}))


def test_a_client_with_one_provider_is_in_the_thread_at_once(as_jordan: Browser, care: CareRelationship) -> None:
    assert as_jordan.get(MY_LIST)["Location"] == own_thread(care)


def test_a_client_has_a_thread_with_each_provider(
    as_jordan: Browser, jordan: Client, care: CareRelationship, sam: Provider, write: Write
) -> None:
    with_sam = CareRelationship.objects.create(provider=sam, client=jordan)
    write("From Sam", to=with_sam)
    write("To Maya", by_client=True)
    page = text(as_jordan.get(MY_LIST))
    assert "Sam Ortiz 1 unread message 10:44 AM EST From Sam Maya Chen 10:44 AM EST You: To Maya" in page
    assert "In distress? Call 988" in page
    assert "From Sam" in text(as_jordan.get(MY_LIST, {"q": "from s"}))
    assert "Maya Chen" in text(as_jordan.get(MY_LIST, {"q": "maya"}))


# --- One thread ---


def test_a_thread_reads_from_old_to_new_under_its_days_in_ones_own_zone(
    as_maya: Browser, as_jordan: Browser, care: CareRelationship, write: Write, jordan: Client
) -> None:
    write("May I come later?", by_client=True, ago=A_DAY)
    write("Yes, at three")
    page = text(as_maya.get(thread_of(care)))
    assert (
        "Monday, March 2 EST Jordan 10:44 AM May I come later? Read "
        "Today Tuesday, March 3 EST You 10:44 AM Yes, at three"
    ).replace(" Read", "") in page
    jordan.time_zone = "America/Los_Angeles"
    jordan.save()
    page = text(as_jordan.get(own_thread(care)))
    assert (
        "Monday, March 2 PST You 7:44 AM May I come later? Read "
        "Today Tuesday, March 3 PST Maya 7:44 AM New Yes, at three 1 unread"
    ).replace("1 unread", "Mark as read 1 unread message.") in page
    assert "In distress? Call 988, 988 Suicide & Crisis Lifeline, day and night." in page


def test_opening_a_thread_changes_nothing(
    as_maya: Browser, as_jordan: Browser, care: CareRelationship, write: Write
) -> None:
    write("One", by_client=True)
    before = rows()
    for browser, url in (
        (as_maya, LIST),
        (as_maya, thread_of(care)),
        (as_jordan, own_thread(care)),
        (as_maya, f"{thread_of(care)}read/"),
    ):
        browser.get(url)
        browser.head(url)
    assert rows() == before
    assert "Messages 1 unread message" in text(as_maya.get(reverse("appointments:dashboard")))


def test_sending_keeps_the_message_and_leads_to_it(as_maya: Browser, care: CareRelationship, write: Write) -> None:
    asked = write("One", by_client=True)
    page = as_maya.get(thread_of(care))
    assert f'name="seen" value="{asked.pk}"' in page.content.decode()
    answer = as_maya.post(thread_of(care), {"text": "  Two\r\nlines ", "seen": asked.pk})
    sent = Message.objects.latest("pk")
    assert (sent.text, sent.from_client, sent.author) == ("Two\nlines", False, care.provider.user)
    assert answer["Location"] == f"{thread_of(care)}#message-{sent.pk}"
    asked.refresh_from_db()
    assert asked.read_at is not None
    assert "unread" not in text(as_maya.get(LIST)).split("Search by")[0]


def test_a_client_answers_in_their_own_thread(as_jordan: Browser, care: CareRelationship, write: Write) -> None:
    write("One")
    answer = as_jordan.post(own_thread(care), {"text": "Two"})
    sent = Message.objects.latest("pk")
    assert (sent.text, sent.from_client, sent.author) == ("Two", True, care.client.user)
    assert answer["Location"] == f"{own_thread(care)}#message-{sent.pk}"


def test_a_press_marks_as_read_without_an_answer(
    as_maya: Browser, as_jordan: Browser, care: CareRelationship, write: Write
) -> None:
    first = write("One", by_client=True)
    later = write("Two", by_client=True)
    as_maya.post(f"{thread_of(care)}read/", {"seen": first.pk})
    assert list(Message.objects.filter(read_at=None)) == [later]
    as_maya.post(f"{thread_of(care)}read/", {"seen": "x"})
    assert not Message.objects.filter(read_at=None).exists()
    mine = write("Three")
    assert as_jordan.post(f"{own_thread(care)}read/")["Location"] == f"{own_thread(care)}#newest"
    mine.refresh_from_db()
    assert mine.read_at is not None


def test_the_booking_link_is_put_into_the_composer_and_nothing_is_sent(
    as_maya: Browser, care: CareRelationship, write: Write
) -> None:
    before = rows()
    page = as_maya.post(thread_of(care), {"text": "Take any time:", "insert": "link"})
    assert page.context["form"]["text"].value() == f"Take any time:\n\n{booking_url(care)}\n"
    assert not page.context["form"].errors
    assert rows() == before
    alone = as_maya.post(thread_of(care), {"text": "", "insert": "link"})
    assert alone.context["form"]["text"].value() == f"{booking_url(care)}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Write something first."),
        (" \n ", "Write something first."),
        ("a" * 4001, "At most 4,000 characters: this has 4,001."),
        ("\r\n".join("a" * 2001), "At most 4,000 characters: this has 4,001."),
    ],
)
def test_nothing_or_too_much_is_refused_and_stays_in_the_composer(
    as_jordan: Browser, care: CareRelationship, words: str, said: str
) -> None:
    page = as_jordan.post(own_thread(care), {"text": words})
    assert said in text(page)
    assert b"<title>Error: " in page.content
    assert page.context["form"]["text"].value() == words
    assert not Message.objects.exists()


def test_4000_characters_are_taken_line_breaks_counted_once(as_jordan: Browser, care: CareRelationship) -> None:
    as_jordan.post(own_thread(care), {"text": "é\r\n" * 1999 + "😀😀"})
    assert len(Message.objects.get().text) == 4000


def test_no_markup_is_obeyed_and_only_whole_web_addresses_are_links(
    as_maya: Browser, care: CareRelationship, write: Write
) -> None:
    write(
        '<script>alert(1)</script> "https://a.example/?a=1&b=<2>" (https://b.example/x). '
        "javascript:alert(1) evil.com www.evil.com me@evil.com http://c.example",
        by_client=True,
    )
    page = as_maya.get(thread_of(care)).content.decode()
    rel = 'rel="nofollow noopener noreferrer"'
    shown = page.split('<div class="user-text">')[1].split("</div>")[0]
    assert shown == (
        "&lt;script&gt;alert(1)&lt;/script&gt; "
        f'&quot;<a href="https://a.example/?a=1&amp;b=" {rel}>https://a.example/?a=1&amp;b=</a>&lt;2&gt;&quot; '
        f'(<a href="https://b.example/x" {rel}>https://b.example/x</a>). '
        "javascript:alert(1) evil.com www.evil.com me@evil.com "
        f'<a href="http://c.example" {rel}>http://c.example</a>'
    )
    assert "<script>alert" not in as_maya.get(LIST).content.decode()


# --- Whose they are ---


def test_a_stranger_finds_nothing_and_can_not_write(
    as_maya: Browser, as_jordan: Browser, care: CareRelationship, sam: Provider, write: Write
) -> None:
    of_sam = care_of(make_client(sam, first_name="Owen"), sam)
    write("To Owen", to=of_sam)
    before = rows()
    for browser, url in ((as_maya, thread_of(of_sam)), (as_jordan, own_thread(of_sam))):
        for answer in (browser.get(url), browser.post(url, {"text": "Hello"}), browser.post(f"{url}read/")):
            assert answer.status_code == 404
            assert "Owen" not in answer.content.decode()
    assert rows() == before
    assert "Owen" not in text(as_maya.get(LIST, {"q": "to owen"}))
    assert "Owen" not in text(as_jordan.get(MY_LIST, {"q": "to owen"})).split("Search by name or words")[-1]


# --- As many queries for 30 as for one ---


@pytest.mark.only_sqlite
def test_the_list_takes_as_many_queries_for_30_threads_as_for_one(
    as_maya: Browser, maya: Provider, write: Write
) -> None:
    write("a", by_client=True)
    one = queries(as_maya, LIST), queries(as_maya, f"{LIST}?q=a")
    for number in range(29):
        write("a", by_client=bool(number % 2), to=care_of(make_client(maya), maya))
    assert (queries(as_maya, LIST), queries(as_maya, f"{LIST}?q=a")) == one
    assert max(one) <= 9


@pytest.mark.only_sqlite
def test_a_thread_takes_as_many_queries_for_30_messages_as_for_one(
    as_maya: Browser, as_jordan: Browser, care: CareRelationship, write: Write
) -> None:
    write("0")
    few = queries(as_maya, thread_of(care)), queries(as_jordan, own_thread(care))
    for number in range(29):
        write(str(number + 1))
    assert (queries(as_maya, thread_of(care)), queries(as_jordan, own_thread(care))) == few
    assert max(few) <= 11


def test_a_long_thread_has_pages_with_the_newest_first_to_be_seen(
    as_jordan: Browser, care: CareRelationship, write: Write
) -> None:
    for number in range(31):
        write(f"Number {number}.", ago=timedelta(minutes=40 - number))
    newest = text(as_jordan.get(own_thread(care)))
    assert "Earlier messages" in newest
    assert "Number 1." in newest
    assert "Number 0." not in newest
    assert newest.index("Number 29.") < newest.index("Number 30.") < newest.index("Send")
    oldest = text(as_jordan.get(own_thread(care), {"page": 2}))
    assert "Number 0." in oldest
    assert "Later messages" in oldest
    assert "Send" not in oldest
