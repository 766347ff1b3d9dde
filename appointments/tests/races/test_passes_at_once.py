"""Two late cancellations at the same instant can't share the last free pass."""

from datetime import timedelta
from functools import partial

import pytest

from appointments import refusals
from appointments.models import Cancellation, Fee, PassUse
from appointments.tests.factories import NOW, booked
from appointments.tests.test_cancellation import cancel
from appointments.tests.test_passes import generous
from clients.models import Client
from practice.actors import Actor
from practice.models import Provider
from practice.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_pass_covers_one_of_two(maya: Provider, jordan: Client) -> None:
    generous(maya)
    her = Actor.provider(maya.user_id)
    both = [booked(maya, jordan, start=NOW + timedelta(hours=hours)) for hours in (5, 7)]

    results = at_once([partial(cancel, appointment, her) for appointment in both])

    assert sorted(type(result).__name__ for result in results) == ["Cancellation", "FeeChanged"]
    assert any(isinstance(result, refusals.FeeChanged) and result.assessment.amount == 75 for result in results)
    assert (PassUse.objects.count(), Cancellation.objects.count(), Fee.objects.count()) == (1, 1, 0)
