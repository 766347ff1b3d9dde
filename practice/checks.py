"""What a real practice must still set, one line a variable.

Web, worker and ``manage.py prepare`` ask this before they start. While ``BASE_URL`` leads to this
machine only, nobody else can be hurt and what is missing is a warning; once it leads elsewhere it is
an error and nothing starts. The demo is spared: it keeps to itself (see ``practice.launch``).
"""

import logging
import os
import sys
from base64 import b64decode
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.db import DatabaseError, connection
from django.template import TemplateSyntaxError, engines

RUNTIME = "runtime"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
logger = logging.getLogger(__name__)


def host() -> str:
    """The host that links in mail lead to."""
    return urlsplit(settings.BASE_URL).hostname or ""


def lacking(text: str, *, number: int) -> CheckMessage:
    """A finding that stops a public practice and only warns on this machine."""
    if host() in LOOPBACK:
        return checks.Warning(text, id=f"practice.W{number:03}")
    return checks.Error(text, id=f"practice.E{number:03}")


@checks.register(RUNTIME, deploy=True)
def variables(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each variable of the environment that is missing or unsafe."""
    if settings.DEMO:
        return demo_keeps_to_itself() + billing_variables()
    found: list[CheckMessage] = []
    if not settings.SECRET_IS_KEPT:
        found.append(lacking("SECRET_KEY: set a long random one; make serve keeps one of its own.", number=1))
    if host() in LOOPBACK:
        found.append(lacking("BASE_URL: set the practice's https:// address; links lead to this machine.", number=2))
    elif not settings.HTTPS:
        found.append(lacking("BASE_URL: it must start with https://; names and links travel there.", number=2))
    if host() not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        text = f"ALLOWED_HOSTS: add {host()}, or every link in mail is answered 400."
        found.append(checks.Error(text, id="practice.E003"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(lacking(f"ALLOWED_HOSTS: * lets anybody name the host; set {host()}.", number=3))
    if settings.DEBUG:
        found.append(lacking("DEBUG: unset it; error pages show data.", number=4))
    return found + mail_variables() + cache_variables() + billing_variables()


def mail_variables() -> list[CheckMessage]:
    """What stands between the outbox and a real mailbox."""
    found: list[CheckMessage] = []
    anymail = settings.EMAIL_BACKEND.startswith("anymail.")
    if not (settings.ANYMAIL if anymail else settings.MAIL_IS_SET):
        text = "EMAIL_URL: set the mail server, smtp+tls://user:password@host:587; or EMAIL_BACKEND and ANYMAIL."
        found.append(lacking(text, number=5))
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"):
        found.append(lacking("DEFAULT_FROM_EMAIL: set the address that mail comes from.", number=6))
    if anymail and not settings.ANYMAIL_WEBHOOK_SECRET:
        text = "ANYMAIL_WEBHOOK_SECRET: without it nothing reports whether mail was delivered."
        found.append(checks.Warning(text, id="practice.W007"))
    return found


def cache_variables() -> list[CheckMessage]:
    """Sign-in limits are counted in the cache, so several web processes must share one."""
    processes = os.environ.get("WEB_CONCURRENCY", "1")
    if processes == "1" or not settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        return []
    text = f"CACHE_URL: WEB_CONCURRENCY={processes} needs a shared cache (redis://…), or leave it at 1."
    return [checks.Error(text, id="practice.E008")]


def billing_variables() -> list[CheckMessage]:
    """Where fees are told to, and the key that proves who tells: both or none."""
    url, secret = settings.BILLING_WEBHOOK_URL, settings.BILLING_WEBHOOK_SECRET
    if not url and not secret:
        return []
    found: list[CheckMessage] = []
    if not url:
        text = "BILLING_WEBHOOK_URL: set it, or unset BILLING_WEBHOOK_SECRET; nothing is told of fees."
        found.append(checks.Error(text, id="practice.E013"))
    elif not _is_safe(url):
        text = "BILLING_WEBHOOK_URL: it must start with https://; what clients owe travels there."
        found.append(checks.Error(text, id="practice.E013"))
    if not _is_webhook_secret(secret):
        text = "BILLING_WEBHOOK_SECRET: set whsec_ and 24 to 64 random bytes in base64; events are signed with it."
        found.append(checks.Error(text, id="practice.E014"))
    return found


def _is_safe(url: str) -> bool:
    """Sealed on its way, or never leaving this machine."""
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except ValueError:
        return False
    return bool(host) and (scheme == "https" or (scheme == "http" and host in LOOPBACK))


def _is_webhook_secret(secret: str) -> bool:
    kind, _, key = secret.partition("_")
    try:
        return kind == "whsec" and 24 <= len(b64decode(key, validate=True)) <= 64
    except ValueError:
        return False


def demo_keeps_to_itself() -> list[CheckMessage]:
    """The demo's accounts have a known password: no other machine may reach it."""
    beyond = [name for name in [host(), *settings.ALLOWED_HOSTS] if name not in LOOPBACK]
    if not beyond:
        return []
    text = f"PRACTICE_DEMO: the demo answers on this machine only, not as {beyond[0]}."
    return [checks.Error(text, id="practice.E009")]


@checks.register(RUNTIME, deploy=True)
def static_files(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Pages without their style are no pages."""
    if settings.COLLECTED:
        return []
    return [lacking("Static files are not collected: run manage.py prepare.", number=10)]


@checks.register(RUNTIME, deploy=True)
def no_demo_in_real_life(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A database with demo accounts, whose password is public, serves no real practice."""
    from practice.models import Practice

    if settings.DEMO:
        return []
    try:
        marked = Practice.objects.filter(demo=True).exists()
    except DatabaseError:  # not migrated, or not there: whoever needs it says so
        return []
    if not marked:
        return []
    text = "DATABASE_URL: this database holds the demo practice, whose passwords are public; set another."
    return [checks.Error(text, id="practice.E011")]


@checks.register("templates", deploy=True)
def templates_compile(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every template of the project has valid syntax, also the ones no test renders."""
    found: list[CheckMessage] = []
    folder = settings.BASE_DIR / "templates"
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = str(path.relative_to(folder))
        try:
            engines["django"].get_template(name)
        except TemplateSyntaxError as error:
            found.append(checks.Error(f"templates/{name}: {error}", id="practice.E012"))
    return found


def findings(*, before_preparing: bool = False) -> list[CheckMessage]:
    """What this start lacks, errors and warnings; before preparing, static files are still to come."""
    found = variables(None) + no_demo_in_real_life(None)
    return found if before_preparing else found + static_files(None)


def line(finding: CheckMessage) -> str:
    """One finding as the line that an operator reads."""
    return f"{'error' if finding.is_serious() else 'warning'}: {finding.msg}"


def stop_if_unfit() -> None:
    """End this process, with one line for each error, where it must not serve a real practice."""
    serious = [finding for finding in findings() if finding.is_serious()]
    connection.close()  # a process forked from this one must not share it
    if not serious:
        return
    for finding in serious:
        print(line(finding), file=sys.stderr, flush=True)
    sys.exit(3)  # gunicorn's "worker failed to boot": it stops instead of trying again for ever
