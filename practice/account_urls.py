"""Ways into an account, beside allauth's own."""

from django.urls import path

from practice.views import invitation

urlpatterns = [
    path("i/<str:token>/", invitation.invitation, name="invitation"),
]
