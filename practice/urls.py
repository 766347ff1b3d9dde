"""The root of all addresses. Apps are mounted by name, each with the audience of its views."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from notifications import tracking
from practice.access import declare, mount
from practice.views import calendar_feed, demo_mail, entry, provider_settings

handler404 = "practice.views.errors.not_found"

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = entry.change_password  # type: ignore[method-assign,assignment]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", entry.home, name="home"),
    path("health/", entry.health, name="health"),
    # Without a token, so that a page for strangers needs no cookie: it keeps nothing but what this browser speaks.
    path("language/", declare("public", csrf_exempt(set_language)), name="set_language"),
    path("", include("appointments.urls")),
    path("", include("clients.urls")),
    path("settings/sessions/", provider_settings.sessions, name="settings_sessions"),
    path("settings/hours/", provider_settings.hours, name="settings_hours"),
    path("settings/calendar/", calendar_feed.provider_feed, name="settings_calendar"),
    path("", include("practice.account_urls")),
    path("admin/", include((mount("office", admin.site.urls[0]), "admin"), namespace=admin.site.name)),
    path("webhooks/", include((mount("public", tracking.addresses()), "anymail"))),
]

if settings.DEMO:
    urlpatterns += [
        path("demo/mail/", demo_mail.listing, name="demo_mail"),
        path("demo/mail/<str:name>/", demo_mail.message, name="demo_mail_message"),
        path("demo/mail/<str:name>/html/", demo_mail.html, name="demo_mail_html"),
    ]
