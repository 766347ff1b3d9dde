import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0011_attendance"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="historyentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("booked", "Booked"),
                    ("moved", "Moved"),
                    ("canceled", "Canceled"),
                    ("restored", "Restored"),
                    ("completed", "Completed"),
                    ("no_show", "No-show"),
                    ("absence_reported", "Reported that the provider did not come"),
                    ("absence_answered", "Report answered"),
                    ("agreed", "Policy agreed to"),
                    ("asked_to_reschedule", "Asked to reschedule"),
                    ("late_request", "Asked to cancel late"),
                    ("late_declined", "Late request declined"),
                    ("reminded", "Reminded"),
                    ("pass_returned", "Free pass given back"),
                    ("fee_decided", "Fee decided"),
                    ("fee_melted", "Fee came to nothing"),
                    ("fee_ripened", "Fee due"),
                    ("fee_paid", "Fee paid"),
                    ("fee_unpaid", "Payment taken back"),
                    ("fee_disputed", "Fee objected to"),
                    ("fee_answered", "Objection answered"),
                    ("waiver_asked", "Approval asked for"),
                    ("waiver_approved", "Approved"),
                    ("waiver_declined", "Not approved"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="WaiverRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "left",
                    models.DecimalField(
                        decimal_places=2, help_text="Still to pay once approved; 0.00: waived.", max_digits=8
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True, help_text="Kept with the fee, never shown to the client.", max_length=200
                    ),
                ),
                ("words", models.TextField(blank=True, help_text="To the client, who objected.", max_length=2000)),
                ("asked_at", models.DateTimeField()),
                (
                    "asked_by",
                    models.CharField(
                        choices=[
                            ("client", "Client"),
                            ("provider", "Provider"),
                            ("admin", "Office"),
                            ("system", "System"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "Approved"), ("declined", "Declined"), ("moot", "No longer needed")],
                        help_text="Empty: still open.",
                        max_length=10,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "closing_words",
                    models.CharField(blank=True, help_text="Why it was approved or declined.", max_length=200),
                ),
                (
                    "asked_by_user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiver_requests",
                        to="appointments.fee",
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")), fields=("fee",), name="waiver_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("left__gte", 0)), name="waiver_leaves_no_less_than_nothing"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("outcome", "")),
                            models.Q(models.Q(("outcome", ""), _negated=True), ("closed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="waiver_outcome_goes_with_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_by__isnull", True), ("outcome__in", ["", "moot"])),
                            models.Q(("closed_by__isnull", False), ("outcome__in", ["approved", "declined"])),
                            _connector="OR",
                        ),
                        name="waiver_decided_by_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_by__isnull", True),
                            models.Q(("closed_by", models.F("asked_by_user")), _negated=True),
                            _connector="OR",
                        ),
                        name="waiver_takes_two_people",
                    ),
                ],
            },
        ),
    ]
