"""The booking page behind a link, as a client without an account meets it, and what it costs."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment, HistoryEntry
from appointments.tests.factories import NOW, booked
from appointments.tests.test_booking import FRIDAY_10, policy_of
from clients.models import CareRelationship, Client, Payer
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Provider
from practice.policies import supersede
from practice.tests.reading import without_keys
from practice.zones import plain

NEAR = datetime(2026, 3, 4, 14, tzinfo=UTC)  # 9:00 AM EST, 22 h 16 min ahead of NOW


def url(care: CareRelationship, query: str = "") -> str:
    return f"/b/{care.booking_token}/{query}"


def words(response: object) -> str:
    """A page's text in one line, without scripts, tags and no-break spaces."""
    assert isinstance(response, HttpResponse)
    html = re.sub(r"<head>.*</head>|<option.*?</option>", "", response.content.decode(), flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").replace("&amp;", "&")
    return re.sub(r" ([.,])", r"\1", " ".join(plain(text).split()))


def html(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def value(start: datetime) -> str:
    return start.strftime("%Y-%m-%dT%H:%M:%SZ")


def choice(care: CareRelationship, **changes: object) -> dict[str, object]:
    """What the page sends; a change to None leaves the field out."""
    sent = {"start": value(FRIDAY_10), "format": "video", "policy": policy_of(care.provider).pk, "agree": "on"}
    return {name: value for name, value in (sent | changes).items() if value is not None}


def nothing_happened() -> bool:
    return not (Appointment.objects.exists() or OutboxMessage.objects.exists() or HistoryEntry.objects.exists())


# --- Choosing ---


def test_the_page_shows_five_days_the_policy_and_nothing_about_the_client(
    visitor: Browser, care: CareRelationship, jordan: Client
) -> None:
    jordan.payer = Payer.objects.get(name="Magellan")
    jordan.save()
    response = visitor.get(url(care))
    page = words(response)
    assert "Book a time with Maya Chen, LCSW 50 minutes, by video or in person." in page
    assert "Wed, Mar 4 EST 9:00 AM 9:30 AM" in page
    assert "Fri, Mar 6 EST 9:00 AM" in page
    assert "Tue, Mar 10 EDT 9:00 AM" in page
    assert "Clocks go forward on Sunday, March 8; later times are EDT." in page
    assert (
        "You can cancel free of charge until 24 hours before the start. "
        "Later than that, or if you do not come, a fee of up to $75.00 may apply."
    ) in page
    assert "Booking as Jordan L. Not you? Then book nothing here, and tell Alder Street: call (212) 555-0100" in page
    for absent in ("Lee", "jordan.lee", "Magellan", "America/New_York Lee"):
        assert absent not in without_keys(html(response))


def test_the_agreement_is_never_ticked_and_no_time_is_chosen_beforehand(
    visitor: Browser, care: CareRelationship
) -> None:
    page = html(visitor.get(url(care)))
    assert '<input type="checkbox" name="agree" id="id_agree">' in page
    assert not re.search(r'name="start"[^>]*checked', page)
    assert f'<input type="hidden" name="policy" value="{policy_of(care.provider).pk}">' in page


def test_the_policy_knows_what_the_payer_allows_without_naming_it(
    visitor: Browser, care: CareRelationship, jordan: Client
) -> None:
    jordan.payer = Payer.objects.get(name="Medicaid")
    jordan.save()
    response = visitor.get(url(care))
    assert "until 24 hours before the start. Later than that, no fee applies either." in words(response)
    assert "Medicaid" not in html(response)


def test_the_providers_own_words_stand_below_the_policy(visitor: Browser, care: CareRelationship) -> None:
    terms = Terms(24, 75, 75, 15, words="Life happens: <call> me.")  # type: ignore[arg-type]
    supersede(care.provider, terms=terms, by=Actor.system(), at=NOW)
    assert "Life happens: &lt;call&gt; me." in html(visitor.get(url(care)))


def test_a_day_that_is_full_says_so(visitor: Browser, care: CareRelationship, maya: Provider) -> None:
    thursday = datetime(2026, 3, 5, 14, tzinfo=UTC)
    booked(maya, make_client(maya), start=thursday, end=thursday + timedelta(hours=8))
    assert "Thu, Mar 5 EST Fully booked Fri, Mar 6 EST 9:00 AM" in words(visitor.get(url(care)))


def test_times_are_in_the_clients_zone_and_in_one_they_choose(
    visitor: Browser, care: CareRelationship, jordan: Client
) -> None:
    jordan.time_zone = "America/Denver"
    jordan.save()
    response = visitor.get(url(care))
    assert "Wed, Mar 4 MST 7:00 AM" in words(response)
    assert '<option value="America/Denver" selected>Denver (MST)</option>' in html(response)
    response = visitor.get(url(care, "?zone=Europe/Berlin"))
    assert "Wed, Mar 4 CET 3:00 PM" in words(response)
    assert '<option value="Europe/Berlin" selected>Berlin (CET)</option>' in html(response)
    assert f'action="{url(care)}?zone=Europe/Berlin"' in html(response)
    assert "Wed, Mar 4 MST 7:00 AM" in words(visitor.get(url(care, "?zone=Nowhere/At_all")))


def test_common_zones_come_first_and_every_place_is_there(visitor: Browser, care: CareRelationship) -> None:
    names = re.findall(r'<option value="([^"]+)"', html(visitor.get(url(care))))
    assert names[:5] == [
        "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    ]  # fmt: skip
    assert len(names) == len(set(names)) > 400
    assert "Asia/Kathmandu" in names


def test_earlier_and_later_days_keep_the_zone(visitor: Browser, care: CareRelationship) -> None:
    first = html(visitor.get(url(care, "?zone=Europe/Berlin")))
    assert "Earlier days" not in first
    assert f'href="{url(care)}?zone=Europe/Berlin&amp;from=2026-03-11" aria-label="Later days"' in first
    second = html(visitor.get(url(care, "?zone=Europe/Berlin&from=2026-03-11")))
    assert f'href="{url(care)}?zone=Europe/Berlin&amp;from=2026-03-04" aria-label="Earlier days"' in second
    assert "Wed, Mar 11 CET" in words(visitor.get(url(care, "?zone=Europe/Berlin&from=2026-03-11")))


@pytest.mark.parametrize("day", ["", "yesterday", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_any_other_day_shows_the_first_page(visitor: Browser, care: CareRelationship, day: str) -> None:
    assert "Wed, Mar 4 EST 9:00 AM" in words(visitor.get(url(care, f"?from={day}")))


def test_a_provider_without_free_times_is_to_be_called(visitor: Browser, care: CareRelationship) -> None:
    care.provider.weekly_hours.all().delete()
    response = visitor.get(url(care))
    assert "No free times right now Maya has none in the next 60 days. Call Maya at (212) 555-0186." in words(response)
    assert "Book appointment" not in html(response)


def test_one_format_is_not_asked(visitor: Browser, care: CareRelationship) -> None:
    care.provider.offers_in_person = False
    care.provider.save()
    response = visitor.get(url(care))
    assert "50 minutes, by video." in words(response)
    assert 'name="format"' not in html(response)
    visitor.post(url(care), choice(care, format=None))
    assert Appointment.objects.get().format == "video"


def test_a_format_given_up_meanwhile_is_not_swapped_for_another(visitor: Browser, care: CareRelationship) -> None:
    care.provider.offers_in_person = False
    care.provider.save()
    response = visitor.post(url(care), choice(care, format="in_person"))
    assert "Maya no longer offers that format, so nothing was booked." in words(response)
    assert nothing_happened()


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(visitor: Browser, care: CareRelationship, method: str) -> None:
    done = booked(care.provider, care.client)
    before = (Appointment.objects.get(), HistoryEntry.objects.count(), CareRelationship.objects.get().booking_token)
    for path in (url(care), url(care, f"?start={value(FRIDAY_10)}&agree=on"), url(care, f"{done.uid}/")):
        assert getattr(visitor, method)(path).status_code == 200
    assert (
        Appointment.objects.get(),
        HistoryEntry.objects.count(),
        CareRelationship.objects.get().booking_token,
    ) == before
    assert not OutboxMessage.objects.exists()


def test_no_copy_of_the_pages_stays_anywhere(visitor: Browser, care: CareRelationship) -> None:
    done = booked(care.provider, care.client)
    for path in (url(care), url(care, f"{done.uid}/"), "/b/unknown/"):
        response = visitor.get(path)
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex"
        # No path, and so no token, goes along with a click that leads elsewhere.
        assert response["Referrer-Policy"] in ("strict-origin", "no-referrer")


# --- Cost ---


@pytest.mark.only_sqlite
def test_the_pages_take_as_many_queries_beside_30_appointments_as_beside_1(
    visitor: Browser, care: CareRelationship, maya: Provider
) -> None:
    done = booked(maya, care.client, start=FRIDAY_10)
    paths = (url(care), url(care, f"{done.uid}/"))

    def queries() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as captured:
                assert visitor.get(path).status_code == 200
            counts.append(len(captured))
        return counts

    beside_one = queries()
    for number in range(30):
        booked(maya, care.client, start=FRIDAY_10 + timedelta(days=1 + number))
    assert queries() == beside_one
    assert beside_one[0] <= 7
