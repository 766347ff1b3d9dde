"""Free passes: given when the provider cancels late, used by a late cancellation, and given back."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from appointments import cancellation, refusals
from appointments.fees import FeeChoice, FeeDecision
from appointments.models import Appointment, Cancellation, CancellationReason, Fee, GivenPass, PassUse, WaiverRequest
from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_cancellation import cancel
from clients.models import Client
from clients.tests.factories import care_of, make_client
from notifications.models import OutboxMessage
from practice import policies
from practice.actors import Actor
from practice.fee_terms import Terms
from practice.models import Practice, Provider
from practice.zones import plain

GENEROUS = Terms(
    notice_hours=24,
    late_fee=Decimal(75),
    no_show_fee=Decimal(75),
    grace_minutes=15,
    free_passes=1,
    pass_days=90,
)
LONG_AGO = NOW - timedelta(days=200)


def generous(provider: Provider) -> None:
    """Its first policy is older; every booking of these tests agrees to this one."""
    policies.supersede(provider, terms=GENEROUS, by=Actor.system(), at=LONG_AGO)


def to_client(done: Cancellation) -> str:
    return plain(OutboxMessage.objects.get(key=f"cancellation:{done.pk}:client").text)


# --- Both ways ---


def test_the_provider_who_cancels_late_gives_a_pass_and_the_mail_says_so(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    done = cancel(late(maya, jordan), her, "provider-unwell")
    given = GivenPass.objects.get()
    assert (given.care, given.cancellation, given.given_at) == (care_of(jordan, maya), done, NOW)
    assert "Maya canceled late, so you get a free pass: one late cancellation of yours will cost nothing." in " ".join(
        to_client(done).split()
    )


def test_none_is_given_in_time_for_a_clients_reason_by_a_time_that_goes_or_where_the_practice_gives_none(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    cancel(on_time(maya, jordan), her, "provider-unwell")
    charge = FeeDecision(FeeChoice.CHARGE, shown=Decimal("75.00"))
    cancel(booked(maya, jordan, start=NOW + timedelta(hours=5)), her, "client-asked", fee=charge)
    cancel(booked(maya, jordan, start=NOW + timedelta(hours=7)), Actor.system(), "provider-unwell")
    maya.practice.gives_passes = False
    maya.practice.save()
    done = cancel(booked(maya, jordan, start=NOW + timedelta(hours=9)), her, "provider-unwell")
    assert not GivenPass.objects.exists()
    assert "free pass" not in to_client(done)


def test_what_was_given_covers_the_next_late_cancellation_once(maya: Provider, jordan: Client, her: Actor) -> None:
    cancel(late(maya, jordan), her, "provider-unwell")
    covered = cancel(booked(maya, jordan, start=NOW + timedelta(hours=5)), her)
    assert PassUse.objects.get().given == GivenPass.objects.get()
    assert not Fee.objects.exists()
    assert "No late fee applies: one of your free passes covers it." in to_client(covered)
    with pytest.raises(refusals.FeeChanged, match=r"A late fee of .75.00 applies"):
        cancel(booked(maya, jordan, start=NOW + timedelta(hours=7)), her)


def test_another_clients_pass_is_theirs(maya: Provider, jordan: Client, her: Actor) -> None:
    cancel(late(maya, jordan), her, "provider-unwell")
    with pytest.raises(refusals.FeeChanged):
        cancel(booked(maya, make_client(maya), start=NOW + timedelta(hours=5)), her)


def test_a_pass_given_by_mistake_goes_with_the_undo_and_a_used_one_stays_used(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    first, second = late(maya, jordan), booked(maya, jordan, start=NOW + timedelta(hours=5))
    cancel(first, her, "provider-unwell")
    cancellation.restore(first, by=her, at=NOW)
    assert GivenPass.objects.get().withdrawn_at == NOW
    assert not GivenPass.objects.left().exists()

    cancel(first, her, "provider-unwell")
    cancel(second, her)
    cancellation.restore(first, by=her, at=NOW)
    assert GivenPass.objects.latest("pk").withdrawn_at is None


# --- The policy's own ---


def test_a_late_cancellation_uses_the_policys_pass_and_undoing_gives_it_back(
    maya: Provider, jordan: Client, her: Actor
) -> None:
    generous(maya)
    appointment = late(maya, jordan)
    done = cancel(appointment, her)
    use = PassUse.objects.get()
    assert (use.cancellation, use.given, use.used_at) == (done, None, NOW)
    with pytest.raises(refusals.FeeChanged):
        cancel(booked(maya, jordan, start=NOW + timedelta(hours=5)), her)

    cancellation.restore(appointment, by=her, at=NOW + timedelta(minutes=1))
    use.refresh_from_db()
    assert (use.returned_at, use.returned_by_id) == (NOW + timedelta(minutes=1), maya.user_id)
    cancel(booked(maya, jordan, start=NOW + timedelta(hours=7)), her)
    assert PassUse.objects.kept().count() == 1


def test_what_is_waived_uses_up_no_pass(maya: Provider, jordan: Client, her: Actor) -> None:
    generous(maya)
    kept = FeeDecision(FeeChoice.WAIVE, shown=Decimal(0), why="Ill for a week")
    cancel(late(maya, jordan), her, fee=kept)
    fee = Fee.objects.get()
    assert (fee.status, fee.assessed, fee.amount, fee.why) == ("waived", Decimal(75), Decimal(0), "Ill for a week")
    assert not PassUse.objects.exists()


def test_waiving_what_a_pass_would_cover_asks_nobody(maya: Provider, jordan: Client, her: Actor) -> None:
    generous(maya)
    Practice.objects.update(waiver_limit=0)
    kept = FeeDecision(FeeChoice.WAIVE, shown=Decimal(0), why="Ill for a week")
    cancel(late(maya, jordan), her, fee=kept)
    assert Fee.objects.get().status == "waived"
    assert not WaiverRequest.objects.exists()


def test_a_first_session_is_the_first_that_was_not_canceled(maya: Provider, jordan: Client, her: Actor) -> None:
    terms = replace(GENEROUS, free_passes=0, pass_days=0, first_session_percent=50)
    policies.supersede(maya, terms=terms, by=Actor.system(), at=LONG_AGO)
    cancel(on_time(maya, jordan), Actor.client(jordan.user_id), "not-well")
    first, second = late(maya, jordan), booked(maya, jordan, start=NOW + timedelta(hours=23, minutes=15))
    half = FeeDecision(FeeChoice.CHARGE, shown=Decimal("37.50"))
    whole = FeeDecision(FeeChoice.CHARGE, shown=Decimal("75.00"))
    cancel(second, her, fee=whole)
    cancel(first, her, fee=half)
    assert list(Fee.objects.order_by("id").values_list("assessed", "agreed")) == [
        (Decimal(75), Decimal(75)),
        (Decimal("37.50"), Decimal("37.50")),
    ]


def test_the_database_lets_a_given_pass_be_used_once(maya: Provider, jordan: Client, her: Actor) -> None:
    cancel(late(maya, jordan), her, "provider-unwell")
    cancel(booked(maya, jordan, start=NOW + timedelta(hours=5)), her)
    other = cancel(booked(maya, jordan, start=NOW + timedelta(hours=50)), her)
    given, care = GivenPass.objects.get(), care_of(jordan, maya)
    with pytest.raises(IntegrityError), transaction.atomic():
        PassUse.objects.create(care=care, cancellation=other, given=given, used_at=NOW)


# --- The form ---


def test_the_form_shows_the_pass_and_what_waiving_instead_means(
    as_maya: Browser, maya: Provider, jordan: Client, now: object
) -> None:
    generous(maya)
    appointment = late(maya, jordan)
    page = submit(as_maya, appointment)
    assert "A free pass covers this late cancellation: look at it below. Nothing is canceled yet." in page
    assert "No late fee: a free pass, number 1 of 1 in 90 days, covers it." in page
    assert "Without it, $75.00 would be owed." in page
    assert not Cancellation.objects.exists()

    submit(as_maya, appointment, fee="cover", fee_shown="0.00", pass_shown="on", fee_preset="cover")
    assert PassUse.objects.count() == 1


def test_the_form_keeps_the_pass_for_who_waives_and_asks_why(
    as_maya: Browser, maya: Provider, jordan: Client, now: object
) -> None:
    generous(maya)
    appointment = late(maya, jordan)
    waived = {"fee": "waive", "fee_shown": "0.00", "pass_shown": "on", "fee_preset": "cover"}
    assert "Say why: it is kept with the fee." in submit(as_maya, appointment, **waived)
    submit(as_maya, appointment, why="Ill for a week", **waived)
    assert Fee.objects.get().status == "waived"
    assert not PassUse.objects.exists()


def test_a_pass_that_is_not_there_covers_nothing(as_maya: Browser, maya: Provider, jordan: Client, now: object) -> None:
    page = submit(as_maya, late(maya, jordan), fee="cover", fee_shown="75.00")
    assert "No free pass covers this late cancellation. Nothing is canceled yet." in page
    assert not Cancellation.objects.exists()


def submit(browser: Browser, appointment: Appointment, **fields: str) -> str:
    reason = CancellationReason.objects.get(key="client-asked")
    data = {"reason": str(reason.pk), "told": "now", "send_link": "on"} | fields
    response = browser.post(reverse("appointments:cancel", args=[appointment.uid]), data)
    return plain(response.content.decode()).replace("&#x27;", "'")


def test_a_clock_that_is_behind_gives_a_pass_back_all_the_same(maya: Provider, jordan: Client, her: Actor) -> None:
    generous(maya)
    appointment = late(maya, jordan)
    cancel(appointment, her)
    cancellation.restore(appointment, by=her, at=NOW - timedelta(seconds=2))
    assert PassUse.objects.get().returned_at == NOW


# --- Giving one back ---


def test_waiving_what_a_pass_had_covered_gives_the_pass_back(
    as_maya: Browser, maya: Provider, jordan: Client, her: Actor, now: object
) -> None:
    generous(maya)
    appointment = late(maya, jordan)
    cancel(appointment, her)
    page = reverse("appointments:detail", args=[appointment.uid])
    assert "Waive it, and give the pass back" in as_maya.get(page).content.decode()

    address = reverse("appointments:give_pass_back", args=[appointment.uid])
    said = [plain(as_maya.post(address, follow=True).content.decode()) for _ in range(2)]

    assert "The free pass is Jordan’s again, and no fee is owed for this." in said[0]
    assert "No late fee: it is waived, and the free pass counts again." in said[0]
    assert "You gave the free pass back: nothing is owed, and it counts again" in said[0]
    assert "Waive it, and give the pass back" not in said[0]
    assert "No free pass is used here by now, so nothing was changed." in said[1]
    assert PassUse.objects.get().returned_by_id == maya.user_id
    assert not Fee.objects.exists()
    cancel(booked(maya, jordan, start=NOW + timedelta(hours=5)), her)
    assert PassUse.objects.kept().count() == 1


def test_another_providers_pass_is_not_reached(as_maya: Browser, sam: Provider, now: object) -> None:
    appointment = late(sam, make_client(sam))
    assert as_maya.post(reverse("appointments:give_pass_back", args=[appointment.uid])).status_code == 404


def test_the_client_sees_what_they_were_given(
    as_jordan: Browser, maya: Provider, jordan: Client, her: Actor, now: object
) -> None:
    page = reverse("appointments:client_fees")
    assert "free pass" not in as_jordan.get(page).content.decode()
    cancel(late(maya, jordan), her, "provider-unwell")
    words = "You have a free pass with Maya Chen: one late cancellation will cost nothing."
    assert words in as_jordan.get(page).content.decode()
