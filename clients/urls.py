"""What a client and their provider say to each other, in both portals; and the client's own settings."""

from django.urls import path

from clients.views import client_messages, messages, settings

app_name = "clients"

urlpatterns = [
    path("messages/", messages.listing, name="messages"),
    path("messages/<row:pk>/", messages.thread, name="thread"),
    path("messages/<row:pk>/read/", messages.mark_read, name="mark_read"),
    path("my/messages/", client_messages.listing, name="my_messages"),
    path("my/messages/<row:pk>/", client_messages.thread, name="my_thread"),
    path("my/messages/<row:pk>/read/", client_messages.mark_read, name="my_mark_read"),
    path("my/settings/", settings.settings, name="my_settings"),
    path("my/settings/address/", settings.address, name="my_address"),
    path("my/settings/calendar/", settings.feed, name="my_calendar"),
]
