"""A draft tried on the last 90 days: as if all had agreed to it, by what really happened, and nothing is saved."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from appointments import cancellation, dry_run
from appointments.drafts import Notes
from appointments.dry_run import Trial
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, CancellationReason
from appointments.tests import rows
from appointments.tests.factories import NOW, booked
from appointments.tests.test_policy_form import PLAIN
from clients.models import Client, Payer
from clients.tests.factories import make_client
from practice import policies
from practice.actors import Actor
from practice.fee_terms import Terms, Tier
from practice.models import Provider
from practice.tests.reading import text
from practice.zones import plain

PAGE = "/settings/late-fees/"
DRAFT = Terms(notice_hours=24, late_fee=Decimal(40), no_show_fee=Decimal(60), grace_minutes=15)


def canceled(
    provider: Provider,
    client: Client,
    *,
    days: float,
    hours: float = 5,
    key: str = "client-asked",
    agreed: bool = True,
) -> Appointment:
    """So many days ago; told ``hours`` before the start, and charged where a fee was owed."""
    start = NOW - timedelta(days=days)
    appointment = booked(provider, client, start=start, acknowledged=agreed, booked_at=start - timedelta(days=30))
    payer = client.payer
    owed = 0 if hours >= 24 or not agreed or (payer and payer.rule == "forbidden") or key != "client-asked" else 75
    cancellation.cancel(
        appointment,
        by=Actor.provider(provider.user_id),
        reason=CancellationReason.objects.get(key=key),
        told_at=None,
        notes=Notes(),
        send_link=False,
        fee=FeeDecision(FeeChoice.CHARGE, Decimal(owed)) if owed else None,
        at=start - timedelta(hours=hours),
    )
    return appointment


def tried(provider: Provider, **changes: Any) -> Trial:
    draft = policies.settled(replace(DRAFT, **changes), provider=provider)
    return dry_run.run(provider, draft=draft, at=NOW)


def changes(trial: Trial) -> list[tuple[str, int, int]]:
    return [(change.appointment.client.first_name, int(change.then), int(change.now)) for change in trial.changes]


def test_each_fee_is_set_beside_what_was_assessed_the_newest_first(maya: Provider, jordan: Client) -> None:
    rosa = make_client(maya, first_name="Rosa")
    canceled(maya, rosa, days=40)
    canceled(maya, jordan, days=10)
    canceled(maya, jordan, days=20, hours=30)
    booked(maya, rosa, start=NOW - timedelta(days=3), status="no_show")
    trial = tried(maya)
    assert changes(trial) == [("Rosa", 0, 60), ("Jordan", 75, 40), ("Rosa", 75, 40)]
    assert (trial.looked_at, len(trial.then), trial.total_then) == (4, 2, Decimal(150))
    assert (len(trial.now), trial.total_now) == (3, Decimal(140))
    assert [plain(change.why) for change in trial.changes] == [
        "$60.00 for a no-show.",
        "$40.00 inside 24 hours: this was 5 h before the start.",
        "$40.00 inside 24 hours: this was 5 h before the start.",
    ]
    assert changes(tried(maya, late_fee=Decimal(75), no_show_fee=Decimal(0))) == []


def test_a_longer_notice_a_step_and_a_share_count_by_when_it_was_told(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, days=10, hours=30)
    canceled(maya, jordan, days=20, hours=4)
    canceled(maya, jordan, days=30, hours=3.5)
    trial = tried(maya, notice_hours=48, session_price=Decimal(150), late_percent=50, tiers=(Tier(4, Decimal(0), 100),))
    assert changes(trial) == [("Jordan", 0, 75), ("Jordan", 75, 150)]
    assert plain(trial.changes[0].why) == "$75.00 (50%) inside 48 hours: this was 30 h before the start."
    assert plain(trial.changes[1].why) == "$150.00 (100%) inside 4 hours: this was 3 h 30 min before the start."


def test_who_never_agreed_is_looked_at_as_if_they_had(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, days=10, agreed=False)
    assert changes(tried(maya)) == [("Jordan", 0, 40)]


def test_payer_and_cap_limit_the_draft_too(maya: Provider) -> None:
    medicaid = make_client(maya, first_name="Rosa", payer=Payer.objects.get(name="Medicaid"))
    capped = make_client(maya, first_name="Hannah", payer=Payer.objects.get(name="Magellan"))
    canceled(maya, medicaid, days=10)
    canceled(maya, capped, days=11)
    trial = tried(maya, late_fee=Decimal(120))
    assert changes(trial) == [("Hannah", 75, 90)]
    assert plain(trial.changes[0].why).endswith("this was 5 h before the start. Magellan allows at most $90.00.")
    maya.practice.fee_cap = Decimal(80)
    lower = tried(maya, late_fee=Decimal(120))
    assert plain(lower.changes[0].why).endswith("The practice’s limit is $80.00.")


def test_what_the_provider_or_nobody_caused_is_not_looked_at(maya: Provider, jordan: Client) -> None:
    for days, key in enumerate(["provider-unwell", "technical"], start=5):
        canceled(maya, jordan, days=days, key=key)
    assert tried(maya).looked_at == 0


def test_only_the_last_90_days_and_only_what_has_not_been_taken_back(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, days=90)
    canceled(maya, jordan, days=90.01)
    canceled(maya, jordan, days=-0.01)
    back = canceled(maya, jordan, days=-2, hours=50)
    cancellation.restore(back, by=Actor.provider(maya.user_id), at=NOW - timedelta(hours=1))
    assert tried(maya).looked_at == 1


def test_free_passes_go_in_the_order_in_which_it_happened(maya: Provider, jordan: Client) -> None:
    """Of two late ones in a month the first is covered; the days are counted back from each start."""
    for days in (10, 30, 80):
        canceled(maya, jordan, days=days)
    canceled(maya, make_client(maya, first_name="Rosa"), days=20)
    trial = tried(maya, late_fee=Decimal(75), free_passes=1, pass_days=30)
    assert changes(trial) == [("Rosa", 75, 0), ("Jordan", 75, 0), ("Jordan", 75, 0)]
    assert [change.appointment.start for change in trial.changes][1:] == [
        NOW - timedelta(days=30),
        NOW - timedelta(days=80),
    ]
    assert trial.changes[1].why == "No late fee: a free pass, number 1 of 1 in 30 days, covers it."


def test_a_pass_used_before_the_90_days_is_gone_in_them(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, days=95)
    canceled(maya, jordan, days=85)
    assert changes(tried(maya, late_fee=Decimal(75), free_passes=1, pass_days=30)) == []
    assert changes(tried(maya, late_fee=Decimal(75), free_passes=1, pass_days=9)) == [("Jordan", 75, 0)]


def test_a_pass_that_was_given_covers_the_next_one_and_no_earlier_one(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, days=30)
    canceled(maya, jordan, days=20, key="provider-unwell")
    late = booked(maya, jordan, start=NOW - timedelta(days=10))
    reason = CancellationReason.objects.get(key="client-asked")
    by, at = Actor.provider(maya.user_id), late.start - timedelta(hours=5)
    cancellation.cancel(late, by=by, reason=reason, told_at=None, notes=Notes(), send_link=False, fee=None, at=at)
    trial = tried(maya, late_fee=Decimal(75))
    assert (trial.looked_at, len(trial.now), trial.changes) == (2, 1, [])


def test_a_first_session_is_the_first_that_stood(maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, days=40)
    booked(maya, jordan, start=NOW - timedelta(days=30), status="completed")
    canceled(maya, jordan, days=20)
    canceled(maya, make_client(maya, first_name="Rosa"), days=10)
    trial = tried(maya, late_fee=Decimal(75), first_session_percent=50)
    assert [(name, then, now) for name, then, now in changes(trial)] == [("Rosa", 75, 37), ("Jordan", 75, 37)]
    assert trial.changes[1].appointment.start == NOW - timedelta(days=40)
    assert plain(trial.changes[0].why).endswith("A first session owes 50% of it.")
    free = tried(maya, late_fee=Decimal(75), first_session_percent=0)
    assert free.changes[0].why == "No late fee: a first session owes none."


def test_a_time_that_was_filled_and_a_client_who_came_back_owe_nothing(maya: Provider, jordan: Client) -> None:
    rosa = make_client(maya, first_name="Rosa")
    filled, again, late_again, stayed_away = (canceled(maya, jordan, days=days) for days in (10, 20, 30, 40))
    booked(maya, rosa, start=filled.start + timedelta(minutes=30), status="completed")
    booked(maya, jordan, start=again.start + timedelta(days=7), status="completed", replaces=again)
    booked(maya, jordan, start=late_again.start + timedelta(days=7, minutes=1), status="completed", replaces=late_again)
    gone = booked(maya, jordan, start=stayed_away.start + timedelta(days=2), status="canceled", replaces=stayed_away)
    trial = tried(maya, late_fee=Decimal(75), free_if_filled=True, rebook_days=7)
    assert [(change.appointment, change.why) for change in trial.changes] == [
        (filled, "No late fee: the time was filled by someone else."),
        (again, "No late fee: Jordan booked again and came."),
    ]
    assert changes(tried(maya, late_fee=Decimal(75))) == []
    booked(maya, jordan, start=stayed_away.start + timedelta(days=6), status="completed", replaces=gone)
    assert len(tried(maya, late_fee=Decimal(75), rebook_days=7).changes) == 2


def test_a_time_that_its_own_client_took_again_was_not_filled(maya: Provider, jordan: Client) -> None:
    gone = canceled(maya, jordan, days=10)
    booked(maya, jordan, start=gone.start, status="completed")
    assert changes(tried(maya, late_fee=Decimal(75), free_if_filled=True)) == []


def test_another_providers_clients_are_left_out(maya: Provider, sam: Provider, jordan: Client) -> None:
    canceled(sam, make_client(sam), days=10)
    assert tried(maya).looked_at == 0


def situation(maya: Provider, at: datetime, person: Client) -> None:
    days = (NOW - at).days
    canceled(maya, person, days=days)
    booked(maya, person, start=at + timedelta(days=1), status="no_show")


@pytest.mark.only_sqlite
@pytest.mark.parametrize("many", [1, 12])
def test_it_takes_as_many_queries_for_many_as_for_one(maya: Provider, many: int) -> None:
    for number in range(many):
        situation(maya, NOW - timedelta(days=80 - 3 * number), make_client(maya))
    provider = Provider.objects.select_related("practice").get(pk=maya.pk)
    draft = replace(DRAFT, free_passes=1, pass_days=90, first_session_percent=50, free_if_filled=True, rebook_days=7)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert dry_run.run(provider, draft=draft, at=NOW).looked_at == 2 * many
    assert len(captured) == 4


# --- On the page ---


def test_the_page_says_how_many_how_much_and_for_whom_it_changes_and_saves_nothing(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    canceled(maya, jordan, days=10)
    as_maya.get(PAGE)
    before = rows.kept()
    answer = as_maya.post(PAGE, PLAIN | {"late_fee": "$40.00", "show": "trial"})
    assert answer.status_code == 200
    after = rows.kept()
    for kept in (before, after):
        kept.pop("django_session", None)
    assert after == before
    page = text(answer)
    assert "It would have asked for 1 fee, $40.00 in all, in place of 1 fee, $75.00." in page
    assert "Of 1 session that a client canceled or missed" in page
    assert "$75.00 then, $40.00 by this policy" in page
    assert answer.context["form"]["late_fee"].value() == "$40.00"
    detail = f'<a href="/appointments/{Appointment.objects.get().uid}/">Jordan Lee</a>'
    assert detail in answer.content.decode()


def test_the_page_says_so_where_nothing_changes_or_nothing_was_missed(
    as_maya: Browser, maya: Provider, jordan: Client
) -> None:
    assert "No client canceled or missed a session with you" in text(as_maya.post(PAGE, PLAIN | {"show": "trial"}))
    canceled(maya, jordan, days=10)
    assert "For nobody would it have been different." in text(as_maya.post(PAGE, PLAIN | {"show": "trial"}))


def test_a_draft_that_could_not_be_kept_is_not_tried(as_maya: Browser, maya: Provider, jordan: Client) -> None:
    canceled(maya, jordan, days=10)
    page = text(as_maya.post(PAGE, PLAIN | {"late_fee": "201", "show": "trial"}))
    assert "At most $200.00" in page
    assert "Tried on the last 90 days" not in page


def test_the_office_tries_it_on_the_provider_it_has_chosen(
    as_clerk: Browser, maya: Provider, sam: Provider, jordan: Client
) -> None:
    canceled(maya, jordan, days=10)
    typed = PLAIN | {"late_fee": "40", "show": "trial"}
    answer = as_clerk.post(f"/admin/practice/feepolicy/add/?provider={maya.pk}", typed)
    assert "$75.00 then, $40.00 by this policy" in text(answer)
    row = Appointment.objects.get().pk
    assert f'<a href="/admin/appointments/appointment/{row}/change/">Jordan Lee</a>' in answer.content.decode()
    other = text(as_clerk.post(f"/admin/practice/feepolicy/add/?provider={sam.pk}", typed))
    assert "No client canceled or missed a session with Sam in the last 90 days." in other
