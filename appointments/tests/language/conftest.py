"""A language made up for tests, and a client who speaks it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.test import Client as Browser
from django.utils import translation
from pytest_django import Settings

from appointments.models import CancellationReason
from appointments.tests.language.reader import Reader
from clients.models import Client
from practice import words
from practice.models import Practice, Provider


@pytest.fixture
def marked(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Spanish is English in brackets, for the time of a test."""
    catalog = Catalog(locale="es")
    for message in words.messages(words.read("es")):
        texts = [message.id] if isinstance(message.id, str) else list(message.id)
        bracketed = [f"⟦{text}⟧" for text in texts]
        catalog.add(message.id, bracketed[0] if len(bracketed) == 1 else tuple(bracketed), context=message.context)
    made = tmp_path / "es" / "LC_MESSAGES" / "django.mo"
    made.parent.mkdir(parents=True)
    with made.open("wb") as file:
        write_mo(file, catalog)
    settings.LOCALE_PATHS = [tmp_path]
    yield
    translation.activate("en")


@pytest.fixture
def rosa(jordan: Client, maya: Provider, practice: Practice) -> Client:
    """Speaks that language. What the practice itself words for her says so too."""
    jordan.first_name, jordan.last_name, jordan.language = "Rosa", "Díaz", "es"
    jordan.save()
    CancellationReason.objects.update(client_words_es="⟦{provider}⟧")
    maya.joining = "⟦⟧"
    maya.save()
    return jordan


@pytest.fixture
def reader(practice: Practice, maya: Provider, rosa: Client) -> Reader:
    names = {
        rosa.first_name, rosa.last_name, maya.display_name, maya.first_name, maya.credentials,
        practice.name, "New York",
        # Django says these itself.
        "Este campo es obligatorio.", "¿Ha olvidado su contraseña?",
        "La contraseña es demasiado corta. Debe contener por lo menos 10 caracteres.",
        "Esta contraseña es demasiado común.", "Escoja una opción válida. Esa opción no está entre las disponibles.",
    }  # fmt: skip
    return Reader(names)


@pytest.fixture
def stranger(now: datetime) -> Browser:
    """Nobody who is known, whose browser asks for that language."""
    return Browser(headers={"accept-language": "es-US,es;q=0.9,en;q=0.5"}, raise_request_exception=False)
