"""Who gets what at every address: the whole table, read by people, checked by asking each address as each role.

An address without a row fails, and so does a row without an address.
"""

from datetime import datetime, timedelta
from typing import Final

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpResponseBase
from django.test import Client as Browser
from django.urls import reverse
from django.utils.http import int_to_base36

from appointments.models import Appointment
from appointments.tests.factories import NOW, on_time, with_a_failed_mail
from appointments.tests.test_urls import ROUTES, arguments, signed_in
from clients.models import CareRelationship, Client
from clients.tests.factories import make_client
from practice import invitations
from practice.models import Provider, TimeOff, User

ROLES: Final = ["anonymous", "client", "other client", "provider", "other provider", "office", "inactive"]

# What a GET gets: the page (ok), the sign-in page (sign-in), another page (->), nothing as if it did not exist (404),
# no for this person (403), no for this method (405). The client, provider and rows are each other's.
TABLE: Final = """
account_change_password                   sign-in ok      ok      ok      ok      ok      sign-in
account_confirm_login_code                sign-in ->      ->      ->      ->      ->      sign-in
account_inactive                          ok      ok      ok      ok      ok      ok      ok
account_login                             ok      ->      ->      ->      ->      ->      ok
account_logout                            sign-in ok      ok      ok      ok      ok      sign-in
account_reauthenticate                    sign-in ok      ok      ok      ok      ok      sign-in
account_request_login_code                ok      ->      ->      ->      ->      ->      ok
account_reset_password                    ok      ok      ok      ok      ok      ok      ok
account_reset_password_done               ok      ok      ok      ok      ok      ok      ok
account_reset_password_from_key           ok      ok      ok      ok      ok      ok      ok
account_set_password                      sign-in ->      ->      ->      ->      ->      sign-in
account_signup                            ok      ->      ->      ->      ->      ->      ok
appointments:add_client                   sign-in 404     404     ok      ok      404     sign-in
appointments:answer_absence               sign-in 404     404     404     404     404     sign-in
appointments:answer_objection             sign-in 404     404     404     404     404     sign-in
appointments:ask_to_reschedule            sign-in 404     404     405     405     404     sign-in
appointments:attended                     sign-in 404     404     405     405     404     sign-in
appointments:book                         ok      ok      ok      ->      403     403     ok
appointments:booked                       ok      ok      ok      ->      403     403     ok
appointments:calendar_feed                ok      ok      ok      ok      ok      ok      ok
appointments:cancel                       sign-in 404     404     ok      404     404     sign-in
appointments:cancel_fee                   sign-in 404     404     405     405     404     sign-in
appointments:cancel_preview               sign-in 404     404     405     405     404     sign-in
appointments:canceled                     sign-in 404     404     ->      404     404     sign-in
appointments:client                       sign-in 404     404     ok      404     404     sign-in
appointments:client_absence               sign-in ok      404     404     404     404     sign-in
appointments:client_agree                 sign-in ->      404     404     404     404     sign-in
appointments:client_appointment           sign-in ok      404     404     404     404     sign-in
appointments:client_appointments          sign-in ok      ok      404     404     404     sign-in
appointments:client_ask                   sign-in 405     405     404     404     404     sign-in
appointments:client_calendar              sign-in ok      404     404     404     404     sign-in
appointments:client_cancel                sign-in ok      404     404     404     404     sign-in
appointments:client_canceled              sign-in ->      404     404     404     404     sign-in
appointments:client_fees                  sign-in ok      ok      404     404     404     sign-in
appointments:client_home                  sign-in ok      ok      404     404     404     sign-in
appointments:client_move                  sign-in ok      404     404     404     404     sign-in
appointments:client_moved                 sign-in ->      404     404     404     404     sign-in
appointments:client_receipt               sign-in 404     404     404     404     404     sign-in
appointments:client_receipt_file          sign-in 404     404     404     404     404     sign-in
appointments:client_object                sign-in 404     404     404     404     404     sign-in
appointments:client_restore               sign-in 405     405     404     404     404     sign-in
appointments:clients                      sign-in 404     404     ok      ok      404     sign-in
appointments:dashboard                    sign-in 404     404     ok      ok      404     sign-in
appointments:decide_fee                   sign-in 404     404     404     404     404     sign-in
appointments:decline_late                 sign-in 404     404     404     404     404     sign-in
appointments:detail                       sign-in 404     404     ok      404     404     sign-in
appointments:fees_file                    sign-in 404     404     ok      ok      404     sign-in
appointments:give_pass_back               sign-in 404     404     405     405     404     sign-in
appointments:help_canceling               sign-in 404     404     ok      ok      404     sign-in
appointments:help_how_to_cancel           ok      ok      ok      ok      ok      ok      ok
appointments:invite                       sign-in 404     404     405     405     404     sign-in
appointments:list                         sign-in 404     404     ok      ok      404     sign-in
appointments:manage_agree                 ->      ->      ->      ->      403     403     ->
appointments:manage_appointment           ok      ok      ok      ->      403     403     ok
appointments:manage_ask                   405     405     405     405     405     405     405
appointments:manage_calendar              ok      ok      ok      ->      403     403     ok
appointments:manage_cancel                ok      ok      ok      ->      403     403     ok
appointments:manage_canceled              ->      ->      ->      ->      403     403     ->
appointments:manage_move                  ok      ok      ok      ->      403     403     ok
appointments:manage_moved                 ->      ->      ->      ->      403     403     ->
appointments:manage_restore               405     405     405     405     405     405     405
appointments:no_show                      sign-in 404     404     ok      404     404     sign-in
appointments:office_fees_file             ->      ->      ->      ->      ->      ok      ->
appointments:office_report_chart          ->      ->      ->      ->      ->      404     ->
appointments:office_report_claims         ->      ->      ->      ->      ->      ok      ->
appointments:office_report_each_fee       ->      ->      ->      ->      ->      ok      ->
appointments:office_report_fees           ->      ->      ->      ->      ->      ok      ->
appointments:office_report_next_steps     ->      ->      ->      ->      ->      ok      ->
appointments:office_report_refilled       ->      ->      ->      ->      ->      ok      ->
appointments:office_report_table          ->      ->      ->      ->      ->      404     ->
appointments:office_reports               ->      ->      ->      ->      ->      ok      ->
appointments:provider_book                sign-in 404     404     ok      404     404     sign-in
appointments:receipt                      sign-in 404     404     404     404     404     sign-in
appointments:receipt_file                 sign-in 404     404     404     404     404     sign-in
appointments:remove_time_off              sign-in 404     404     405     405     404     sign-in
appointments:replace_link                 sign-in 404     404     ok      404     404     sign-in
appointments:replace_manage_link          sign-in 404     404     ok      404     404     sign-in
appointments:report_chart                 sign-in 404     404     404     404     404     sign-in
appointments:report_claims                sign-in 404     404     ok      ok      404     sign-in
appointments:report_each_fee              sign-in 404     404     ok      ok      404     sign-in
appointments:report_fees                  sign-in 404     404     ok      ok      404     sign-in
appointments:report_next_steps            sign-in 404     404     ok      ok      404     sign-in
appointments:report_refilled              sign-in 404     404     ok      ok      404     sign-in
appointments:report_table                 sign-in 404     404     404     404     404     sign-in
appointments:reports                      sign-in 404     404     ok      ok      404     sign-in
appointments:reschedule                   sign-in 404     404     ok      404     404     sign-in
appointments:restore                      sign-in 404     404     ok      404     404     sign-in
appointments:send_again                   sign-in 404     404     ok      404     404     sign-in
appointments:settings                     sign-in 404     404     ok      ok      404     sign-in
appointments:settings_late_fees           sign-in 404     404     ok      ok      404     sign-in
appointments:settings_time_off            sign-in 404     404     ok      ok      404     sign-in
appointments:settle_fee                   sign-in 404     404     404     404     404     sign-in
appointments:withdraw_request             sign-in 404     404     405     405     404     sign-in
clients:mark_read                         sign-in 404     404     405     405     404     sign-in
clients:messages                          sign-in 404     404     ok      ok      404     sign-in
clients:my_address                        sign-in ->      ->      404     404     404     sign-in
clients:my_calendar                       sign-in ok      ok      404     404     404     sign-in
clients:my_mark_read                      sign-in 405     405     404     404     404     sign-in
clients:my_messages                       sign-in ->      ->      404     404     404     sign-in
clients:my_settings                       sign-in ok      ok      404     404     404     sign-in
clients:my_thread                         sign-in ok      404     404     404     404     sign-in
clients:thread                            sign-in 404     404     ok      404     404     sign-in
health                                    ok      ok      ok      ok      ok      ok      ok
home                                      sign-in ->      ->      ->      ->      ->      sign-in
invitation                                ok      ok      ok      ok      ok      ok      ok
mfa_activate_totp                         sign-in ->      ->      ->      ->      ->      sign-in
mfa_add_webauthn                          sign-in ->      ->      ->      ->      ->      sign-in
mfa_authenticate                          sign-in ->      ->      ->      ->      ->      sign-in
mfa_deactivate_totp                       sign-in 404     404     404     404     ->      sign-in
mfa_download_recovery_codes               sign-in 404     404     404     404     404     sign-in
mfa_edit_webauthn                         sign-in ->      ->      ->      ->      ->      sign-in
mfa_generate_recovery_codes               sign-in ->      ->      ->      ->      ->      sign-in
mfa_index                                 sign-in ok      ok      ok      ok      ok      sign-in
mfa_list_webauthn                         sign-in ->      ->      ->      ->      ->      sign-in
mfa_login_webauthn                        sign-in ->      ->      ->      ->      ->      sign-in
mfa_reauthenticate                        sign-in ->      ->      ->      ->      ok      sign-in
mfa_reauthenticate_webauthn               sign-in ->      ->      ->      ->      ->      sign-in
mfa_remove_webauthn                       sign-in ->      ->      ->      ->      ->      sign-in
mfa_view_recovery_codes                   sign-in 404     404     404     404     404     sign-in
reauthenticate_by_code                    sign-in ok      ok      ok      ok      ->      sign-in
second_step_later                         sign-in 405     405     405     405     405     sign-in
session                                   ok      ok      ok      ok      ok      ok      ok
session_back                              sign-in ok      ok      ok      ok      ok      sign-in
set_language                              ->      ->      ->      ->      ->      ->      ->
settings_calendar                         sign-in 404     404     ok      ok      404     sign-in
settings_hours                            sign-in 404     404     ok      ok      404     sign-in
settings_sessions                         sign-in 404     404     ok      ok      404     sign-in
unsent                                    sign-in ->      ->      ->      ->      ->      sign-in
"""


def rows() -> dict[str, list[str]]:
    lines = (line.split() for line in TABLE.strip().splitlines())
    return {name: answers for name, *answers in lines}


PATTERNS = {name: pattern for name, _, pattern in ROUTES if not name.startswith(("admin", "anymail"))}


def answer(response: HttpResponseBase) -> str:
    if response.status_code != 302:
        return {200: "ok"}.get(response.status_code, str(response.status_code))
    return "sign-in" if response.headers["Location"].startswith("/accounts/login/") else "->"


def address(name: str, appointment: Appointment, care: CareRelationship) -> str:
    """Of Jordan's rows, with the tokens that open them."""
    user = care.client.user
    assert user is not None
    if name == "account_reset_password_from_key":
        return reverse(name, kwargs={"uidb36": int_to_base36(user.pk), "key": default_token_generator.make_token(user)})
    if name in {"mfa_edit_webauthn", "mfa_remove_webauthn"}:
        return reverse(name, args=[1])
    if name == "invitation":
        return invitations.url(user, at=NOW)
    if name == "appointments:calendar_feed":
        return reverse(name, args=[user.calendar_token])
    if name.startswith("appointments:manage_"):
        return reverse(name, args=[appointment.manage_token])
    return reverse(name, kwargs=arguments(name, PATTERNS[name], appointment, care))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert sorted(rows()) == sorted(PATTERNS)


@pytest.fixture
def appointment(maya: Provider, jordan: Client, now: datetime) -> Appointment:
    TimeOff.objects.create(provider=maya, begins=now + timedelta(days=9), ends=now + timedelta(days=10))
    assert jordan.user is not None
    User.objects.filter(pk=jordan.user.pk).update(calendar_token="a-token-of-a-feed")
    jordan.user.refresh_from_db()
    return with_a_failed_mail(on_time(maya, jordan))


def test_each_role_gets_what_the_table_says(
    appointment: Appointment, care: CareRelationship, maya: Provider, sam: Provider, jordan: Client, office: User
) -> None:
    gone = make_client(maya, email="gone@example.com").user
    assert gone is not None
    browsers = [signed_in(user) for user in (jordan.user, make_client(maya).user, maya.user, sam.user, office, gone)]
    User.objects.filter(pk=gone.pk).update(is_active=False)
    browsers.insert(0, Browser())
    found = {}
    for name in PATTERNS:
        url = address(name, appointment, care)
        found[name] = [answer(browser.get(url)) for browser in browsers]
    expected = rows()
    wrong = [
        f"{name}, {role}: {got}, not {wanted}"
        for name, answers in found.items()
        for role, got, wanted in zip(ROLES, answers, expected.get(name, answers), strict=True)
        if got != wanted
    ]
    assert wrong == []
