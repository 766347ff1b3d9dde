"""What every practice starts from is there once, and what was edited stays."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group

from appointments import defaults, terms
from appointments.assessments import Cause
from appointments.models import CancellationReason
from appointments.models.cancellation import PickedBy
from clients.models import Payer
from practice import discretion
from practice.models import Practice, User
from practice.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def rows() -> list[list[dict[str, object]]]:
    groups = [{group.name: sorted(group.permissions.values_list("pk", flat=True))} for group in Group.objects.all()]
    kept = (Practice.objects, Payer.objects, CancellationReason.objects)
    return [[dict(row) for row in model.order_by("pk").values()] for model in kept] + [list(groups)]


def test_loading_twice_leaves_what_loading_once_made() -> None:
    defaults.load()
    once = rows()
    assert [len(kind) for kind in once] == [1, 5, 17, 1]
    assert defaults.load() == Practice.objects.get()
    assert rows() == once


def test_what_the_practice_has_edited_stays_and_what_it_lacks_comes_back() -> None:
    practice = defaults.load()
    practice.name, practice.fee_cap = "Alder Street", Decimal(50)
    practice.save()
    Payer.objects.filter(name="Magellan").update(cap=Decimal(20), why="As of this year")
    CancellationReason.objects.filter(key="client-asked").update(provider_words="They asked", active=False, order=3)
    CancellationReason.objects.filter(key="cost").delete()
    edited = rows()[:2]
    asked = CancellationReason.objects.values().get(key="client-asked")

    defaults.load()

    assert rows()[:2] == edited
    assert CancellationReason.objects.values().get(key="client-asked") == asked
    assert CancellationReason.objects.filter(key="cost").exists()


def test_each_known_payer_says_what_it_allows_why_and_where_that_is_written() -> None:
    defaults.load()
    limits = {payer.name: terms.payer_limit(payer) for payer in Payer.objects.all()}
    assert limits == {
        "Aetna": None, "Kaiser Permanente Northern California": Decimal(0), "Magellan": Decimal("90.00"),
        "Medicaid": Decimal(0), "Medicare and Medicaid": Decimal(0),
    }  # fmt: skip
    assert terms.payer_limit(None) is None  # who pays for themselves
    assert not Payer.objects.filter(why="").exists()
    assert not Payer.objects.filter(source="").exists()


def test_no_fee_can_follow_from_a_reason_that_the_client_did_not_cause() -> None:
    defaults.load()
    others = CancellationReason.objects.exclude(caused_by=Cause.CLIENT)
    assert others.exists()
    assert not others.filter(fee_may_apply=True).exists()
    assert set(CancellationReason.objects.filter(picked_by=PickedBy.CLIENT).values_list("caused_by", flat=True)) == {
        Cause.CLIENT
    }


def test_no_reason_says_anything_clinical_to_a_client() -> None:
    defaults.load()
    for reason in CancellationReason.objects.filter(picked_by=PickedBy.PROVIDER):
        assert discretion.clinical_words(reason.client_words) == [], reason.key


def test_the_office_may_do_all_that_its_pages_offer_and_nothing_of_djangos_own() -> None:
    defaults.load()
    clerk = UserFactory.create(is_staff=True)
    clerk.groups.add(defaults.office_group())
    clerk = User.objects.get(pk=clerk.pk)
    assert clerk.has_perms(["clients.change_client", "appointments.view_fee", "practice.add_feepolicy"])
    assert not clerk.has_perm("auth.change_group")
    assert not clerk.has_perm("sessions.delete_session")
