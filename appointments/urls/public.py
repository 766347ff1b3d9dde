"""Pages for who has not signed in: those reached by a client's own link, and the help for clients."""

from django.urls import path

from appointments.views import booking_page, calendar_feed, help_pages

urlpatterns = [
    path("b/<str:token>/", booking_page.book, name="book"),
    path("b/<str:token>/<uuid:uid>/", booking_page.booked, name="booked"),
    path("calendar/<str:token>.ics", calendar_feed.feed, name="calendar_feed"),
    path("help/how-to-cancel/", help_pages.how_to_cancel, name="help_how_to_cancel"),
]
