"""The product's addresses, and those of its bare counterparts. Mounted while measuring only."""

from django.urls import include, path

from appointments.bench import bare

urlpatterns = [
    path("", include("practice.urls")),
    path("bare/<uuid:uid>/", bare.cancel, name="bare_cancel"),
    path("bare/", bare.listing, name="bare_list"),
]
