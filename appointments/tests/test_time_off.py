"""Time off: kept by the clock of the provider's zone, over booked sessions only knowingly, and canceling nothing."""

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import DjangoAssertNumQueries

from appointments.models import Appointment
from appointments.tests.factories import NOW, booked
from clients.models import Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.models import Provider, TimeOff
from practice.tests.reading import said

PAGE = "/settings/time-off/"


def text(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).replace("\xa0", " ").split())


def typed(from_day: str, from_time: str = "", to_day: str = "", to_time: str = "", **more: str) -> dict[str, str]:
    return {"from_day": from_day, "from_time": from_time, "to_day": to_day, "to_time": to_time, "label": ""} | more


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "stretch", "words"),
    [
        (typed("2026-03-06"), (at(3, 6, 5), at(3, 7, 5)), "Fri, Mar 6"),
        (typed("2026-03-06", to_day="2026-03-08"), (at(3, 6, 5), at(3, 9, 4)), "Fri, Mar 6 to Sun, Mar 8"),
        (typed("2026-03-06", "13:00", "", "15:00"), (at(3, 6, 18), at(3, 6, 20)), "Fri, Mar 6, 1:00–3:00 PM EST"),
        (
            typed("2026-03-06", "13:00", "2026-03-09", "09:00"),
            (at(3, 6, 18), at(3, 9, 13)), "Fri, Mar 6, 1:00 PM EST to Mon, Mar 9, 9:00 AM EDT",
        ),
        (  # 1:30 comes twice: the first
            typed("2026-11-01", "01:30", "", "09:00"),
            (at(11, 1, 5, 30), at(11, 1, 14)), "Sun, Nov 1, 1:30 AM EDT to Sun, Nov 1, 9:00 AM EST",
        ),
        (typed("2026-03-03", "09:00", "", "12:00"), (at(3, 3, 14), at(3, 3, 17)), "Tue, Mar 3, 9:00 AM–12:00 PM EST"),
    ],
)  # fmt: skip
def test_time_off_is_kept_in_the_provider_s_zone_and_said(
    as_maya: Browser, maya: Provider, form: dict[str, str], stretch: tuple[datetime, datetime], words: str
) -> None:
    answer = as_maya.post(PAGE, form | {"label": "Dentist"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert said(answer) == [f"Saved: {words}. Nobody can book then."]
    kept = maya.time_off.get()
    assert ((kept.begins, kept.ends), kept.label) == (stretch, "Dentist")
    page = text(as_maya.get(PAGE))
    assert f"<strong>{words}</strong>" in page
    assert "Dentist" in page


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (typed(""), "Choose a day."),
        (typed("2026-03-08", "02:30"), "There is no 2:30 AM on Sun, Mar 8: clocks go forward over it."),
        (
            typed("2026-03-07", "", "2026-03-08", "02:30"),
            "There is no 2:30 AM on Sun, Mar 8: clocks go forward over it.",
        ),
        (typed("2026-03-06", to_day="2026-03-05"), "It has to end after it begins."),
        (typed("2026-03-06", "13:00", "", "13:00"), "It has to end after it begins."),
        (typed("2026-03-02"), "That is over already."),
        (typed("2026-03-03", "08:00", "", "10:44"), "That is over already."),
        (typed("2026-03-06", to_day="2027-03-09"), "At most a year at once."),
        (typed("9999-12-31"), "Choose a day between 2000 and 2100."),
        (typed("0001-01-01"), "Choose a day between 2000 and 2100."),
        (typed("soon"), "“soon” is not a date. Write it like 2026-03-05."),
        (typed("2026-03-06", "noon"), "Write the time like 9:00 AM."),
        (typed("2026-03-06", label="x" * 81), "At most 80 characters: this has 81."),
    ],
)
def test_what_can_t_be_is_refused_in_words(as_maya: Browser, maya: Provider, form: dict[str, str], words: str) -> None:
    answer = as_maya.post(PAGE, form)
    assert answer.status_code == 200
    assert words in text(answer)
    assert "<title>Error: Time off" in text(answer)
    assert not TimeOff.objects.exists()


def test_over_booked_sessions_it_is_kept_only_once_they_were_shown_and_cancels_nothing(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    inside = booked(maya, jordan, start=at(3, 6, 19))
    booked(maya, jordan, start=at(3, 7, 19))
    booked(maya, jordan, start=at(3, 6, 21), status="canceled")
    form = typed("2026-03-06")

    page = text(as_maya.post(PAGE, form))
    assert "Not saved yet: one session is booked then" in page
    assert "Saving cancels nothing." in page
    assert f'<a href="/appointments/{inside.uid}/">Fri, Mar 6, 2:00 PM EST, Jordan Lee</a>' in page
    assert "4:00 PM" not in page
    assert not TimeOff.objects.exists()

    answer = as_maya.post(PAGE, form | {"known": str(inside.pk)})
    assert said(answer) == ["Saved: Fri, Mar 6. Nothing was canceled: one session is still booked, see below."]
    inside.refresh_from_db()
    assert inside.status == "booked"
    assert not OutboxMessage.objects.exists()
    page = text(as_maya.get(PAGE))
    assert "These sessions are still booked." in page
    assert f'<a href="/appointments/{inside.uid}/">Fri, Mar 6, 2:00 PM EST, Jordan Lee</a>' in page


def test_a_session_booked_meanwhile_is_shown_before_anything_is_kept(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    first = booked(maya, jordan, start=at(3, 6, 19))
    booked(maya, jordan, start=at(3, 6, 21))
    page = text(as_maya.post(PAGE, typed("2026-03-06") | {"known": str(first.pk)}))
    assert "Not saved yet: 2 sessions are booked then" in page
    assert not TimeOff.objects.exists()


def test_a_session_that_ends_when_time_off_begins_is_not_in_it(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    booked(maya, jordan, start=at(3, 6, 17, 10))
    as_maya.post(PAGE, typed("2026-03-06", "13:00"))
    assert TimeOff.objects.count() == 1
    assert "still booked" not in text(as_maya.get(PAGE))


def test_saving_the_same_twice_keeps_one(as_maya: Browser, maya: Provider) -> None:
    as_maya.post(PAGE, typed("2026-03-06"))
    as_maya.post(PAGE, typed("2026-03-06"))
    assert maya.time_off.count() == 1


def test_what_is_over_is_not_listed(as_maya: Browser, maya: Provider) -> None:
    TimeOff.objects.create(provider=maya, begins=NOW - timedelta(days=3), ends=NOW - timedelta(days=2), label="Gone by")
    page = text(as_maya.get(PAGE))
    assert "Gone by" not in page
    assert "None planned." in page


def test_time_off_is_removed_by_its_form_and_only_by_its_owner(as_maya: Browser, maya: Provider, sam: Provider) -> None:
    own = TimeOff.objects.create(provider=maya, begins=at(3, 6, 5), ends=at(3, 7, 5))
    others = TimeOff.objects.create(provider=sam, begins=at(3, 6, 5), ends=at(3, 7, 5), label="Sam's own")
    assert "Sam's own" not in text(as_maya.get(PAGE))
    assert as_maya.post(f"{PAGE}{others.pk}/remove/").status_code == 404
    assert as_maya.get(f"{PAGE}{own.pk}/remove/").status_code == 405
    answer = as_maya.post(f"{PAGE}{own.pk}/remove/")
    assert said(answer) == ["Removed: Fri, Mar 6. Your weekly hours count again then."]
    assert list(TimeOff.objects.all()) == [others]


@pytest.mark.only_sqlite
@pytest.mark.parametrize("number", [1, 30])
def test_the_page_asks_the_same_number_of_queries_however_much_is_booked(
    as_maya: Browser, maya: Provider, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for days in range(number):
        start = NOW + timedelta(days=days + 1)
        booked(maya, make_client(maya, signs_in=False), start=start)
        TimeOff.objects.create(provider=maya, begins=start, ends=start + timedelta(hours=1))
    with django_assert_num_queries(7):
        page = as_maya.get(PAGE)
    assert text(page).count('<a href="/appointments/') >= number
    assert Appointment.objects.count() == number
