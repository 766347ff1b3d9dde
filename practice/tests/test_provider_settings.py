"""Settings, Sessions and Weekly hours: what is kept, what is refused in words, and that looking changes nothing."""

from datetime import time
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser

from practice import hours
from practice.hours import Stretch
from practice.models import Provider
from practice.tests.reading import said

SESSIONS, HOURS = "/settings/sessions/", "/settings/hours/"
AS_IT_IS = {
    "session_minutes": "50", "start_increment": "30", "minimum_notice_hours": "12", "horizon_days": "60",
    "offers_video": "on", "joining": "", "offers_in_person": "on", "address": "12 Alder Street, New York",
    "phone": "(212) 555-0186", "time_zone": "America/New_York",
}  # fmt: skip


def text(answer: Any) -> str:
    return unescape(answer.content.decode()).replace("\xa0", " ")


def test_sessions_are_kept_and_said(as_maya: Browser, maya: Provider) -> None:
    answer = as_maya.post(SESSIONS, AS_IT_IS | {"session_minutes": "45", "phone": "(212) 555-0199"})
    assert (answer.status_code, answer["Location"]) == (302, SESSIONS)
    assert said(answer) == ["Saved. What is booked stays as it is."]
    maya.refresh_from_db()
    assert (maya.session_minutes, maya.phone, maya.horizon_days) == (45, "(212) 555-0199", 60)


def test_saving_sessions_unchanged_says_so(as_maya: Browser) -> None:
    assert said(as_maya.post(SESSIONS, AS_IT_IS)) == ["Nothing was changed."]


def test_another_zone_explains_what_it_means(as_maya: Browser, maya: Provider) -> None:
    assert "your weekly hours follow the clock there: 9:00 AM stays 9:00 AM" in text(as_maya.get(SESSIONS))
    answer = as_maya.post(SESSIONS, AS_IT_IS | {"time_zone": "America/Chicago"})
    (words,) = said(answer)
    assert words.startswith(
        "Saved. You see every time in Chicago now (CST), and your weekly hours follow the clock there."
    )
    assert words.endswith("What is booked stays at its instant.")
    maya.refresh_from_db()
    assert maya.time_zone == "America/Chicago"
    assert hours.of(maya)[0] == Stretch(0, time(9), time(17))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"session_minutes": "5"}, "At least 10 minutes."),
        ({"session_minutes": "241"}, "At most 240 minutes."),
        ({"start_increment": "20"}, "20 is not one of the available choices"),
        ({"minimum_notice_hours": "337"}, "At most 336 hours, which is 14 days."),
        ({"horizon_days": "0"}, "At least 1 day."),
        (
            {"minimum_notice_hours": "48", "horizon_days": "2"},
            "Nobody could book: 48 hours ahead is not within 2 days.",
        ),
        ({"offers_video": "", "offers_in_person": ""}, "Offer video, in person or both."),
        ({"address": ""}, "Clients need the address of in-person sessions."),
        ({"address": "Alder Therapy, 12 Alder Street"}, "Calendars show this, so it can’t carry “therapy”."),
        ({"joining": "Your counseling room"}, "Calendars show this, so it can’t carry “counseling”."),
        ({"time_zone": "Mars/Olympus"}, "not one of the available choices"),
        ({"phone": ""}, "This field is required."),
    ],
)
def test_what_can_t_be_is_refused_in_words_and_nothing_is_kept(
    as_maya: Browser, maya: Provider, changes: dict[str, str], words: str
) -> None:
    answer = as_maya.post(SESSIONS, AS_IT_IS | {"session_minutes": "45"} | changes)
    assert answer.status_code == 200
    assert words in text(answer)
    assert "<title>Error: Sessions" in text(answer)
    maya.refresh_from_db()
    assert maya.session_minutes == 50


def test_a_provider_s_settings_are_nobody_else_s(as_jordan: Browser, client: Browser) -> None:
    for address in (SESSIONS, HOURS):
        assert as_jordan.get(address).status_code == 404
        assert as_jordan.post(address, AS_IT_IS).status_code == 404
        assert client.get(address)["Location"].startswith("/accounts/login/")


def rows(*stretches: tuple[int, str, str]) -> dict[str, object]:
    data: dict[str, object] = {"weekday": [str(weekday) for weekday, _, _ in stretches]}
    for index, (_, begins, ends) in enumerate(stretches):
        data |= {f"begins-{index}": begins, f"ends-{index}": ends}
    return data


def test_the_page_shows_the_hours_as_they_are(as_maya: Browser) -> None:
    page = text(as_maya.get(HOURS))
    assert page.count('value="09:00"') == 5
    assert page.count('value="17:00"') == 5
    assert "by the clock in New York (EST)" in page
    assert page.count("No hours") == 2


def test_hours_are_kept_with_several_a_day_and_cleared_ones_gone(as_maya: Browser, maya: Provider) -> None:
    answer = as_maya.post(
        HOURS, rows((0, "09:00", "12:00"), (0, "13:00", "17:30"), (1, "", ""), (6, "1 PM", "2:30 PM"))
    )
    assert said(answer) == ["Saved. Clients can book within these hours now. What is booked stays booked."]
    assert hours.of(maya) == [
        Stretch(0, time(9), time(12)), Stretch(0, time(13), time(17, 30)), Stretch(6, time(13), time(14, 30)),
    ]  # fmt: skip


def test_saving_the_same_hours_says_so_and_none_at_all_warns(as_maya: Browser, maya: Provider) -> None:
    same = rows(*((day, "09:00", "17:00") for day in range(5)))
    assert said(as_maya.post(HOURS, same)) == ["Nothing was changed."]
    answer = as_maya.post(HOURS, rows())
    assert said(answer)[-1] == "Saved. Without hours nobody can book with you. What is booked stays booked."
    assert hours.of(maya) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (rows((0, "09:00", "12:00"), (0, "11:00", "14:00")), "This overlaps with 9:00 AM–12:00 PM of the same day."),
        (
            rows((2, "09:00", "17:00"), (2, "10:00", "11:00"), (2, "15:00", "16:00")),
            "This overlaps with 9:00 AM–5:00 PM",
        ),
        (rows((0, "09:00", "12:00"), (0, "09:00", "12:00")), "These hours are there already."),
        (rows((0, "12:00", "09:00")), "“To” has to be later than “from”."),
        (rows((0, "12:00", "12:00")), "“To” has to be later than “from”."),
        (rows((0, "12:00", "")), "Fill in both times, or clear both."),
        (rows((0, "noon", "13:00")), "Write the time like 9:00 AM."),
    ],
)
def test_hours_that_can_t_be_are_refused_in_words(
    as_maya: Browser, maya: Provider, typed: dict[str, object], words: str
) -> None:
    answer = as_maya.post(HOURS, typed)
    assert answer.status_code == 200
    assert words in text(answer)
    assert len(hours.of(maya)) == 5


def test_add_and_remove_change_the_page_and_keep_what_was_typed_but_save_nothing(
    as_maya: Browser, maya: Provider
) -> None:
    typed = rows((0, "08:15", "12:00"), (4, "09:00", "10:00"))
    page = text(as_maya.post(HOURS, typed | {"add": "0"}))
    assert "Not saved yet" in page
    assert page.count('name="weekday" value="0"') == 2
    assert 'name="begins-0" value="08:15"' in page
    assert 'name="begins-2" value="09:00"' in page  # Friday's row has made room for Monday's new one
    page = text(as_maya.post(HOURS, typed | {"remove": "0"}))
    assert "08:15" not in page
    assert 'name="begins-0" value="09:00"' in page
    assert hours.of(maya)[0] == Stretch(0, time(9), time(17))


@pytest.mark.parametrize("index", ["9" * 5000, "-1", "x"])
def test_a_row_that_is_not_there_can_be_removed_and_nothing_goes(as_maya: Browser, index: str) -> None:
    page = text(as_maya.post(HOURS, rows((0, "08:15", "12:00")) | {"remove": index}))
    assert 'name="begins-0" value="08:15"' in page


def test_a_hand_made_weekday_is_a_bad_request(as_maya: Browser, maya: Provider) -> None:
    assert as_maya.post(HOURS, {"weekday": ["7"], "begins-0": "09:00", "ends-0": "10:00"}).status_code == 400
    assert len(hours.of(maya)) == 5


def test_words_typed_into_hours_are_never_markup(as_maya: Browser) -> None:
    page = as_maya.post(HOURS, rows((0, '"><script>x', "")) | {"add": "1"}).content.decode()
    assert "&quot;&gt;&lt;script&gt;x" in page
    assert "<script>x" not in page
