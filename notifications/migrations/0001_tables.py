from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("notifications", "0001_outbox"), ("notifications", "0002_outbox_by_name")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "about",
                    models.CharField(help_text="Whom or what it is about, in the caller's own words.", max_length=100),
                ),
                ("key", models.CharField(help_text="Queueing one message twice is impossible.", max_length=200)),
                ("kind", models.CharField(max_length=100)),
                (
                    "urgent",
                    models.BooleanField(
                        default=False, help_text="Claimed first; its body is blanked once it has gone."
                    ),
                ),
                ("sender_name", models.CharField(blank=True, max_length=200)),
                ("recipient", models.EmailField(max_length=254)),
                ("subject", models.CharField(max_length=500)),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("calendar", models.TextField(blank=True)),
                ("calendar_method", models.CharField(blank=True, max_length=20)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sent", "Sent"),
                            ("delivered", "Delivered"),
                            ("bounced", "Bounced"),
                            ("complained", "Marked as spam"),
                            ("failed", "Failed"),
                            ("dropped", "Not sent"),
                        ],
                        default="queued",
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
                        blank=True, help_text="The exception's class.", max_length=100, verbose_name="last error"
                    ),
                ),
                ("message_id", models.CharField(max_length=255, verbose_name="Message-ID")),
                ("provider_id", models.CharField(blank=True, max_length=255, verbose_name="mail provider's id")),
                ("queued_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("bounced_at", models.DateTimeField(blank=True, null=True)),
                ("complained_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "mail",
                "verbose_name_plural": "outbox",
                "ordering": ["id"],
                "default_permissions": ["view"],
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("urgent"), descending=True),
                        models.F("id"),
                        condition=models.Q(("due_at__isnull", False), ("status", "queued")),
                        name="outbox_due",
                    ),
                    models.Index(
                        condition=models.Q(("status", "queued")), fields=["recipient", "id"], name="outbox_in_order"
                    ),
                    models.Index(
                        condition=models.Q(("provider_id__gt", "")), fields=["provider_id"], name="outbox_provider_id"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="outbox_key_is_unique"),
                    models.UniqueConstraint(fields=("message_id",), name="outbox_message_id_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["queued", "sent", "delivered", "bounced", "complained", "failed", "dropped"],
                            )
                        ),
                        name="outbox_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "queued"), ("queued_at__isnull", False)),
                            models.Q(("status", "sent"), ("sent_at__isnull", False)),
                            models.Q(("status", "delivered"), ("delivered_at__isnull", False)),
                            models.Q(("status", "bounced"), ("bounced_at__isnull", False)),
                            models.Q(("status", "complained"), ("complained_at__isnull", False)),
                            models.Q(("status", "failed"), ("failed_at__isnull", False)),
                            models.Q(("status", "dropped"), ("dropped_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="outbox_state_has_its_instant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("leased_until", None), ("status", "queued"), _connector="OR"),
                        name="outbox_only_queued_is_leased",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("calendar", ""), ("calendar_method", "")),
                            models.Q(
                                models.Q(("calendar", ""), _negated=True),
                                models.Q(("calendar_method", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="outbox_calendar_has_its_method",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "queued"), _negated=True),
                            models.Q(("text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="outbox_queued_has_a_text",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("urgent", False),
                            ("status", "queued"),
                            models.Q(("calendar", ""), ("html", ""), ("text", "")),
                            _connector="OR",
                        ),
                        name="outbox_urgent_leaves_no_body",
                    ),
                ],
            },
        ),
    ]
