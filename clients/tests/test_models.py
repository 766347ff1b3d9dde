"""Names are found however they are typed, and the database keeps messages in order."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from appointments.tests.factories import NOW
from clients.models import CareRelationship, Client, Message
from clients.tests.factories import make_client
from practice.models import Provider


@pytest.mark.parametrize("words", ["muller", "MÜLLER", "élodie", "elodie mu", "muller elodie", "  ELO  ", ""])
def test_a_name_is_found_in_any_order_whatever_case_and_accents(maya: Provider, words: str) -> None:
    elodie = make_client(maya, first_name="Élodie", last_name="Müller")
    if words.strip():
        make_client(maya, first_name="Theo", last_name="Lindqvist")
    assert list(Client.objects.matching(words)) == [elodie]


def test_preferred_and_legal_names_are_both_found(maya: Provider) -> None:
    maggie = make_client(maya, first_name="Margaret", last_name="O’Brien", preferred_name="Maggie")
    assert list(Client.objects.matching("maggie")) == list(Client.objects.matching("margaret")) == [maggie]
    assert (maggie.name, maggie.discreet_name) == ("Maggie O’Brien", "Maggie O.")


def test_a_renamed_client_is_found_by_the_new_name(maya: Provider) -> None:
    client = make_client(maya, first_name="Theo", last_name="Lindqvist")
    client.last_name = "Åberg"
    client.save(update_fields=["last_name"])
    assert list(Client.objects.matching("aberg")) == [client]
    assert not Client.objects.matching("lindqvist").exists()


def test_no_message_is_read_before_it_was_sent(care: CareRelationship) -> None:
    message = Message(care=care, author=care.provider.user, from_client=False, text="Hello", sent_at=NOW)
    message.read_at = NOW - timedelta(microseconds=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save()
