"""The office's reports, beside Django admin and behind its door."""

from django.urls import path

from appointments.views import reports

urlpatterns = [
    path("admin/reports/", reports.cancellations.office, name="office_reports"),
    path("admin/reports/fees/", reports.fees.office, name="office_report_fees"),
    path("admin/reports/fees/each/", reports.each_fee.office, name="office_report_each_fee"),
    path("admin/reports/fees/each.csv", reports.fees_file.office, name="office_fees_file"),
    path("admin/reports/refilled/", reports.refilled.office, name="office_report_refilled"),
    path("admin/reports/next-steps/", reports.without_next_step.office, name="office_report_next_steps"),
    path("admin/reports/claims/", reports.claims.office, name="office_report_claims"),
    path("admin/reports/table.csv", reports.table.office, name="office_report_table"),
    path("admin/reports/chart.svg", reports.chart.office, name="office_report_chart"),
]
