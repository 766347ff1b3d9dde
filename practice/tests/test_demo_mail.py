"""The demo's mail page: what it shows, and what it can't be talked into."""

import os
from pathlib import Path

import pytest
from django.test import Client as Browser
from django.urls import Resolver404, resolve
from pytest_django import Settings

from notifications.delivery import EmlFiles, build
from notifications.models import OutboxMessage
from practice.models import Practice
from practice.tests import demo_urls

HTML = '<html><head><title>x</title></head><body><p style="color: red">Canceled</p></body></html>'
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"

# Imported here, so that the real addresses are read before a test turns the demo on.
pytestmark = pytest.mark.urls(demo_urls.__name__)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings, practice: Practice) -> Path:
    settings.DEMO = True
    settings.DEMO_MAIL_FOLDER = tmp_path / "mail"
    settings.DEFAULT_FROM_EMAIL = "appointments@alderstreet.example"
    return tmp_path / "mail"


def sent(
    subject: str = "Your appointment is canceled", *, key: str = "cancellation:1:client", calendar: str = ""
) -> str:
    """Writes one mail as the worker does; its file's name."""
    message = OutboxMessage(
        key=key, recipient="jordan.lee@example.com", subject=subject, text="Canceled: http://127.0.0.1/b/abc/\n",
        html=HTML, message_id=f"<{key}@example.com>", calendar=calendar, calendar_method="CANCEL" if calendar else "",
        sender_name="Alder Street",
    )  # fmt: skip
    before = set(files())
    EmlFiles().send_messages([build(message, by_api=False)])
    (name,) = set(files()) - before
    return name


def files() -> list[str]:
    from django.conf import settings

    return [file.name for file in Path(settings.DEMO_MAIL_FOLDER).glob("*.eml")]


def test_mail_is_listed_newest_first_without_signing_in(folder: Path, client: Browser) -> None:
    first, second = sent("The first"), sent("The second", key="cancellation:2:client")
    os.utime(folder / first, (1, 1))
    os.utime(folder / second, (2, 2))
    page = client.get("/demo/mail/").content.decode()
    assert page.index("The second") < page.index("The first")
    assert f'href="/demo/mail/{first}/"' in page
    assert "jordan.lee@example.com" in page


def test_before_the_first_mail_the_page_says_how_to_get_one(folder: Path, client: Browser) -> None:
    assert "No mail yet" in client.get("/demo/mail/").content.decode()


def test_a_mail_is_shown_whole(folder: Path, client: Browser) -> None:
    name = sent(calendar=CALENDAR)
    page = client.get(f"/demo/mail/{name}/").content.decode()
    assert "Alder Street &lt;appointments@alderstreet.example&gt;" in page
    assert '<a href="http://127.0.0.1/b/abc/"' in page
    assert "METHOD:CANCEL" in page
    assert f'<iframe src="/demo/mail/{name}/html/"' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page


def test_the_html_has_a_policy_of_its_own(folder: Path, client: Browser) -> None:
    answer = client.get(f"/demo/mail/{sent()}/html/")
    assert '<p style="color: red">Canceled</p>' in answer.content.decode()
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("part", ["", "html/"])
@pytest.mark.parametrize(
    "name", ["missing.eml", "..", "..%2Fsecret", "%2e%2e%2fsecret.eml", ".hidden.eml", "leads-out.eml", "mail"]
)
def test_no_name_leads_out_of_the_folder(folder: Path, client: Browser, name: str, part: str) -> None:
    sent()
    (folder.parent / "secret").write_text("Subject: private\n\nkept away")
    (folder.parent / "secret.eml").write_text("Subject: private\n\nkept away")
    (folder / ".hidden.eml").write_text("Subject: private\n\nkept away")
    (folder / "leads-out.eml").symlink_to(folder.parent / "secret.eml")
    answer = client.get(f"/demo/mail/{name}/{part}")
    assert answer.status_code == 404
    assert b"kept away" not in answer.content
    assert "leads-out" not in client.get("/demo/mail/").content.decode()


def test_times_are_in_the_reader_s_zone(folder: Path, as_maya: Browser) -> None:
    os.utime(folder / sent(), (1, 1))
    page = as_maya.get("/demo/mail/").content.decode()
    assert "EST" in page or "EDT" in page
    assert "UTC" not in page


def test_a_mail_s_words_are_never_markup(folder: Path, client: Browser) -> None:
    name = sent("<script>alert(1)</script>")
    for address in ("/demo/mail/", f"/demo/mail/{name}/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_outside_the_demo_there_is_no_such_page(folder: Path, client: Browser, settings: Settings) -> None:
    name = sent()
    settings.DEMO = False
    assert client.get(f"/demo/mail/{name}/").status_code == 404
    with pytest.raises(Resolver404):
        resolve("/demo/mail/", urlconf="practice.urls")
