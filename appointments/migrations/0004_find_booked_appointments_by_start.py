from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0003_reasons_in_spanish")]

    operations = [
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("status", "booked")), fields=["start"], name="appointment_booked_start"
            ),
        ),
    ]
