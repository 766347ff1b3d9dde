"""The help pages: the walk in the labels that stand on screen, its pictures, and where the pages are linked."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from appointments.tests.factories import on_time
from clients.models import Client
from practice.models import Practice, Provider
from practice.tests.reading import text

FOR_PROVIDERS, FOR_CLIENTS = "/help/canceling/", "/help/how-to-cancel/"
PICTURES = Path(settings.BASE_DIR, "static", "img", "help")
CLIENTS_OWN = {"appointment", "reason", "canceled", "late"}


def shown(html: str) -> dict[str, str]:
    """What each picture of a page shows, in words, by the file's path."""
    found = re.findall(r'<img class="help-picture" src="[^"]*/img/help/([\w/-]+)[^"]*\.webp" alt="([^"]+)"', html)
    return {f"{name}.webp": words for name, words in found}


def test_the_providers_page_walks_by_the_labels_on_screen(as_maya: Browser) -> None:
    page = text(as_maya.get(FOR_PROVIDERS))
    for words in (
        "Select Appointments in the sidebar",
        "In the List View, search for the client’s appointments by name.",
        "Select Actions › Cancel appointment",
        "Select Cancel Appointment",
        "24 hours before the start",
        "Tell your client as far ahead as you can.",
        "See that the reason is the true one, and that it and your note are short.",
        "Let your client know what to expect next",
        "My client can’t find their scheduling link",
        "In the area Your Practice, choose the client’s name and select Copy Link.",
        "Insert booking link",
        "the insurance claim could be filed with the wrong date",
    ):
        assert words in page


def test_the_clients_page_opens_for_everybody(practice: Practice) -> None:
    practice.default_notice_hours = 48
    practice.save()
    page = text(Browser().get(FOR_CLIENTS))
    assert "Up to 48 hours before the start" in page
    assert "See, move or cancel it" in page
    assert "I would rather not say is always among them." in page
    assert "call (212) 555-0100 or write to office@alderstreet.example." in page
    assert "In distress? Call 988" in page


def test_it_speaks_a_signed_in_clients_language(as_jordan: Browser, jordan: Client) -> None:
    jordan.language = Client.Language.SPANISH
    jordan.save()
    page = as_jordan.get(FOR_CLIENTS)
    assert page["Content-Language"] == "es"
    assert set(shown(page.content.decode())) == {f"es/{name}.webp" for name in CLIENTS_OWN}


@pytest.mark.parametrize("url", [FOR_PROVIDERS, FOR_CLIENTS])
def test_each_step_can_be_linked_to_and_each_picture_is_there_and_described(as_maya: Browser, url: str) -> None:
    html = as_maya.get(url).content.decode()
    contents = html.split('class="help-contents"')[1].split("</nav>")[0]
    targets = re.findall(r'href="#([\w-]+)"', contents)
    assert len(targets) >= 5
    assert set(targets) <= set(re.findall(r'\bid="([\w-]+)"', html))
    pictures = shown(html)
    assert len(pictures) == html.count("<img ") == 4
    for name, words in pictures.items():
        assert (PICTURES / name).is_file()
        assert len(words) > 30


def test_the_pictures_are_light() -> None:
    for picture in PICTURES.rglob("*.webp"):
        assert picture.stat().st_size < (30_000 if picture.stem in CLIENTS_OWN else 60_000)


def test_the_clients_pictures_are_there_in_every_language() -> None:
    for language, _name in settings.LANGUAGES:
        assert {picture.stem for picture in (PICTURES / language).iterdir()} == CLIENTS_OWN


def test_it_is_linked_from_settings_and_from_the_cancel_form(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    form = reverse("appointments:cancel", args=[on_time(maya, jordan).uid])
    for url in (reverse("appointments:settings"), form):
        assert f'href="{FOR_PROVIDERS}"' in as_maya.get(url).content.decode()


def test_its_link_is_copied_beside_the_clients_own(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    dashboard = f"{reverse('appointments:dashboard')}?client={jordan.pk}"
    detail = reverse("appointments:detail", args=[on_time(maya, jordan).uid])
    for url in (dashboard, reverse("appointments:client", args=[jordan.pk]), FOR_PROVIDERS, detail):
        page = as_maya.get(url)
        assert f'value="{settings.BASE_URL}{FOR_CLIENTS}"' in page.content.decode()
        assert "Copy help link" in text(page)
    assert "Copy help link" not in text(as_maya.get(reverse("appointments:dashboard")))
