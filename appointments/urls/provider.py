"""The provider portal."""

from django.urls import path

from appointments.views import (
    cancelling,
    clients,
    confirmation,
    dashboard,
    detail,
    fees,
    help_pages,
    late_fees,
    listing,
    manage_link,
    provider_booking,
    rescheduling,
    restoring,
    settings,
    time_off,
)

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("appointments/", listing.listing, name="list"),
    path("appointments/<uuid:uid>/", detail.detail, name="detail"),
    path("appointments/<uuid:uid>/cancel/", cancelling.cancel, name="cancel"),
    path("appointments/<uuid:uid>/cancel/fee/", cancelling.fee_block, name="cancel_fee"),
    path("appointments/<uuid:uid>/cancel/preview/", cancelling.preview, name="cancel_preview"),
    path("appointments/<uuid:uid>/replace-manage-link/", manage_link.replace, name="replace_manage_link"),
    path("appointments/<uuid:uid>/canceled/", confirmation.canceled, name="canceled"),
    path("appointments/<uuid:uid>/restore/", restoring.restore, name="restore"),
    path("appointments/<uuid:uid>/reschedule/", rescheduling.reschedule, name="reschedule"),
    path("appointments/<uuid:uid>/reschedule/ask/", rescheduling.ask, name="ask_to_reschedule"),
    path("appointments/<uuid:uid>/reschedule/withdraw/", rescheduling.withdraw, name="withdraw_request"),
    path("appointments/<uuid:uid>/fee/", fees.decide, name="decide_fee"),
    path("clients/", clients.listing, name="clients"),
    path("clients/add/", clients.add, name="add_client"),
    path("clients/<row:pk>/", clients.detail, name="client"),
    path("clients/<row:pk>/invite/", clients.invite, name="invite"),
    path("clients/<row:pk>/replace-link/", clients.replace_link, name="replace_link"),
    path("clients/<row:pk>/book/", provider_booking.book, name="provider_book"),
    path("help/canceling/", help_pages.canceling, name="help_canceling"),
    path("settings/", settings.index, name="settings"),
    path("settings/late-fees/", late_fees.late_fees, name="settings_late_fees"),
    path("settings/late-fees/example/", late_fees.example, name="late_fees_example"),
    path("settings/time-off/", time_off.time_off, name="settings_time_off"),
    path("settings/time-off/<row:pk>/remove/", time_off.remove, name="remove_time_off"),
]
