from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ("clients", "0002_messages_and_discretion"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=Q(read_at__isnull=True), fields=["care"], name="message_unread"),
        ),
    ]
