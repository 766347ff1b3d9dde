"""The web process's entry point."""

import logging
import os

import django
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
django.setup()

from practice.checks import stop_if_unfit  # noqa: E402  Django is ready only now
from practice.logs import NoTokens  # noqa: E402

stop_if_unfit()
logging.getLogger("gunicorn.error").addFilter(NoTokens())  # its own handlers are not Django's
application = get_wsgi_application()
