from collections.abc import Iterator

import pytest
from pytest_django import Settings

from notifications.tests import sink as smtp


@pytest.fixture
def sink(settings: Settings) -> Iterator[smtp.Sink]:
    """A mail server that this process sends to."""
    with smtp.running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        settings.DEFAULT_FROM_EMAIL = "appointments@alder.example"
        yield server
