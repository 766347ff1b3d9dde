"""The help that fits a reason stands beside it in the client's form, and the office words it."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client as Browser
from django.urls import reverse

from appointments import defaults
from appointments.models import CancellationReason
from appointments.tests.factories import NOW, on_time
from clients.models import CareRelationship, Client
from practice.models import Practice, Provider
from practice.tests.reading import text

OFFICE = "Call (212) 555-0100 or write to office@alderstreet.example."


@pytest.fixture
def form(as_jordan: Browser, maya: Provider, jordan: Client) -> str:
    return reverse("appointments:client_cancel", args=[on_time(maya, jordan).uid])


@pytest.mark.parametrize(
    "words",
    [
        f"Cost or insurance The office knows what your insurance pays and what can be arranged. {OFFICE}",
        (
            "It is not the right fit for me You can change to someone else at Alder Street. "
            f"The office arranges it, and nobody asks why. {OFFICE}"
        ),
        (
            "I am in distress You need not wait for an appointment. "
            "Call 988, 988 Suicide & Crisis Lifeline, day and night. Maya can be reached at (212) 555-0186."
        ),
    ],
)
def test_each_reason_says_what_helps(as_jordan: Browser, form: str, words: str) -> None:
    assert words in text(as_jordan.get(form))


def test_whatever_the_reason_it_can_be_moved_instead_while_care_goes_on(as_jordan: Browser, form: str) -> None:
    page = as_jordan.get(form)
    assert "Cancel appointment Keep appointment Move it instead" in text(page)
    assert f'href="{form.replace("/cancel/", "/move/")}">Move it instead</a></div>' in page.content.decode()
    CareRelationship.objects.update(ended_at=NOW)
    assert "Keep appointment Move it instead" not in text(as_jordan.get(form))


def test_the_offices_words_stand_in_place_of_ours_with_whom_to_ask(as_jordan: Browser, form: str) -> None:
    CancellationReason.objects.filter(key="cost").update(help="We have <sliding> rates.")
    CancellationReason.objects.filter(key="work-or-family").update(help="Take care.")
    page = text(as_jordan.get(form))
    assert f"Cost or insurance We have <sliding> rates. {OFFICE}" in page
    assert "Work or family Take care." in page
    assert "The office knows" not in page


def test_without_a_crisis_line_the_provider_can_be_reached_all_the_same(
    as_jordan: Browser, form: str, practice: Practice
) -> None:
    practice.crisis_phone = ""
    practice.save()
    page = text(as_jordan.get(form))
    assert "I am in distress Maya can be reached at (212) 555-0186." in page
    assert "988" not in page


def test_rather_not_say_stands_last_and_can_not_be_taken_away(as_jordan: Browser, form: str) -> None:
    not_said = CancellationReason.objects.get(key="not-said")
    not_said.order = 1
    not_said.save()
    radios = re.findall(r'name="reason" value="(\d+)"', as_jordan.get(form).content.decode())
    assert radios[-1] == str(not_said.pk)
    not_said.active = False
    with pytest.raises(ValidationError, match="A client need not give a reason"):
        not_said.full_clean()


def test_a_practice_that_runs_already_gets_the_new_reason_and_keeps_its_own(practice: Practice) -> None:
    CancellationReason.objects.filter(key="in-distress").delete()
    CancellationReason.objects.filter(key="cost").update(next_step="", help="Ours")
    defaults.load()
    new, kept = (CancellationReason.objects.get(key=key) for key in ("in-distress", "cost"))
    assert (new.picked_by, new.fee_may_apply, new.waive_preset, new.sends_link) == ("client", True, True, True)
    assert new.next_step == "crisis"
    assert (kept.next_step, kept.help) == ("", "Ours")


def test_the_office_sets_which_help_is_shown_and_its_words(as_office: Browser, practice: Practice) -> None:
    reason = CancellationReason.objects.get(key="work-or-family")
    url = reverse("admin:appointments_cancellationreason_change", args=[reason.pk])
    form = as_office.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (False, None)}
    assert as_office.post(url, data | {"next_step": "move", "help": "Another time?"}).status_code == 302
    reason.refresh_from_db()
    assert (reason.next_step, reason.help) == ("move", "Another time?")
