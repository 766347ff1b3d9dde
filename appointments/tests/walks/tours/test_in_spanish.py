"""The pages around one appointment in Spanish: longer words, the same width of a phone, as clean for axe."""

import pytest
from django.urls import reverse

from appointments.tests.factories import NOW
from appointments.tests.test_cancellation import cancel
from appointments.tests.walks.tours.demo import at
from appointments.tests.walks.tours.tour import Tour
from clients.models import Client
from practice.actors import Actor

pytestmark = pytest.mark.browser


def test_a_client_who_reads_spanish(tour: Tour, priya: Client) -> None:
    Client.objects.filter(pk=priya.pk).update(language="es")
    today, next_one = priya.appointments.next_booked(at=NOW)
    tour.begin()
    tour.see(at("manage_appointment", next_one.manage_token), "viernes, 6 de marzo, 1:30 p.m.")
    tour.see(at("manage_cancel", next_one.manage_token), "¿Cancelar esta cita?")
    tour.see(at("manage_move", next_one.manage_token), "Cambie la hora de su cita")
    tour.see(at("manage_cancel", today.manage_token), "Esta cita ya no se puede cancelar en línea")
    cancel(next_one, Actor.client(priya.user_id), "not-said")
    tour.see(at("manage_canceled", next_one.manage_token), "Cancelada")
    tour.begin(priya.user)
    tour.see(at("client_home"), "de marzo")
    tour.see(reverse("clients:my_settings"), "Ajustes")
    tour.see(at("help_how_to_cancel"), "Cómo cancelar una cita")
