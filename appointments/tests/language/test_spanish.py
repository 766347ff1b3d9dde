"""A client who chose Spanish is spoken to in Spanish, whoever causes it; whoever cares for them reads English."""

from datetime import datetime, timedelta
from textwrap import dedent

import pytest
from django.test import Client as Browser

from appointments.tests.factories import NOW, booked, late, on_time
from appointments.tests.test_cancelling import CHARGED, submit
from appointments.tests.test_client_cancelling import form_of, said
from appointments.tests.test_client_home import own, page
from appointments.tests.test_preview import preview
from clients.models import CareRelationship, Client
from notifications.models import OutboxMessage
from practice.models import Provider, User
from practice.tests.reading import text
from practice.tests.signing_in import just_signed_in

pytestmark = pytest.mark.only_sqlite

IN_SPANISH = {"accept-language": "es-US,es;q=0.9"}


@pytest.fixture
def luz(jordan: Client) -> Client:
    jordan.first_name, jordan.last_name, jordan.language = "Luz", "Ortega", "es"
    jordan.save()
    return jordan


@pytest.fixture
def as_luz(luz: Client, now: datetime) -> Browser:
    assert luz.user is not None
    return just_signed_in(luz.user)


def mails() -> tuple[OutboxMessage, OutboxMessage]:
    """The client's and the provider's."""
    to_client, to_provider = OutboxMessage.objects.order_by("id")
    return to_client, to_provider


def test_home(as_luz: Browser, maya: Provider, luz: Client, care: CareRelationship) -> None:
    on_time(maya, luz)
    read = page(as_luz, "/home/")
    assert "Hola, Luz." in read
    assert "Su próxima cita" in read
    assert "Puede cancelar sin cargo hasta mar, 3 de mar, 12:44 p.m. EST" in read
    assert "Cancelar la cita" in read
    assert '<html lang="es"' in as_luz.get("/home/").content.decode()


def test_a_browsers_wish_is_not_asked_where_the_client_has_chosen(
    as_luz: Browser, as_jordan: Browser, maya: Provider, luz: Client
) -> None:
    appointment = on_time(maya, luz)
    for url in ("/home/", own(appointment), f"/m/{appointment.manage_token}/", "/help/how-to-cancel/", "/nowhere/"):
        assert '<html lang="es"' in as_luz.get(url, headers={"accept-language": "en"}).content.decode(), url
    as_luz.post("/language/", {"language": "en", "next": "/home/"})
    assert "Hola, Luz." in page(as_luz, "/home/")
    luz.language = "en"
    luz.save()
    assert "Hello, Luz." in page(as_luz, "/home/")
    for url in ("/home/", own(appointment), f"/m/{appointment.manage_token}/", "/help/how-to-cancel/", "/nowhere/"):
        assert '<html lang="en"' in as_luz.get(url, headers=IN_SPANISH).content.decode(), url


def test_a_late_cancellations_mail_is_the_one_previewed_whole(
    as_maya: Browser, maya: Provider, luz: Client, care: CareRelationship
) -> None:
    luz.time_zone = "America/Los_Angeles"
    luz.save()
    booked(maya, luz, start=NOW + timedelta(days=8, hours=3))
    appointment = late(maya, luz)
    lower = CHARGED | {"fee": "reduce", "reduced_to": "40", "why": "First time late"}
    html = preview(as_maya, appointment, **lower)
    words = preview(as_maya, appointment, show="text", **lower)
    assert submit(as_maya, appointment, **lower).status_code == 302
    mail, _ = mails()
    assert (html, words) == (mail.html.encode(), mail.text.encode())
    assert '<html lang="es"' in mail.html
    assert mail.subject == "Su cita del mié, 4 de mar se canceló"
    assert mail.text == dedent(f"""\
        Su cita se canceló

        Hola, Luz:

        Como usted pidió, Maya Chen canceló esta cita.

        Cancelada:
        miércoles, 4 de marzo
        5:59–6:49 a.m. PST

        Qué sigue ahora
        1. Este correo la quita de su calendario. No tiene que hacer nada más.
        2. El cargo por cancelación tardía es de $40.00, reducido de $75.00. Se canceló 22 h 15 min antes del inicio, y usted aceptó el 12 de ene de 2026 un cargo de $75.00 con menos de 24 horas de anticipación. ¿Le parece un error? Escriba a Maya en maya.chen@example.com.
           - Se canceló: 22 h 15 min antes del inicio; sin cargo hasta mar, 3 de mar, 5:59 a.m. PST, con 24 horas de anticipación.
           - Usted aceptó el 12 de ene de 2026: $75.00 con menos de 24 horas.
           - La política de ese día: $75.00 con menos de 24 horas, así que sigue en $75.00.
           - El límite del consultorio: $200.00, así que sigue en $75.00.
           - Decisión: reducido a $40.00.
        3. Su próxima cita con Maya, mié, 11 de mar, 11:44 a.m. PDT, sigue igual.

        Reservar otra hora:
        http://127.0.0.1:8000/b/{care.booking_token}/
        Este enlace es solo suyo.

        Ver la cita:
        http://127.0.0.1:8000/m/{appointment.manage_token}/

        ¿Preguntas? Llame al (212) 555-0186 o escriba a Maya: maya.chen@example.com
        Las respuestas a este correo no se leen.
        """)  # noqa: E501


def test_what_the_client_does_in_spanish_is_told_to_the_provider_in_english(
    as_luz: Browser, maya: Provider, luz: Client, care: CareRelationship
) -> None:
    appointment = on_time(maya, luz)
    assert as_luz.post(form_of(appointment), said("not-well"), headers=IN_SPANISH).status_code == 302
    to_client, to_provider = mails()
    assert to_client.subject == "Su cita del mié, 4 de mar se canceló"
    assert "SUMMARY:Cita con Maya Chen" in to_client.calendar
    assert to_provider.subject == "Canceled: Luz O., Wed, Mar 4, 12:44 PM EST"
    assert to_provider.text == dedent(f"""\
        Appointment canceled

        Your appointment with Luz O. is canceled, and the time is free again.

        Canceled:
        Wednesday, March 4
        12:44–1:34 PM EST

        Canceled by: Luz
        Notice: 26 h, on time
        Late fee: None
        Booking link: Sent to the client

        See the appointment:
        http://127.0.0.1:8000/appointments/{appointment.uid}/

        Change appointments here, not in your calendar: we would not see it, and the insurance claim could carry the wrong date.

        Sent to you as the provider of this appointment. Replies to this mail are not read.
        """)  # noqa: E501
    assert "SUMMARY:Appointment with Maya Chen" in to_provider.calendar


@pytest.mark.parametrize(
    "url", ["/dashboard/", "/appointments/", "/clients/", "/messages/", "/settings/", "/accounts/security/"]
)
def test_the_providers_portal_speaks_english(as_maya: Browser, maya: Provider, luz: Client, url: str) -> None:
    late(maya, luz)
    speaks_english(as_maya, url)


@pytest.mark.parametrize("url", ["/admin/", "/admin/clients/client/", "/admin/appointments/appointment/"])
def test_the_office_speaks_english(as_office: Browser, maya: Provider, luz: Client, url: str) -> None:
    late(maya, luz)
    speaks_english(as_office, url)


def speaks_english(browser: Browser, url: str) -> None:
    """The same as for a browser that asks for it."""
    browser.post("/language/", {"language": "es"})
    in_english, in_spanish = browser.get(url, headers={"accept-language": "en"}), browser.get(url, headers=IN_SPANISH)
    assert (in_english.status_code, in_spanish.status_code) == (200, 200)
    assert text(in_spanish) == text(in_english)
    assert '<html lang="en' in in_spanish.content.decode()


def test_a_stranger_chooses_and_is_asked_no_more(maya: Provider, now: datetime) -> None:
    browser = Browser()
    login = browser.get("/accounts/login/").content.decode()
    assert '<button class="text-button" name="language" value="es" lang="es">Español</button>' in login
    back = browser.post("/language/", {"language": "es", "next": "/accounts/login/?next=/home/"})
    assert (back.status_code, back["Location"]) == (302, "/accounts/login/?next=/home/")
    assert "Entrar" in text(browser.get("/accounts/login/"))
    assert "Cómo cancelar una cita" in text(browser.get("/help/how-to-cancel/"))
    assert "Este enlace ya no sirve" in text(browser.get("/b/nothing-behind-it/"))
    assert 'lang="en">English</button>' in browser.get("/accounts/login/").content.decode()
    browser.post("/language/", {"language": "en"})
    assert "Sign in" in text(browser.get("/accounts/login/", headers=IN_SPANISH))
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert browser.post("/language/", {"language": "es", "next": elsewhere})["Location"] == "/"


def test_a_sign_in_code_is_mailed_in_the_clients_language_whatever_page_asked(
    luz: Client, maya: Provider, now: datetime
) -> None:
    Browser().post("/accounts/login/code/", {"login": luz.email}, headers={"accept-language": "en"})
    Browser().post("/accounts/login/code/", {"login": maya.user.email}, headers=IN_SPANISH)
    theirs, hers = OutboxMessage.objects.order_by("id")
    assert theirs.subject == "Su código para entrar"
    assert hers.subject == "Your sign-in code"
    assert "¿No lo pidió usted? Sin el código no pasa nada: no se lo dé a nadie." in theirs.text
    assert User.objects.count() > 1
