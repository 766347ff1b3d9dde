"""All addresses of this app, under one namespace; names are unique across them."""

from django.urls import include, path

app_name = "appointments"

urlpatterns = [
    path("", include("appointments.urls.provider")),
    path("", include("appointments.urls.office")),
    path("", include("appointments.urls.client")),
    path("", include("appointments.urls.public")),
    path("", include("appointments.urls.manage")),
]
