"""The office keeps a form while somebody changes the same row: what they did is not undone by what it had read."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import sleep

import pytest
from django.db import models, transaction
from django.test import Client as Browser

from appointments.tests.factories import NOW
from appointments.tests.races.test_address_changed_at_once import waiting
from clients import links
from clients.models import CareRelationship
from practice import calendar_feed
from practice.actors import Actor
from practice.models import Provider, User
from practice.tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_postgres]


def kept_by_the_office(browser: Browser, row: models.Model, act: Callable[[], object]) -> None:
    """Its form is sent while the act is done and not yet committed; it was opened before."""
    url = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"
    page = browser.get(url)
    form = page.context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields if form[name].value() is not False}
    for inline in page.context["inline_admin_formsets"]:
        management = inline.formset.management_form
        sent |= {management.add_prefix(name): management[name].value() for name in management.fields}
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            act()
            kept = pool.submit(at_once, [partial(browser.post, url, sent)])
            while not waiting():
                sleep(0.005)
        (response,) = kept.result()
    assert getattr(response, "status_code", response) == 302, response


def test_a_link_that_was_replaced_opens_nothing_again(
    as_office: Browser, care: CareRelationship, maya: Provider
) -> None:
    old = care.booking_token
    kept_by_the_office(as_office, care, partial(links.replace, care, by=Actor.provider(maya.user_id), at=NOW))
    assert CareRelationship.objects.get(pk=care.pk).booking_token != old


def test_nor_does_a_calendar_feed_that_was_removed(as_office: Browser, maya: Provider) -> None:
    user = calendar_feed.make(maya.user, at=NOW)
    kept_by_the_office(as_office, user, partial(calendar_feed.remove, user, at=NOW))
    assert User.objects.get(pk=user.pk).calendar_token is None


def test_and_a_password_that_was_changed_stays_changed(as_office: Browser, maya: Provider) -> None:
    def change() -> None:
        user = User.objects.get(pk=maya.user_id)
        user.set_password("another one, and a long one")
        user.save()

    kept_by_the_office(as_office, maya.user, change)
    assert User.objects.get(pk=maya.user_id).check_password("another one, and a long one")
