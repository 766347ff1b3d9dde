"""The pytest plugin that decides what tests run on (``-p`` in pytest.ini).

``pytest`` means SQLite and the filesystem broker, ``pytest --on=postgres`` PostgreSQL 18 and Valkey out of
their wheels, or what TEST_DATABASE_URL and TEST_BROKER_URL name. Each xdist worker has its own folder,
databases and broker. It must be a plugin and not a conftest: pytest-django reads the settings earlier.
"""

import contextlib
import gc
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice import words
from practice.tests import servers

# What a developer's shell may carry must not reach a test.
OURS = (
    "PRACTICE_DEMO",
    "PRACTICE_VAR",
    "SECRET_KEY",
    "BASE_URL",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "CACHE_URL",
    "EMAIL_URL",
    "EMAIL_BACKEND",
    "ANYMAIL",
    "ANYMAIL_WEBHOOK_SECRET",
    "DEFAULT_FROM_EMAIL",
    "OUTBOX_LEASE_SECONDS",
    "SESSION_IDLE_MINUTES",
    "BEHIND_PROXY",
    "DEBUG",
    "WEB_CONCURRENCY",
    "DJANGO_SETTINGS_MODULE",
    "PYTHONDONTWRITEBYTECODE",  # each worker and each process of a test would compile everything anew
)
OTHER_HALF = "runs on the other half"
MARKERS = (
    "browser: drives Chromium; on SQLite only",
    "browser_postgres: drives Chromium, on PostgreSQL too",
    "only_sqlite: says nothing more on PostgreSQL",
    "only_postgres: needs PostgreSQL or Valkey",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--on", choices=["sqlite", "postgres"], default="sqlite", help="what the tests run on")


BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The browser that tests drive: CHROMIUM, or the first that the system has. The headless shell is the quickest."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    gc.disable()
    on = early_config.known_args_namespace.on
    if "PYTEST_XDIST_WORKER" not in os.environ:
        if os.environ.get("REQUIRE_BROWSER") == "1" and not chromium():
            raise pytest.UsageError("REQUIRE_BROWSER=1, and no Chromium: install one (chromium), or set CHROMIUM.")
        stack = contextlib.ExitStack()
        early_config.add_cleanup(stack.close)
        start(stack, on=on)
    settle_in(on=on)
    return (yield)


def start(stack: contextlib.ExitStack, *, on: str) -> None:
    """Make this run's folder and start its servers; xdist's workers inherit the environment."""
    for name in OURS:
        os.environ.pop(name, None)
    sys.dont_write_bytecode = False
    made = stack.enter_context(servers.folder())
    os.environ["PRACTICE_TESTS"] = str(made)
    if on == "sqlite":
        return
    try:
        database = os.environ.get("TEST_DATABASE_URL") or stack.enter_context(servers.postgres(subfolder(made, "pg")))
        broker = os.environ.get("TEST_BROKER_URL")
        if not broker:
            broker = f"redis+socket://{stack.enter_context(servers.valkey(subfolder(made, 'vk')))}?virtual_host=0"
    except RuntimeError as error:
        raise pytest.UsageError(str(error)) from None
    os.environ["PRACTICE_TESTS_DATABASE"], os.environ["PRACTICE_TESTS_BROKER"] = database, broker


def subfolder(made: Path, name: str) -> Path:
    (made / name).mkdir()
    return made / name


def settle_in(*, on: str) -> None:
    """Give this process its own folder, databases and broker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    var = Path(os.environ["PRACTICE_TESTS"], worker)
    (var / "static").mkdir(parents=True, exist_ok=True)
    words.compile_into(var / "locale")
    number = int(worker.removeprefix("gw"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "practice.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright runs a loop in the test's own thread
        "PRACTICE_VAR": str(var),
        "SECRET_KEY": "known-to-every-test-and-process-of-a-test",
    }
    if on == "postgres":
        broker = os.environ["PRACTICE_TESTS_BROKER"]
        os.environ |= {
            "DATABASE_URL": os.environ["PRACTICE_TESTS_DATABASE"],
            "CELERY_BROKER_URL": numbered(broker, 2 * number),
            "CACHE_URL": numbered(broker, 2 * number + 1, cache=True),
        }


def numbered(broker: str, database: int, *, cache: bool = False) -> str:
    """The broker's URL with its database's number; Celery and Django spell a socket differently."""
    if broker.startswith("redis+socket://"):
        bare = broker.partition("?")[0]
        return (
            f"redis://{bare.removeprefix('redis+socket://')}?db={database}"
            if cache
            else f"{bare}?virtual_host={database}"
        )
    return f"{re.sub(r'(?<=[^/])/[0-9]*$', '', broker)}/{database}"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    # Real hashing takes a quarter of a second for each sign-in.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Looking at every static file anew for each test's client takes as long; live servers serve their own.
    settings.WHITENOISE_USE_FINDERS = False


@pytest.fixture
def process_environment(django_db_setup: None) -> dict[str, str]:
    """The environment for a process of a test, such as a worker: it sees the test's own database."""
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return os.environ | {"DATABASE_URL": f"sqlite:///{name}"}
    address, _, options = os.environ["DATABASE_URL"].partition("?")
    return os.environ | {"DATABASE_URL": f"{address.rpartition('/')[0]}/{name}?{options}"}


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not have looked through it, nor ever look again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    browser = chromium()
    for item in items:
        reason = left_out(item, on=config.option.on, browser=browser)
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def left_out(item: pytest.Item, *, on: str, browser: str | None) -> str:
    """Why this test does not run here; empty where it does."""
    on_both = item.get_closest_marker("browser_postgres") is not None
    browses = on_both or item.get_closest_marker("browser") is not None
    if browses and not browser:
        return "no Chromium (install chromium, or set CHROMIUM to its path)"
    if on == "postgres" and ((browses and not on_both) or says_nothing_more(item)):
        return OTHER_HALF
    if on == "sqlite" and item.get_closest_marker("only_postgres"):
        return OTHER_HALF
    return ""


def says_nothing_more(item: pytest.Item) -> bool:
    """On PostgreSQL: because it is said so, or because the test needs neither database, broker nor settings."""
    if item.get_closest_marker("only_postgres"):
        return False
    uses = {"db", "transactional_db", "live_server", "django_db_setup", "settings"} & {
        *getattr(item, "fixturenames", ())
    }
    return bool(item.get_closest_marker("only_sqlite")) or not (uses or item.get_closest_marker("django_db"))
