"""The crisis line stands at the top of the client's side, as the office set it."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import CareRelationship, Client
from practice.models import Practice
from practice.tests.reading import text

LINE = "In distress? Call 988, 988 Suicide & Crisis Lifeline, day and night."


def set_line(practice: Practice, *, name: str, phone: str) -> None:
    practice.crisis_name, practice.crisis_phone = name, phone
    practice.save()


def test_it_stands_on_the_clients_pages_and_behind_their_links(as_jordan: Browser, care: CareRelationship) -> None:
    for url in (reverse("appointments:client_home"), reverse("appointments:book", args=[care.booking_token])):
        page = as_jordan.get(url)
        assert LINE in text(page)
        assert '<a class="nowrap" href="tel:988">988</a>' in page.content.decode()


def test_in_spanish_the_line_has_its_own_name(as_jordan: Browser, jordan: Client, practice: Practice) -> None:
    jordan.language = "es"
    jordan.save()
    home = reverse("appointments:client_home")
    assert "Llame al 988, 988 Línea de Prevención del Suicidio y Crisis, de día y de noche." in text(
        as_jordan.get(home)
    )
    set_line(practice, name="Lifeline", phone="13 11 14")
    assert "Llame al 13 11 14, Lifeline, de día y de noche." in text(as_jordan.get(home))


def test_the_providers_side_does_without(as_maya: Browser) -> None:
    assert "In distress?" not in text(as_maya.get(reverse("appointments:dashboard")))


@pytest.mark.parametrize(
    ("name", "phone", "line"),
    [
        ("Lifeline", "13 11 14", "In distress? Call 13 11 14, Lifeline, day and night."),
        ("", "13 11 14", "In distress? Call 13 11 14, day and night."),
        ("Lifeline", "", None),
        ("A <b> line", "1", "In distress? Call 1, A <b> line, day and night."),
    ],
)
def test_it_says_what_the_office_set_and_nothing_where_there_is_no_number(
    as_jordan: Browser, practice: Practice, name: str, phone: str, line: str | None
) -> None:
    set_line(practice, name=name, phone=phone)
    words = text(as_jordan.get(reverse("appointments:client_home")))
    if line is None:
        assert "In distress?" not in words
    else:
        assert line in words


def test_the_office_sets_it(as_office: Browser, practice: Practice) -> None:
    url = reverse("admin:practice_practice_change", args=[practice.pk])
    form = as_office.get(url).context["adminform"].form
    data = {name: "" if (kept := form[name].value()) is None else kept for name in form.fields}
    answer = as_office.post(url, data | {"crisis_name": "Lifeline", "crisis_phone": "13 11 14"})
    assert answer.status_code == 302
    practice.refresh_from_db()
    assert (practice.crisis_name, practice.crisis_phone) == ("Lifeline", "13 11 14")
