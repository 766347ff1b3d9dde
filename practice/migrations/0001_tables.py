from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import practice.models.provider
import practice.names


class Migration(migrations.Migration):
    replaces = [
        ("practice", "0001_initial"),
        ("practice", "0002_crisis_line_reminders_and_neutral_mail"),
        ("practice", "0003_fairer_policies"),
        ("practice", "0004_limit_waivers"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        error_messages={"unique": "This e-mail already has an account."},
                        max_length=254,
                        unique=True,
                        verbose_name="e-mail",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True, help_text="Clear it to end this person's access.", verbose_name="active"
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(default=False, help_text="May use this admin.", verbose_name="office"),
                ),
                (
                    "calendar_token",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="Opens this person’s private calendar feed, and nothing else. Empty: there is none.",
                        max_length=64,
                        null=True,
                        unique=True,
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.text.Lower("email"), name="user_email_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Practice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, validators=[practice.names.one_line])),
                (
                    "contact_email",
                    models.EmailField(
                        help_text="Where clients write, and the organizer of every calendar invitation.",
                        max_length=254,
                        verbose_name="contact e-mail",
                    ),
                ),
                ("phone", models.CharField(max_length=30)),
                (
                    "currency",
                    models.CharField(
                        choices=[("USD", "US dollar"), ("CAD", "Canadian dollar"), ("AUD", "Australian dollar")],
                        default="USD",
                        max_length=3,
                    ),
                ),
                (
                    "fee_cap",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("200.00"),
                        help_text="No late-cancellation or no-show fee is ever more than this.",
                        max_digits=8,
                        validators=[django.core.validators.MinValueValidator(Decimal(0))],
                    ),
                ),
                (
                    "gives_passes",
                    models.BooleanField(
                        default=True,
                        help_text="When a provider cancels inside their own notice, the client’s next late cancellation is free.",
                        verbose_name="a pass for the client",
                    ),
                ),
                (
                    "waiver_limit",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Letting go of more of a fee than this takes two people: the office approves it. Empty: no limit.",
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal(0))],
                    ),
                ),
                (
                    "default_notice_hours",
                    models.PositiveSmallIntegerField(
                        default=24,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(168),
                        ],
                    ),
                ),
                (
                    "default_late_fee",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("75.00"),
                        max_digits=8,
                        validators=[django.core.validators.MinValueValidator(Decimal(0))],
                    ),
                ),
                (
                    "default_no_show_fee",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("75.00"),
                        max_digits=8,
                        validators=[django.core.validators.MinValueValidator(Decimal(0))],
                    ),
                ),
                (
                    "default_grace_minutes",
                    models.PositiveSmallIntegerField(
                        default=15,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                (
                    "never_mailed_words",
                    models.TextField(
                        blank=True,
                        help_text="One a line, beside the built-in list: clinical words that mail and calendar must not carry.",
                        verbose_name="words never mailed",
                    ),
                ),
                (
                    "crisis_name",
                    models.CharField(
                        blank=True,
                        default="988 Suicide & Crisis Lifeline",
                        help_text="The practice’s country’s own: it stands at the top of the client’s side. Empty: none is shown.",
                        max_length=80,
                        validators=[practice.names.one_line],
                        verbose_name="crisis line",
                    ),
                ),
                (
                    "crisis_phone",
                    models.CharField(
                        blank=True,
                        default="988",
                        help_text="As it is dialed, day and night.",
                        max_length=30,
                        verbose_name="crisis line’s phone",
                    ),
                ),
                (
                    "neutral_name",
                    models.CharField(
                        default="Scheduling desk",
                        help_text="Mail to clients who asked for discretion comes from this name.",
                        max_length=60,
                        validators=[practice.names.one_line],
                        verbose_name="neutral sender",
                    ),
                ),
                (
                    "neutral_subject",
                    models.CharField(
                        default="About your schedule",
                        help_text="Of every mail to clients who asked for discretion.",
                        max_length=100,
                        validators=[practice.names.one_line],
                    ),
                ),
                (
                    "deadline_reminder_hours",
                    models.PositiveSmallIntegerField(
                        default=24,
                        help_text="So long before the last moment to cancel free of charge. 0: none.",
                        validators=[django.core.validators.MaxValueValidator(168)],
                        verbose_name="reminder before the deadline, in hours",
                    ),
                ),
                (
                    "session_reminder_hours",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="So long before the session starts. 0: none.",
                        validators=[django.core.validators.MaxValueValidator(168)],
                        verbose_name="reminder before the session, in hours",
                    ),
                ),
                ("demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "practice",
                "verbose_name_plural": "practice",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="practice_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(("fee_cap__gte", 0)), name="practice_fee_cap_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("waiver_limit__isnull", True), ("waiver_limit__gte", 0), _connector="OR"),
                        name="practice_waiver_limit_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provider",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        default=1,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="providers",
                        to="practice.practice",
                    ),
                ),
                (
                    "display_name",
                    models.CharField(
                        help_text="As clients know this person, without credentials: mail shows this name alone.",
                        max_length=80,
                        validators=[practice.names.one_line],
                    ),
                ),
                (
                    "credentials",
                    models.CharField(blank=True, help_text="Shown on pages, never in mail.", max_length=40),
                ),
                ("phone", models.CharField(max_length=30)),
                (
                    "time_zone",
                    models.CharField(
                        default="America/New_York", max_length=50, validators=[practice.models.provider.check_zone]
                    ),
                ),
                (
                    "session_minutes",
                    models.PositiveSmallIntegerField(
                        default=50,
                        validators=[
                            django.core.validators.MinValueValidator(10),
                            django.core.validators.MaxValueValidator(240),
                        ],
                        verbose_name="session length",
                    ),
                ),
                (
                    "start_increment",
                    models.PositiveSmallIntegerField(
                        choices=[(15, "Every 15 minutes"), (30, "Every half hour"), (60, "Every hour")],
                        default=30,
                        verbose_name="sessions may start",
                    ),
                ),
                (
                    "minimum_notice_hours",
                    models.PositiveSmallIntegerField(
                        default=12,
                        help_text="Hours before the start until which clients can still book.",
                        validators=[django.core.validators.MaxValueValidator(336)],
                        verbose_name="minimum booking notice",
                    ),
                ),
                (
                    "horizon_days",
                    models.PositiveSmallIntegerField(
                        default=60,
                        help_text="How many days ahead clients can book.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="booking horizon",
                    ),
                ),
                ("offers_video", models.BooleanField(default=True, verbose_name="video")),
                ("offers_in_person", models.BooleanField(default=False, verbose_name="in person")),
                (
                    "address",
                    models.CharField(blank=True, help_text="Where in-person sessions are held.", max_length=200),
                ),
                (
                    "joining",
                    models.CharField(
                        blank=True,
                        help_text="One line on joining a video session.",
                        max_length=200,
                        verbose_name="how to join",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("offers_video", True), ("offers_in_person", True), _connector="OR"),
                        name="provider_offers_a_format",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("session_minutes__gte", 10)), name="provider_session_10_min"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("start_increment__in", [15, 30, 60])), name="provider_start_increment_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FeePolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="fee_policies", to="practice.provider"
                    ),
                ),
                ("effective_at", models.DateTimeField(verbose_name="in force from")),
                (
                    "notice_hours",
                    models.PositiveSmallIntegerField(
                        default=24,
                        help_text="How far ahead a client may cancel free of charge: 1 to 168 hours.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(168),
                        ],
                    ),
                ),
                (
                    "notice_business_days",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Up to 5, in place of the hours: days without weekends and the practice’s holidays. 0: hours count.",
                        validators=[django.core.validators.MaxValueValidator(5)],
                        verbose_name="notice in business days",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(default="UTC", editable=False, help_text="Whose days are counted.", max_length=50),
                ),
                (
                    "holidays",
                    models.JSONField(
                        default=list,
                        editable=False,
                        help_text="The practice’s, as they were when this policy was made.",
                    ),
                ),
                (
                    "session_price",
                    models.DecimalField(
                        blank=True, decimal_places=2, help_text="What a share is of.", max_digits=8, null=True
                    ),
                ),
                ("late_fee", models.DecimalField(decimal_places=2, max_digits=8, verbose_name="late-cancellation fee")),
                (
                    "late_percent",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="In percent; the fee is then worked out. Empty: the amount itself.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="as a share of the session price",
                    ),
                ),
                (
                    "tiers",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Dearer nearer to the start, the nearest last: hours, fee and, where it is a share, percent.",
                    ),
                ),
                ("no_show_fee", models.DecimalField(decimal_places=2, max_digits=8, verbose_name="no-show fee")),
                (
                    "no_show_percent",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="no-show fee as a share of the session price",
                    ),
                ),
                (
                    "no_show_grace_minutes",
                    models.PositiveSmallIntegerField(
                        default=15,
                        help_text="How long after the start before a client counts as not having come: 5 to 60 minutes.",
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="grace minutes",
                    ),
                ),
                (
                    "free_passes",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="So many late cancellations are free. 0: none.",
                        validators=[django.core.validators.MaxValueValidator(20)],
                    ),
                ),
                (
                    "pass_days",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Goes with the free passes.",
                        validators=[django.core.validators.MaxValueValidator(730)],
                        verbose_name="in any so many days",
                    ),
                ),
                (
                    "first_session_percent",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="In percent of the fee: 100 is all of it, 50 half, 0 nothing.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="a first session owes",
                    ),
                ),
                (
                    "booking_grace_minutes",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Minutes in which a booking made inside the notice may be canceled free of charge. 0: none.",
                        validators=[django.core.validators.MaxValueValidator(1440)],
                        verbose_name="grace after booking",
                    ),
                ),
                (
                    "rebook_days",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Days from the canceled start. 0: that does not count.",
                        validators=[django.core.validators.MaxValueValidator(60)],
                        verbose_name="no fee if they book again and come within",
                    ),
                ),
                ("free_if_filled", models.BooleanField(default=False, verbose_name="no fee if the time is filled")),
                (
                    "words",
                    models.TextField(
                        blank=True,
                        help_text="Shown below the policy when a client books.",
                        max_length=500,
                        verbose_name="words to clients",
                    ),
                ),
                (
                    "set_by",
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
                "verbose_name_plural": "fee policies",
                "indexes": [models.Index(fields=["provider", "-effective_at", "-id"], name="fee_policy_in_force")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("notice_hours__gte", 1), ("notice_hours__lte", 168)),
                        name="fee_policy_notice_1_to_168_h",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("late_fee__gte", 0), ("no_show_fee__gte", 0)),
                        name="fee_policy_fees_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("no_show_grace_minutes__gte", 5), ("no_show_grace_minutes__lte", 60)),
                        name="fee_policy_grace_5_to_60_min",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("late_percent__isnull", True), ("no_show_percent__isnull", True)),
                            ("session_price__isnull", False),
                            _connector="OR",
                        ),
                        name="fee_policy_share_has_a_price",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("free_passes", 0), ("pass_days", 0)),
                            models.Q(("free_passes__gt", 0), ("pass_days__gt", 0)),
                            _connector="OR",
                        ),
                        name="fee_policy_passes_go_with_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_session_percent__lte", 100)),
                        name="fee_policy_first_session_at_most_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TimeOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="time_off", to="practice.provider"
                    ),
                ),
                ("begins", models.DateTimeField(verbose_name="from")),
                ("ends", models.DateTimeField(verbose_name="to")),
                ("label", models.CharField(blank=True, help_text="Only you see it.", max_length=80)),
            ],
            options={
                "verbose_name_plural": "time off",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("begins"))), name="time_off_ends_later"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WeeklyHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="weekly_hours", to="practice.provider"
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ]
                    ),
                ),
                ("begins", models.TimeField(verbose_name="from")),
                ("ends", models.TimeField(verbose_name="to")),
            ],
            options={
                "verbose_name": "weekly hours",
                "verbose_name_plural": "weekly hours",
                "ordering": ["weekday", "begins"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("begins"))), name="weekly_hours_end_later"
                    ),
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="weekly_hours_weekday_known"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("name", models.CharField(max_length=60)),
            ],
            options={
                "ordering": ["day"],
            },
        ),
    ]
