import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0006_note_fees_for_billing"),
        ("practice", "0002_crisis_line_reminders_and_neutral_mail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("objected_at", models.DateTimeField()),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, help_text="Due when the client objected.", max_digits=8),
                ),
                ("words", models.TextField(help_text="From the client.", max_length=2000)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "Kept"), ("reduced", "Reduced"), ("waived", "Waived")],
                        help_text="Empty: none yet.",
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.CharField(
                        blank=True,
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
                    "answered_amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="What was left of it by the answer.",
                        max_digits=8,
                        null=True,
                    ),
                ),
                ("answer_words", models.TextField(blank=True, help_text="To the client.", max_length=2000)),
            ],
            options={
                "ordering": ["objected_at", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="fee",
            name="fee_status_known",
        ),
        migrations.AlterField(
            model_name="fee",
            name="status",
            field=models.CharField(
                choices=[
                    ("to_decide", "Fee to decide"),
                    ("due", "Fee due"),
                    ("disputed", "Objected to"),
                    ("waived", "Waived"),
                    ("paid", "Paid"),
                    ("void", "Void"),
                ],
                max_length=10,
            ),
        ),
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
                    ("agreed", "Policy agreed to"),
                    ("asked_to_reschedule", "Asked to reschedule"),
                    ("late_request", "Asked to cancel late"),
                    ("late_declined", "Late request declined"),
                    ("reminded", "Reminded"),
                    ("fee_decided", "Fee decided"),
                    ("fee_paid", "Fee paid"),
                    ("fee_unpaid", "Payment taken back"),
                    ("fee_disputed", "Fee objected to"),
                    ("fee_answered", "Objection answered"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="fee",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["to_decide", "due", "disputed", "waived", "paid", "void"])),
                name="fee_status_known",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="answered_by_user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="fee",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="objection", to="appointments.fee"
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="objection_to_an_amount"),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="objection_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""),
                        ("answer_words", ""),
                        ("answered_amount__isnull", True),
                        ("answered_at__isnull", True),
                        ("answered_by", ""),
                    ),
                    models.Q(
                        models.Q(("answer", ""), _negated=True),
                        models.Q(("answered_by", ""), _negated=True),
                        ("answered_amount__isnull", False),
                        ("answered_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="objection_answer_goes_with_by_and_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer", ""),
                    models.Q(("answer", "upheld"), ("answered_amount", models.F("amount"))),
                    models.Q(
                        ("answer", "reduced"), ("answered_amount__gt", 0), ("answered_amount__lt", models.F("amount"))
                    ),
                    models.Q(("answer", "waived"), ("answered_amount", 0)),
                    _connector="OR",
                ),
                name="objection_answer_goes_with_amount",
            ),
        ),
    ]
