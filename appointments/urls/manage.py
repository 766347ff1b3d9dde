"""One appointment behind its manage link, without signing in: the pages of ``urls.client``."""

from django.urls import path

from appointments.views import (
    client_agreement,
    client_appointment,
    client_cancelling,
    client_late,
    client_moving,
    client_undo,
)

OWN = "m/<str:token>/"

urlpatterns = [
    path(OWN, client_appointment.detail.by_link, name="manage_appointment"),
    path(f"{OWN}cancel/", client_cancelling.cancel.by_link, name="manage_cancel"),
    path(f"{OWN}canceled/", client_cancelling.canceled.by_link, name="manage_canceled"),
    path(f"{OWN}ask/", client_late.ask.by_link, name="manage_ask"),
    path(f"{OWN}agree/", client_agreement.agree.by_link, name="manage_agree"),
    path(f"{OWN}restore/", client_undo.restore.by_link, name="manage_restore"),
    path(f"{OWN}move/", client_moving.move.by_link, name="manage_move"),
    path(f"{OWN}moved/", client_moving.moved.by_link, name="manage_moved"),
    path(f"{OWN}appointment.ics", client_appointment.calendar.by_link, name="manage_calendar"),
]
