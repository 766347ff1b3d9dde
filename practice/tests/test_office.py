"""What the office's lists let their readers ask, and what their forms take."""

from datetime import datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.test import Client as Browser
from django.urls import reverse

from appointments import cancellation
from appointments.drafts import Notes
from appointments.models import Cancellation, CancellationReason
from appointments.tests.factories import NOW, late, on_time
from clients.models import Client
from clients.tests.factories import make_client
from notifications.models import OutboxMessage
from practice.actors import Actor
from practice.models import Practice, Provider, User
from practice.names import fold
from practice.tests.factories import UserFactory
from practice.tests.reading import text
from practice.zones import clock


@pytest.fixture
def canceled(maya: Provider, jordan: Client) -> None:
    cancellation.cancel(
        on_time(maya, jordan),
        by=Actor.provider(maya.user_id),
        reason=CancellationReason.objects.get(key="client-asked"),
        told_at=None,
        notes=Notes(to_client="zebra", private="yak"),
        send_link=True,
        fee=None,
        at=NOW,
    )


def url(page: str, query: str = "") -> str:
    return f"{reverse(f'admin:{page}_changelist')}{query}"


@pytest.mark.parametrize(
    ("page", "lookup"),
    [
        ("notifications_outboxmessage", "text__contains=zebra"),
        ("notifications_outboxmessage", "status__contains=q"),
        ("practice_user", "password__startswith=p"),
        ("appointments_cancellation", "private_note__contains=yak"),
        ("appointments_cancellation", "appointment__provider__user__password__startswith=p"),
        ("clients_carerelationship", "booking_token__startswith=a"),
        ("appointments_appointment", "manage_token__startswith=a"),
        ("appointments_appointment", "start__gt=2026-01-01"),
    ],
)
def test_no_list_can_be_asked_about_a_column_it_does_not_filter_by(
    as_office: Browser, canceled: None, page: str, lookup: str
) -> None:
    response = as_office.get(url(page, f"?{lookup}"))
    assert response.status_code == 400
    assert "zebra" not in response.content.decode()


@pytest.mark.parametrize(
    ("page", "lookup"),
    [
        ("appointments_appointment", "status__exact=%00"),
        ("appointments_appointment", "status__exact=booked&status__exact=%00"),
        ("notifications_outboxmessage", "kind=%00"),
        ("clients_client", "q=%00"),
        ("clients_carerelationship", "ended_at__year=0"),
        ("appointments_cancellation", f"canceled_at__year={'9' * 25}"),
        ("appointments_cancellation", "canceled_at__year=soon"),
    ],
)
def test_what_no_column_holds_leads_to_the_whole_list(
    as_office: Browser, canceled: None, page: str, lookup: str
) -> None:
    response = as_office.get(url(page, f"?{lookup}"), follow=True)
    assert response.redirect_chain == [(url(page, "?e=1"), 302)]
    assert response.context["cl"].result_count == response.context["cl"].model.objects.count() > 0


def test_what_a_list_breaks_over_is_logged_without_what_was_asked(
    as_office: Browser, canceled: None, caplog: pytest.LogCaptureFixture
) -> None:
    as_office.get(url("clients_carerelationship", "?ended_at__year=0&q=jordan"))
    assert [record.getMessage() for record in caplog.records] == [
        "List of care relationship: ValueError over its address"
    ]


def test_a_number_that_no_row_can_have_is_no_error(as_office: Browser, maya: Provider) -> None:
    assert as_office.get(url("practice_feepolicy", f"?provider={'9' * 25}"), follow=True).status_code == 200


@pytest.mark.parametrize("key", ["\0", "x", "9" * 30])
def test_an_action_on_a_row_that_there_can_not_be_is_refused(as_office: Browser, maya: Provider, key: str) -> None:
    sent = {"action": "deactivate", "_selected_action": [str(maya.user_id), key], "index": "0"}
    assert as_office.post(url("practice_user"), sent).status_code == 400
    maya.user.refresh_from_db()
    assert maya.user.is_active


@pytest.mark.parametrize("key", ["\0", "x", "9" * 30])
@pytest.mark.parametrize(
    ("page", "field"),
    [("practice_provider", "user"), ("clients_client", "user"), ("clients_carerelationship", "client")],
)
def test_a_form_that_names_a_row_that_there_can_not_be_is_refused(
    as_office: Browser, practice: Practice, page: str, field: str, key: str
) -> None:
    add = reverse(f"admin:{page}_add")
    assert as_office.post(add, {field: key}).status_code == 400
    assert as_office.get(add, {field: key}).status_code == 400  # an address that fills it in
    assert "This field is required." in as_office.post(add, {field: ""}).content.decode()


@pytest.mark.parametrize(
    "field",
    ["app_label=clients&model_name=client&field_name=user", "app_label=practice&model_name=provider&field_name=user"],
)
def test_a_field_that_completes_what_is_typed_reads_over_a_nul(as_office: Browser, maya: Provider, field: str) -> None:
    found = as_office.get(f"{reverse('admin:autocomplete')}?{field}&term=may%00a").json()["results"]
    assert [each["text"] for each in found] == ["maya.chen@example.com"]


OURS = {"practice", "clients", "appointments", "notifications"}


PAGES = [
    f"{model._meta.app_label}_{model._meta.model_name}"
    for model in admin.site._registry
    if model._meta.app_label in OURS
]


def test_every_choice_that_a_list_offers_can_be_taken(as_office: Browser, canceled: None) -> None:
    for page in PAGES:
        changes = as_office.get(url(page)).context["cl"]
        offered = {choice["query_string"] for spec in changes.filter_specs for choice in spec.choices(changes)}
        for query in sorted(offered):
            assert as_office.get(url(page, query)).status_code == 200, (page, query)
        if day := changes.date_hierarchy:
            assert as_office.get(url(page, f"?{day}__year=2026&{day}__month=3&{day}__day=3")).status_code == 200, page


def test_a_client_is_found_however_the_name_is_typed(as_office: Browser, maya: Provider, canceled: None) -> None:
    elodie = make_client(maya, first_name="Élodie", last_name="O’Brien", email="elodie@example.com")
    cancellation.cancel(
        late(maya, elodie),
        by=Actor.admin(maya.user_id),
        reason=CancellationReason.objects.get(key="client-asked"),
        told_at=None,
        notes=Notes(),
        send_link=True,
        fee=None,
        at=NOW,
    )
    pages = [
        "clients_client", "clients_carerelationship", "appointments_appointment", "appointments_cancellation",
        "appointments_fee", "appointments_historyentry",
    ]  # fmt: skip
    for page in pages:
        for typed in ("elodie obrien", "Élodie O'Brien", "O’BRIEN elodie", "elodie@example.com"):
            html = as_office.get(url(page), {"q": typed}).content.decode()
            assert "Élodie O’Brien" in html, (page, typed)
            assert "Jordan Lee" not in html, (page, typed)


def test_an_appointment_is_found_by_its_public_id(as_office: Browser, maya: Provider, jordan: Client) -> None:
    sought, other = on_time(maya, jordan), late(maya, jordan)
    for page in ("appointments_appointment", "appointments_historyentry"):
        html = as_office.get(url(page), {"q": str(sought.uid).upper()}).content.decode()
        assert clock(sought.start, maya.time_zone) in html
        assert clock(other.start, maya.time_zone) not in html


def test_a_search_of_1500_words_is_answered(as_office: Browser, jordan: Client) -> None:
    pages = ["clients_client", "appointments_appointment", "practice_user", "notifications_outboxmessage"]
    for page in pages:
        assert as_office.get(url(page), {"q": "jordan " * 1500}).status_code == 200


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Søren Łukasz", "soren lukasz"), ("Đặng Ærø", "dang aero"), ("Strauß Œuvre", "strauss oeuvre"), ("Işık", "isik")],
)
def test_letters_that_unicode_does_not_take_apart_are_folded_too(name: str, typed: str) -> None:
    assert fold(name) == typed


def test_a_last_sign_in_names_its_zone(as_office: Browser, office: User, now: datetime) -> None:
    User.objects.filter(pk=office.pk).update(last_login=NOW)
    assert "March 3, 2026, 3:44 p.m. UTC" in as_office.get(url("practice_user")).content.decode()


def test_a_messages_instants_name_their_zone(as_office: Browser, canceled: None) -> None:
    message = OutboxMessage.objects.first()
    assert message is not None
    page = reverse("admin:notifications_outboxmessage_change", args=[message.pk])
    for html in (as_office.get(url("notifications_outboxmessage")), as_office.get(page)):
        text = html.content.decode()
        assert "March 3, 2026, 3:44 p.m. UTC" in text
        assert text.count("p.m.") == text.count("p.m. UTC")


def test_a_provider_keeps_the_account_chosen_first(as_office: Browser, maya: Provider) -> None:
    other = UserFactory.create(email="other@example.com")
    page = reverse("admin:practice_provider_change", args=[maya.pk])
    form = as_office.get(page).context["adminform"].form
    as_office.post(
        page,
        form.initial
        | {"user": other.pk, "display_name": "Maya Chen-Lee", "offers_in_person": ""}
        | {"weekly_hours-TOTAL_FORMS": 0, "weekly_hours-INITIAL_FORMS": 0},
    )
    maya.refresh_from_db()
    assert (maya.display_name, maya.user.email) == ("Maya Chen-Lee", "maya.chen@example.com")


@pytest.mark.parametrize("name", ["Alder\r\nBcc: all@example.com", "Alder\0", "Alder\x1b[2J", "Alder\u2028Street"])
def test_no_name_has_a_control_character(practice: Practice, maya: Provider, jordan: Client, name: str) -> None:
    practice.name = maya.display_name = jordan.first_name = jordan.last_name = jordan.preferred_name = name
    for row, fields in (
        (practice, {"name"}),
        (maya, {"display_name"}),
        (jordan, {"first_name", "last_name", "preferred_name"}),
    ):
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert set(refused.value.message_dict) == fields


@pytest.mark.parametrize("field", ["name", "neutral_name", "neutral_subject"])
def test_no_name_or_subject_that_mail_shows_is_clinical(practice: Practice, field: str) -> None:
    setattr(practice, field, "Alder Street Psychotherapy")
    with pytest.raises(ValidationError, match="so it can’t carry “psychotherapy”") as refused:
        practice.full_clean()
    assert set(refused.value.error_dict) == {field}


def test_the_office_sets_reminders_and_neutral_mail_and_reads_what_they_do(
    as_office: Browser, practice: Practice
) -> None:
    address = reverse("admin:practice_practice_change", args=[practice.pk])
    form = as_office.get(address).context["adminform"].form
    typed = {"neutral_name": "Desk", "deadline_reminder_hours": "48", "session_reminder_hours": "0"}
    for name in [*typed, "neutral_subject"]:
        assert form.fields[name].help_text
    known = {name: value for name, value in form.initial.items() if value is not None}
    assert as_office.post(address, known | typed).status_code == 302
    practice.refresh_from_db()
    assert (practice.neutral_name, practice.deadline_reminder_hours, practice.session_reminder_hours) == ("Desk", 48, 0)


@pytest.mark.parametrize("page", ["practice_user", "appointments_fee", "appointments_appointment", "clients_client"])
def test_who_may_only_look_is_offered_no_action(as_clerk: Browser, clerk: User, page: str) -> None:
    assert 'name="action"' in as_clerk.get(url(page)).content.decode()
    app, model = page.split("_")
    clerk.groups.clear()
    clerk.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=f"view_{model}"))
    looking = as_clerk.get(url(page))
    assert (looking.status_code, 'name="action"' in looking.content.decode()) == (200, False)


def test_nor_does_one_that_is_sent_by_hand_change_anything(as_clerk: Browser, clerk: User, jordan: Client) -> None:
    clerk.groups.clear()
    clerk.user_permissions.add(Permission.objects.get(codename="view_user"))
    assert jordan.user is not None
    as_clerk.post(url("practice_user"), {"action": "deactivate", "_selected_action": str(jordan.user.pk)})
    jordan.user.refresh_from_db()
    assert jordan.user.is_active


def change(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def test_instants_name_their_year_and_a_notice_is_said_in_words(
    as_office: Browser, canceled: None, jordan: Client
) -> None:
    assert "Notice: 26 h, on time" in text(as_office.get(change(Cancellation.objects.get())))
    shown = text(as_office.get(change(jordan.appointments.get())))
    assert "Start: Wed, Mar 4, 2026, 12:44 PM EST" in shown
    assert "Canceled Tue, Mar 3, 2026, 10:44 AM EST" in shown


def test_the_office_changes_its_password_where_everybody_does(as_office: Browser) -> None:
    """By the page that asks who it is and tells of it by mail."""
    assert 'href="/accounts/security/"' in as_office.get("/admin/").content.decode()
    assert as_office.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_who_signs_out_of_the_office_is_told_so(as_office: Browser) -> None:
    page = text(as_office.post("/admin/logout/"))
    assert "You are signed out Sign in again" in page
    assert "quality time" not in page
