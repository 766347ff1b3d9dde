"""One appointment behind its manage link, without signing in: the pages of ``urls.client``."""

from django.urls import path

from appointments.views import client_appointment, client_cancelling

OWN = "m/<str:token>/"

urlpatterns = [
    path(OWN, client_appointment.detail.by_link, name="manage_appointment"),
    path(f"{OWN}cancel/", client_cancelling.cancel.by_link, name="manage_cancel"),
    path(f"{OWN}canceled/", client_cancelling.canceled.by_link, name="manage_canceled"),
]
