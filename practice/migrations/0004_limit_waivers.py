from decimal import Decimal

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practice", "0003_fairer_policies"),
    ]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="waiver_limit",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Letting go of more of a fee than this takes two people: the office approves it. Empty: no limit.",
                max_digits=8,
                null=True,
                validators=[django.core.validators.MinValueValidator(Decimal(0))],
            ),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(("waiver_limit__isnull", True), ("waiver_limit__gte", 0), _connector="OR"),
                name="practice_waiver_limit_not_negative",
            ),
        ),
    ]
