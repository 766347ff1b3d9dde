"""Pages reached by a client's own link, without signing in."""

from django.urls import path

from appointments.views import booking_page

urlpatterns = [
    path("b/<str:token>/", booking_page.book, name="book"),
    path("b/<str:token>/<uuid:uid>/", booking_page.booked, name="booked"),
]
