"""The Celery application: worker and beat start from here."""

import logging
import os
import warnings
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, setup_logging
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
TRANSPORT_ALIASES["filesystem"] = "practice.broker:Transport"
# A folder has no host name; Kombu says so on each connection.
warnings.filterwarnings("ignore", message="No hostname was supplied")
logging.getLogger("kombu.connection").addFilter(lambda record: "No hostname was supplied" not in record.getMessage())

app = Celery("practice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_django_logging(**kwargs: Any) -> None:
    """Leave logging to Django's settings, whose filter keeps tokens out of every line."""


@celeryd_init.connect
def stop_if_unfit(**kwargs: Any) -> None:
    """Refuse to start a worker whose settings are not fit for a real practice."""
    from practice.checks import stop_if_unfit

    stop_if_unfit()
