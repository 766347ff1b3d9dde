"""The client portal. Each page of one appointment stands behind its manage link too: see ``urls.manage``."""

from django.urls import path

from appointments.views import (
    client_absence,
    client_agreement,
    client_appointment,
    client_cancelling,
    client_home,
    client_late,
    client_moving,
    client_objecting,
    client_undo,
    settling,
)

OWN = "my/appointments/<uuid:uid>/"

urlpatterns = [
    path("home/", client_home.home, name="client_home"),
    path("my/appointments/", client_home.appointments, name="client_appointments"),
    path(OWN, client_appointment.detail.signed_in, name="client_appointment"),
    path(f"{OWN}cancel/", client_cancelling.cancel.signed_in, name="client_cancel"),
    path(f"{OWN}canceled/", client_cancelling.canceled.signed_in, name="client_canceled"),
    path(f"{OWN}ask/", client_late.ask.signed_in, name="client_ask"),
    path(f"{OWN}agree/", client_agreement.agree.signed_in, name="client_agree"),
    path(f"{OWN}restore/", client_undo.restore.signed_in, name="client_restore"),
    path(f"{OWN}move/", client_moving.move.signed_in, name="client_move"),
    path(f"{OWN}moved/", client_moving.moved.signed_in, name="client_moved"),
    path(f"{OWN}appointment.ics", client_appointment.calendar.signed_in, name="client_calendar"),
    path(f"{OWN}absence/", client_absence.report, name="client_absence"),
    path(f"{OWN}object/", client_objecting.dispute, name="client_object"),
    path("my/fees/", client_home.fees, name="client_fees"),
    path("my/fees/<row:pk>/receipt/", settling.client_receipt, name="client_receipt"),
    path("my/fees/<row:pk>/receipt.pdf", settling.client_receipt_file, name="client_receipt_file"),
]
