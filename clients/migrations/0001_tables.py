import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clients.models
import practice.models.provider
import practice.names


class Migration(migrations.Migration):
    replaces = [
        ("clients", "0001_initial"),
        ("clients", "0002_messages_and_discretion"),
        ("clients", "0003_index_unread_messages"),
    ]

    initial = True

    dependencies = [
        ("practice", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    # Nothing depends on appointments: by this, Django refuses a database with only some of theirs too (see there).
    run_before = [("appointments", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Payer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                (
                    "rule",
                    models.CharField(
                        choices=[("allowed", "Allowed"), ("capped", "Capped at an amount"), ("forbidden", "Forbidden")],
                        default="allowed",
                        max_length=10,
                        verbose_name="fees for missed visits",
                    ),
                ),
                ("cap", models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True)),
                (
                    "why",
                    models.CharField(
                        blank=True, help_text="One line that a client or provider may read.", max_length=200
                    ),
                ),
                ("source", models.CharField(blank=True, help_text="Where the rule is written.", max_length=200)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cap__gt", 0), ("cap__isnull", False), ("rule", "capped")),
                            models.Q(models.Q(("rule", "capped"), _negated=True), ("cap__isnull", True)),
                            _connector="OR",
                        ),
                        name="payer_cap_goes_with_capped",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Client",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "first_name",
                    models.CharField(
                        max_length=60, validators=[practice.names.one_line], verbose_name="legal first name"
                    ),
                ),
                (
                    "last_name",
                    models.CharField(
                        max_length=60, validators=[practice.names.one_line], verbose_name="legal last name"
                    ),
                ),
                (
                    "preferred_name",
                    models.CharField(
                        blank=True,
                        help_text="Used everywhere in place of the legal one.",
                        max_length=60,
                        validators=[practice.names.one_line],
                        verbose_name="preferred first name",
                    ),
                ),
                ("search_name", models.CharField(db_index=True, editable=False, max_length=200)),
                (
                    "email",
                    models.EmailField(
                        help_text="Where mail about appointments goes.", max_length=254, verbose_name="e-mail"
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=30)),
                (
                    "time_zone",
                    models.CharField(
                        default="America/New_York", max_length=50, validators=[practice.models.provider.check_zone]
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("es", "Spanish")], default="en", max_length=2),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: self-pay.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clients",
                        to="clients.payer",
                    ),
                ),
                (
                    "phone_use",
                    models.CharField(
                        choices=[
                            ("call", "Call, and leave a message"),
                            ("no_message", "Call, but leave no message"),
                            ("never", "Do not call"),
                        ],
                        default="call",
                        help_text="What the practice may do with the phone number; no reason is asked.",
                        max_length=10,
                        verbose_name="calls",
                    ),
                ),
                (
                    "discreet",
                    models.BooleanField(
                        default=False,
                        help_text="Mail comes from the practice’s neutral name, with a neutral subject.",
                        verbose_name="discreet mail",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="client",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["search_name"],
            },
        ),
        migrations.CreateModel(
            name="CareRelationship",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_relationships",
                        to="practice.provider",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_relationships",
                        to="clients.client",
                    ),
                ),
                (
                    "booking_token",
                    models.CharField(default=clients.models.new_token, editable=False, max_length=64, unique=True),
                ),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, help_text="Empty: care goes on.", null=True, verbose_name="ended"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "client"), name="care_relationship_once_a_pair")
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "care",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="clients.carerelationship",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("from_client", models.BooleanField(help_text="Otherwise from the provider.")),
                ("text", models.TextField(max_length=4000)),
                ("sent_at", models.DateTimeField()),
                (
                    "read_at",
                    models.DateTimeField(
                        blank=True, help_text="When the other one answered it or marked it.", null=True
                    ),
                ),
            ],
            options={
                "ordering": ["sent_at", "id"],
                "indexes": [
                    models.Index(fields=["care", "sent_at"], name="message_of_care"),
                    models.Index(condition=models.Q(("read_at__isnull", True)), fields=["care"], name="message_unread"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("read_at__isnull", True), ("read_at__gte", models.F("sent_at")), _connector="OR"
                        ),
                        name="message_read_after_sent",
                    )
                ],
            },
        ),
    ]
