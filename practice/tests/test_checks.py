import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage

from practice import checks
from practice.models import Practice

pytestmark = pytest.mark.only_sqlite


@pytest.fixture
def production(settings: Any) -> Any:
    """The settings of a practice that lacks nothing."""
    settings.DEMO = False
    settings.SECRET_IS_KEPT = True
    settings.BASE_URL, settings.HTTPS = "https://practice.example", True
    settings.ALLOWED_HOSTS = ["practice.example"]
    settings.EMAIL_BACKEND, settings.MAIL_IS_SET = "django.core.mail.backends.smtp.EmailBackend", True
    settings.DEFAULT_FROM_EMAIL = "Alder Street <appointments@practice.example>"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.COLLECTED = True
    return settings


def said(found: list[CheckMessage]) -> list[str]:
    return [checks.line(each) for each in found]


def test_a_practice_that_lacks_nothing_hears_nothing(production: Any) -> None:
    assert said(checks.variables(None)) == []
    assert said(checks.static_files(None)) == []


@pytest.mark.parametrize(
    ("lacks", "variable"),
    [
        ({"SECRET_IS_KEPT": False}, "SECRET_KEY"),
        ({"BASE_URL": "http://practice.example", "HTTPS": False}, "BASE_URL"),
        ({"ALLOWED_HOSTS": ["other.example"]}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS"),
        ({"DEBUG": True}, "DEBUG"),
        ({"MAIL_IS_SET": False}, "EMAIL_URL"),
        (
            {"EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend", "ANYMAIL": {}, "ANYMAIL_WEBHOOK_SECRET": "x:y"},
            "EMAIL_URL",
        ),
        ({"DEFAULT_FROM_EMAIL": "appointments@localhost"}, "DEFAULT_FROM_EMAIL"),
        ({"DEFAULT_FROM_EMAIL": "Alder Street <appointments@localhost>"}, "DEFAULT_FROM_EMAIL"),
    ],
)
def test_each_lack_of_a_public_practice_is_one_error_that_names_the_variable(
    production: Any, lacks: dict[str, Any], variable: str
) -> None:
    for name, value in lacks.items():
        setattr(production, name, value)
    (found,) = checks.variables(None)
    assert found.is_serious()
    assert found.msg.startswith(f"{variable}: ")
    assert "\n" not in found.msg


def test_on_this_machine_alone_the_same_is_a_warning(production: Any) -> None:
    production.BASE_URL, production.HTTPS, production.ALLOWED_HOSTS = "http://127.0.0.1:8000", False, ["127.0.0.1"]
    production.MAIL_IS_SET, production.SECRET_IS_KEPT = False, False
    found = checks.variables(None)
    assert [line.split(":")[1].strip() for line in said(found)] == ["SECRET_KEY", "BASE_URL", "EMAIL_URL"]
    assert not any(each.is_serious() for each in found)


def test_a_mail_provider_without_its_webhook_secret_is_a_warning(production: Any) -> None:
    production.EMAIL_BACKEND, production.ANYMAIL = (
        "anymail.backends.postmark.EmailBackend",
        {"POSTMARK_SERVER_TOKEN": "x"},
    )
    production.ANYMAIL_WEBHOOK_SECRET = ""
    (found,) = checks.variables(None)
    assert found.msg.startswith("ANYMAIL_WEBHOOK_SECRET: ")
    assert not found.is_serious()


def test_several_web_processes_need_a_shared_cache(production: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "3")
    (found,) = checks.variables(None)
    assert found.is_serious()
    assert found.msg.startswith("CACHE_URL: WEB_CONCURRENCY=3")
    production.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
    assert checks.variables(None) == []


def test_the_demo_may_not_be_reached_from_elsewhere(production: Any) -> None:
    production.DEMO = True
    (found,) = checks.variables(None)
    assert found.is_serious()
    production.BASE_URL, production.ALLOWED_HOSTS = "http://127.0.0.1:8123", ["127.0.0.1", "localhost"]
    assert checks.variables(None) == []


@pytest.mark.django_db
def test_a_database_of_the_demo_serves_no_real_practice(production: Any) -> None:
    assert checks.no_demo_in_real_life(None) == []
    practice = Practice.objects.first() or Practice(name="Alder Street", contact_email="office@example.com", phone="1")
    practice.demo = True
    practice.save()
    (found,) = checks.no_demo_in_real_life(None)
    assert found.is_serious()
    production.DEMO = True
    assert checks.no_demo_in_real_life(None) == []


@pytest.mark.parametrize(
    "command", [["-c", "import practice.wsgi"], ["-m", "celery", "-A", "practice", "worker", "-P", "solo"]]
)
def test_web_and_worker_of_an_unfit_practice_end_with_one_line_a_variable(tmp_path: Path, command: list[str]) -> None:
    environment = os.environ | {
        "BASE_URL": "http://practice.example",
        "PRACTICE_VAR": str(tmp_path),
        "SECRET_KEY": "kept",
    }
    done = subprocess.run(
        [sys.executable, *command],
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=30,
    )
    assert done.returncode == 3, done.stderr
    lines = [line for line in done.stderr.splitlines() if line]
    assert [line.split(":")[1].strip() for line in lines] == [
        "BASE_URL",
        "EMAIL_URL",
        "DEFAULT_FROM_EMAIL",
        "Static files are not collected",
    ]


def test_a_template_that_does_not_compile_is_named(tmp_path: Path, settings: Any) -> None:
    assert said(checks.templates_compile(None)) == []
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "broken.html").write_text("{% if %}")
    settings.BASE_DIR = tmp_path
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path / "templates"]}]
    (found,) = checks.templates_compile(None)
    assert found.msg.startswith("templates/broken.html: ")


WEBHOOK = "https://billing.example/fees"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr"


@pytest.mark.parametrize("demo", [False, True])
@pytest.mark.parametrize("url", [WEBHOOK, "http://127.0.0.1:8900/", "http://localhost/"])
def test_a_billing_system_with_address_and_secret_is_fine(*, demo: bool, url: str, production: Any) -> None:
    production.BILLING_WEBHOOK_URL, production.BILLING_WEBHOOK_SECRET = url, SECRET
    if demo:
        production.DEMO = True
        production.BASE_URL, production.ALLOWED_HOSTS = "http://127.0.0.1:8123", ["127.0.0.1", "localhost"]
    assert checks.variables(None) == []


@pytest.mark.parametrize(
    ("url", "secret", "wrong"),
    [
        (WEBHOOK, "", "BILLING_WEBHOOK_SECRET: set whsec_"),
        ("", SECRET, "BILLING_WEBHOOK_URL: set it, or unset"),
        ("http://billing.example/fees", SECRET, "BILLING_WEBHOOK_URL: it must start with https://"),
        ("http://127.0.0.1.example/", SECRET, "BILLING_WEBHOOK_URL: it must start with https://"),
        ("ftp://127.0.0.1/", SECRET, "BILLING_WEBHOOK_URL: it must start with https://"),
        ("billing.example", SECRET, "BILLING_WEBHOOK_URL: it must start with https://"),
        ("https://[::1", SECRET, "BILLING_WEBHOOK_URL: it must start with https://"),
        (WEBHOOK, "hunter2", "BILLING_WEBHOOK_SECRET: set whsec_"),
        (WEBHOOK, "whsec_c2hvcnQ=", "BILLING_WEBHOOK_SECRET: set whsec_"),
        (WEBHOOK, "whsec_not base 64 at all, but long enough", "BILLING_WEBHOOK_SECRET: set whsec_"),
    ],
)
def test_half_a_billing_system_or_an_unsafe_one_stops_the_start(
    url: str, secret: str, wrong: str, production: Any
) -> None:
    production.BILLING_WEBHOOK_URL, production.BILLING_WEBHOOK_SECRET = url, secret
    (found,) = checks.variables(None)
    assert found.is_serious()
    assert found.msg.startswith(wrong)
    if secret:
        assert secret not in found.msg
