"""All addresses of this app, under one namespace; names are unique across the three."""

from django.urls import include, path

app_name = "appointments"

urlpatterns = [
    path("", include("appointments.urls.provider")),
    path("", include("appointments.urls.client")),
    path("", include("appointments.urls.public")),
]
