"""Pages reached by a client's own link, without signing in."""

from django.urls import path

from appointments.views import booking_page, calendar_feed

urlpatterns = [
    path("b/<str:token>/", booking_page.book, name="book"),
    path("b/<str:token>/<uuid:uid>/", booking_page.booked, name="booked"),
    path("calendar/<str:token>.ics", calendar_feed.feed, name="calendar_feed"),
]
