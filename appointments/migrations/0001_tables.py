import uuid

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import appointments.constraints
import clients.models


class BtreeGist(BtreeGistExtension):
    """What the exclusion constraint's index needs; nothing to undo on SQLite."""

    def database_backwards(self, app_label, schema_editor, from_state, to_state):  # type: ignore[no-untyped-def]
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    replaces = [
        ("appointments", "0001_initial"),
        ("appointments", "0002_late_and_reschedule_requests"),
        ("appointments", "0003_reasons_in_spanish"),
        ("appointments", "0004_find_booked_appointments_by_start"),
        ("appointments", "0005_keep_payments"),
        ("appointments", "0006_note_fees_for_billing"),
        ("appointments", "0007_objections"),
        ("appointments", "0008_steps_and_passes"),
        ("appointments", "0009_pending_fees"),
        ("appointments", "0010_passes_given_back"),
        ("appointments", "0011_attendance"),
        ("appointments", "0012_waiver_requests"),
        ("appointments", "0013_no_fee_where_the_payer_forbids_it"),
    ]

    initial = True

    # By replaced names: Django then refuses a database that has only some of an app's, where it would pass the app over.
    dependencies = [
        ("clients", "0003_index_unread_messages"),
        ("notifications", "0002_outbox_by_name"),
        ("practice", "0004_limit_waivers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGist(),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "manage_token",
                    models.CharField(default=clients.models.new_token, editable=False, max_length=64, unique=True),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="practice.provider"
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="clients.client"
                    ),
                ),
                ("booked_at", models.DateTimeField()),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("canceled", "Canceled"),
                            ("completed", "Completed"),
                            ("no_show", "No-show"),
                            ("provider_absent", "Provider did not come"),
                        ],
                        default="booked",
                        max_length=20,
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[("video", "Video"), ("in_person", "In person")], default="video", max_length=10
                    ),
                ),
                (
                    "sequence",
                    models.PositiveIntegerField(
                        default=0, help_text="Raised by each change that calendars must hear of."
                    ),
                ),
                (
                    "organizer",
                    models.EmailField(
                        help_text="The practice's address as calendars know it: it never changes for a UID.",
                        max_length=254,
                    ),
                ),
                (
                    "acknowledged_policy",
                    models.ForeignKey(
                        blank=True,
                        help_text="The fee policy that the client agreed to. Empty: never asked, so no fee can follow.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="practice.feepolicy",
                    ),
                ),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        help_text="The canceled appointment that this booking makes up for.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="appointments.appointment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["provider", "start"], name="appointment_provider_start"),
                    models.Index(fields=["client", "start"], name="appointment_client_start"),
                    models.Index(
                        condition=models.Q(("status", "booked")), fields=["start"], name="appointment_booked_start"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="appointment_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["booked", "canceled", "completed", "no_show", "provider_absent"])
                        ),
                        name="appointment_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acknowledged_at__isnull", True), ("acknowledged_policy__isnull", True)),
                            models.Q(("acknowledged_at__isnull", False), ("acknowledged_policy__isnull", False)),
                            _connector="OR",
                        ),
                        name="appointment_policy_goes_with_instant",
                    ),
                    appointments.constraints.NoOverlap(
                        condition=models.Q(("status", "booked")),
                        expressions=[("provider", "="), (appointments.constraints.Span("start", "end"), "&&")],
                        name="appointment_no_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CancellationReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.SlugField(help_text="Stays the same when the words change.", max_length=40, unique=True),
                ),
                (
                    "provider_words",
                    models.CharField(help_text="What the provider reads. {client} is filled in.", max_length=100),
                ),
                (
                    "client_words",
                    models.CharField(
                        help_text="What the client reads: in their form where they pick it, in their mail where the provider does. {provider} is filled in.",
                        max_length=150,
                    ),
                ),
                (
                    "client_words_es",
                    models.CharField(
                        blank=True,
                        help_text="Empty: who reads Spanish reads the English.",
                        max_length=150,
                        verbose_name="client words in Spanish",
                    ),
                ),
                (
                    "picked_by",
                    models.CharField(
                        choices=[("provider", "Provider"), ("client", "Client"), ("both", "Both")],
                        max_length=10,
                        verbose_name="who may pick it",
                    ),
                ),
                (
                    "caused_by",
                    models.CharField(
                        choices=[("client", "Client"), ("provider", "Provider"), ("neither", "Neither")],
                        max_length=10,
                        verbose_name="who caused it",
                    ),
                ),
                ("sends_link", models.BooleanField(default=False, verbose_name="sends the booking link")),
                ("fee_may_apply", models.BooleanField(default=False, verbose_name="a late fee may apply")),
                ("waive_preset", models.BooleanField(default=False, verbose_name="fee is waived unless changed")),
                (
                    "next_step",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("move", "Move it instead"),
                            ("cost", "Whom to ask about cost or insurance"),
                            ("change_provider", "How to change provider within the practice"),
                            ("crisis", "The crisis line"),
                        ],
                        help_text="What the client’s form offers beside this reason.",
                        max_length=20,
                        verbose_name="help shown next",
                    ),
                ),
                (
                    "help",
                    models.CharField(
                        blank=True,
                        help_text="In place of the built-in ones. Empty: those.",
                        max_length=300,
                        verbose_name="words of that help",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=100)),
                (
                    "active",
                    models.BooleanField(
                        default=True, help_text="Clear it to retire the reason; past cancellations keep it."
                    ),
                ),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("fee_may_apply", False), ("caused_by", "client"), _connector="OR"),
                        name="reason_fee_only_if_client_caused",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("waive_preset", False), ("fee_may_apply", True), _connector="OR"),
                        name="reason_waive_preset_needs_fee",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cancellation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancellations",
                        to="appointments.appointment",
                    ),
                ),
                ("canceled_at", models.DateTimeField()),
                (
                    "told_at",
                    models.DateTimeField(help_text="When the canceling party said so; the notice counts from here."),
                ),
                (
                    "actor",
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
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancellations",
                        to="appointments.cancellationreason",
                    ),
                ),
                ("note_to_client", models.TextField(blank=True)),
                ("note_to_provider", models.TextField(blank=True)),
                ("private_note", models.TextField(blank=True, help_text="Never mailed, never shown to the client.")),
                ("notice", models.DurationField(help_text="From when it was told to the start.")),
                ("late", models.BooleanField()),
                ("link_sent", models.BooleanField(default=False)),
                (
                    "steps",
                    models.JSONField(
                        blank=True, default=list, help_text="How the fee, or that there is none, was worked out."
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "undone_actor",
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
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("appointment",),
                        name="cancellation_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_actor", ""), ("undone_at__isnull", True)),
                            models.Q(("undone_at__isnull", False), models.Q(("undone_actor", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="cancellation_undone_at_goes_with_actor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("told_at__lte", models.F("canceled_at"))),
                        name="cancellation_told_not_after",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="fees", to="appointments.appointment"
                    ),
                ),
                (
                    "cancellation",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: a no-show.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fees",
                        to="appointments.cancellation",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("late_cancellation", "Late cancellation"), ("no_show", "No-show")], max_length=20
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("assessed", models.DecimalField(decimal_places=2, help_text="Owed by the rules.", max_digits=8)),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, help_text="Decided; 0.00 where waived.", max_digits=8),
                ),
                (
                    "agreed",
                    models.DecimalField(
                        decimal_places=2, help_text="In the policy the client agreed to.", max_digits=8
                    ),
                ),
                (
                    "in_force",
                    models.DecimalField(decimal_places=2, help_text="In the policy of that day.", max_digits=8),
                ),
                (
                    "cap",
                    models.DecimalField(decimal_places=2, help_text="The practice's cap of that day.", max_digits=8),
                ),
                (
                    "payer_limit",
                    models.DecimalField(
                        blank=True, decimal_places=2, help_text="Empty: none; 0.00: forbidden.", max_digits=8, null=True
                    ),
                ),
                (
                    "free_if_filled",
                    models.BooleanField(
                        default=False, help_text="A policy asks nothing once someone else takes the time."
                    ),
                ),
                (
                    "rebook_until",
                    models.DateTimeField(
                        blank=True,
                        help_text="A policy asks nothing if the client comes to a session begun by then.",
                        null=True,
                    ),
                ),
                (
                    "pending_until",
                    models.DateTimeField(
                        blank=True, help_text="Until then it may come to nothing by itself. Empty: it can’t.", null=True
                    ),
                ),
                (
                    "melted_by",
                    models.CharField(
                        blank=True, choices=[("filled", "Filled"), ("rebooked", "Rebooked")], max_length=10
                    ),
                ),
                ("steps", models.JSONField(blank=True, default=list, help_text="How it was worked out, step by step.")),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="practice.feepolicy"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("to_decide", "Fee to decide"),
                            ("pending", "Fee pending"),
                            ("due", "Fee due"),
                            ("disputed", "Objected to"),
                            ("waived", "Waived"),
                            ("paid", "Paid"),
                            ("void", "Void"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "decided_by",
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
                    "decided_by_user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("why", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "void"), _negated=True),
                        fields=("appointment",),
                        name="fee_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0), ("assessed__gt", 0)), name="fee_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__lte", models.F("assessed"))), name="fee_at_most_assessed"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("agreed__gte", models.F("amount"))), name="fee_at_most_agreed"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("in_force__gte", models.F("amount"))), name="fee_at_most_in_force"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cap__gte", models.F("amount"))), name="fee_at_most_cap"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("payer_limit__isnull", True), ("payer_limit__gte", models.F("assessed")), _connector="OR"
                        ),
                        name="fee_at_most_payer_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "pending"), _negated=True),
                            ("pending_until__isnull", False),
                            _connector="OR",
                        ),
                        name="fee_pending_until_set",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("melted_by", ""), models.Q(("amount", 0), ("status", "void")), _connector="OR"
                        ),
                        name="fee_melted_is_void_and_nothing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["to_decide", "pending", "due", "disputed", "waived", "paid", "void"])
                        ),
                        name="fee_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by", "")),
                            models.Q(("decided_at__isnull", False), models.Q(("decided_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="fee_decided_at_goes_with_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoryEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="history",
                        to="appointments.appointment",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
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
                (
                    "actor",
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
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "facts",
                    models.JSONField(blank=True, default=dict, help_text="Amounts and instants as they were then."),
                ),
                ("messages", models.ManyToManyField(blank=True, related_name="+", to="notifications.outboxmessage")),
            ],
            options={
                "verbose_name_plural": "history entries",
                "ordering": ["at", "id"],
                "indexes": [models.Index(fields=["appointment", "at"], name="history_of_appointment")],
            },
        ),
        migrations.CreateModel(
            name="LateRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late_requests",
                        to="appointments.appointment",
                    ),
                ),
                ("asked_at", models.DateTimeField(help_text="When the client told: notice counts from here.")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.cancellationreason",
                    ),
                ),
                ("note", models.TextField(blank=True, help_text="From the client to the provider.", max_length=1000)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "Approved"), ("declined", "Declined"), ("moot", "No longer needed")],
                        help_text="Empty: still open.",
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "words",
                    models.TextField(
                        blank=True, help_text="With which it was declined; mailed to the client.", max_length=1000
                    ),
                ),
                (
                    "cancellation",
                    models.ForeignKey(
                        blank=True,
                        help_text="The one that approved it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late_requests",
                        to="appointments.cancellation",
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")), fields=("appointment",), name="late_request_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True)),
                            models.Q(("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="late_request_answer_goes_with_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cancellation__isnull", True), ("answer", "approved"), _connector="OR"),
                        name="late_request_approved_by_canceling",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RescheduleRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reschedule_requests",
                        to="appointments.appointment",
                    ),
                ),
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
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("note_to_client", models.TextField(blank=True, max_length=1000)),
                (
                    "reason",
                    models.ForeignKey(
                        help_text="Why the old time goes, if it is let go.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appointments.cancellationreason",
                    ),
                ),
                (
                    "let_go_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="The old time is canceled then, if nothing was picked. Empty: it stays booked.",
                        null=True,
                    ),
                ),
                ("block", models.BooleanField(default=False, help_text="The freed time becomes time off.")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("moved", "Moved"),
                            ("let_go", "Let go"),
                            ("canceled", "Canceled"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        help_text="Empty: still open.",
                        max_length=10,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")), fields=("appointment",), name="reschedule_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("outcome", "")),
                            models.Q(("closed_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="reschedule_outcome_goes_with_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("let_go_at__isnull", True), ("let_go_at__gt", models.F("asked_at")), _connector="OR"
                        ),
                        name="reschedule_lets_go_after_asking",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="settlements", to="appointments.fee"
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, help_text="All of the fee: no part payments.", max_digits=8),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("cash", "Cash"),
                            ("check", "Check"),
                            ("card", "Card, at the practice"),
                            ("transfer", "Bank transfer"),
                            ("other", "Another way"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("paid_on", models.DateField(help_text="A day of the provider’s calendar.")),
                ("settled_at", models.DateTimeField()),
                (
                    "settled_by",
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
                    "settled_by_user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "taken_back_by",
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
                    "taken_back_by_user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("taken_back_why", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)), fields=("fee",), name="settlement_one_live"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="settlement_of_something"),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["cash", "check", "card", "transfer", "other"])),
                        name="settlement_method_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_back_at__isnull", True), ("taken_back_by", ""), ("taken_back_why", "")),
                            models.Q(
                                ("taken_back_at__isnull", False),
                                models.Q(("taken_back_by", ""), _negated=True),
                                models.Q(("taken_back_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="settlement_taken_back_by_whom_and_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BillingEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, help_text="The webhook-id, whatever the try.", unique=True
                    ),
                ),
                (
                    "fee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="billing_events",
                        to="appointments.fee",
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("data", models.JSONField(help_text="Ids, amounts and instants as they were then; no names.")),
                (
                    "delivery",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("kept", "Kept: no billing system was connected"),
                        ],
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField(help_text="The next try.")),
                (
                    "leased_until",
                    models.DateTimeField(blank=True, help_text="Until then one worker holds it.", null=True),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "error",
                    models.CharField(
                        blank=True,
                        help_text="The answer, or the error’s class.",
                        max_length=100,
                        verbose_name="last error",
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": ["view"],
                "indexes": [
                    models.Index(condition=models.Q(("delivery", "queued")), fields=["id"], name="billing_event_queued")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("delivery__in", ["queued", "sent", "failed", "kept"])),
                        name="billing_event_delivery_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("leased_until", None), ("delivery", "queued"), _connector="OR"),
                        name="billing_event_only_queued_is_leased",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivery", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="billing_event_sent_has_its_instant",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fee",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="objection", to="appointments.fee"
                    ),
                ),
                ("objected_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
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
                    "answered_by_user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="objection_to_an_amount"),
                    models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="objection_says_why"),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer", ""),
                            models.Q(("answer", "upheld"), ("answered_amount", models.F("amount"))),
                            models.Q(
                                ("answer", "reduced"),
                                ("answered_amount__gt", 0),
                                ("answered_amount__lt", models.F("amount")),
                            ),
                            models.Q(("answer", "waived"), ("answered_amount", 0)),
                            _connector="OR",
                        ),
                        name="objection_answer_goes_with_amount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AbsenceReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absence_report",
                        to="appointments.appointment",
                    ),
                ),
                ("reported_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("words", models.TextField(blank=True, help_text="From the client.", max_length=1000)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "The provider did not come"),
                            ("met", "They met"),
                            ("client_absent", "The client did not come"),
                        ],
                        help_text="Empty: none yet.",
                        max_length=20,
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
                    "answered_by_user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("answer_words", models.TextField(blank=True, help_text="To the client.", max_length=1000)),
            ],
            options={
                "ordering": ["reported_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""), ("answer_words", ""), ("answered_at__isnull", True), ("answered_by", "")
                            ),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("answered_by", ""), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="absence_answer_goes_with_by_and_at",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GivenPass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "care",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="given_passes",
                        to="clients.carerelationship",
                    ),
                ),
                (
                    "cancellation",
                    models.OneToOneField(
                        blank=True,
                        help_text="The provider’s own. Empty: they did not come.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="given_pass",
                        to="appointments.cancellation",
                    ),
                ),
                (
                    "report",
                    models.OneToOneField(
                        blank=True,
                        help_text="By which the client said that the provider did not come. Empty: they canceled late.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="given_pass",
                        to="appointments.absencereport",
                    ),
                ),
                ("given_at", models.DateTimeField()),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True, help_text="When that cancellation was taken back, the pass not used yet.", null=True
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "given passes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancellation__isnull", False), ("report__isnull", True)),
                            models.Q(("cancellation__isnull", True), ("report__isnull", False)),
                            _connector="OR",
                        ),
                        name="given_pass_for_one_thing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PassUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "care",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pass_uses",
                        to="clients.carerelationship",
                    ),
                ),
                (
                    "cancellation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pass_use",
                        to="appointments.cancellation",
                    ),
                ),
                (
                    "given",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the policy’s own.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="appointments.givenpass",
                    ),
                ),
                ("used_at", models.DateTimeField()),
                ("returned_at", models.DateTimeField(blank=True, help_text="When it was undone or waived.", null=True)),
                (
                    "returned_actor",
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
                    "returned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("returned_at__isnull", True)),
                        fields=("given",),
                        name="given_pass_used_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("returned_actor", ""), ("returned_at__isnull", True)),
                            models.Q(("returned_at__isnull", False), models.Q(("returned_actor", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="pass_returned_at_goes_with_actor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_at__isnull", True), ("returned_at__gte", models.F("used_at")), _connector="OR"
                        ),
                        name="pass_returned_after_use",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaiverRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiver_requests",
                        to="appointments.fee",
                    ),
                ),
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
                    "asked_by_user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                    "closing_words",
                    models.CharField(blank=True, help_text="Why it was approved or declined.", max_length=200),
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
