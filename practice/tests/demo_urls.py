"""The addresses as the demo mounts them, whatever the settings of this run."""

from django.urls import path

from practice.urls import urlpatterns as real
from practice.views import demo_mail

urlpatterns = [
    *real,
    path("demo/mail/", demo_mail.listing, name="demo_mail"),
    path("demo/mail/<str:name>/", demo_mail.message, name="demo_mail_message"),
    path("demo/mail/<str:name>/html/", demo_mail.html, name="demo_mail_html"),
]
