"""The client portal."""

from django.urls import path

from appointments.views import client_cancelling, client_home

urlpatterns = [
    path("home/", client_home.home, name="client_home"),
    path("my/appointments/", client_home.appointments, name="client_appointments"),
    path("my/appointments/<uuid:uid>/", client_home.detail, name="client_appointment"),
    path("my/appointments/<uuid:uid>/cancel/", client_cancelling.cancel, name="client_cancel"),
    path("my/appointments/<uuid:uid>/canceled/", client_cancelling.canceled, name="client_canceled"),
    path("my/fees/", client_home.fees, name="client_fees"),
]
