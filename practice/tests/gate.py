"""What ``make check`` asks, two questions at a time; prints the words of those that fail."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from practice.tests import servers
from practice.tests.plugin import OURS

BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
PRODUCTION = {
    "SECRET_KEY": "a-long-one-made-up-for-this-check-and-used-for-nothing-else-4711",
    "BASE_URL": "https://practice.example",
    "ALLOWED_HOSTS": "practice.example",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    "CACHE_URL": "redis://127.0.0.1:1/1",
    "EMAIL_URL": "smtp+tls://practice:password@mail.example:587",
    "DEFAULT_FROM_EMAIL": "appointments@practice.example",
    "WEB_CONCURRENCY": "2",
    "BEHIND_PROXY": "1",
}
MIGRATIONS = [*MANAGE, "makemigrations", "--check", "--dry-run"]

Question = tuple[str, list[str], dict[str, str]]


def questions(made: Path, postgres: str) -> list[Question]:
    """Each question's name, command and what its environment adds; the longest first."""
    var = {"PRACTICE_VAR": str(made / "var")}
    production = PRODUCTION | {"DATABASE_URL": postgres, "PRACTICE_VAR": str(made / "production")}
    return [
        ("types", [str(BIN / "mypy")], var),
        ("style", [str(BIN / "ruff"), "check", "--quiet", "--output-format=concise"], {}),
        ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "--output-format=concise"], {}),
        ("layers", [str(BIN / "lint-imports")], {}),
        ("migrations on SQLite", MIGRATIONS, var),
        ("migrations on PostgreSQL", MIGRATIONS, production),
        ("static files", [*MANAGE, "collectstatic", "--noinput", "--verbosity=0"], production),
    ]


def ask(question: Question) -> bool:
    """Whether it was answered well."""
    name, command, more = question
    environment = {key: value for key, value in os.environ.items() if key not in OURS} | more
    began = time.monotonic()
    answer = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    words = f"\n{answer.stdout.rstrip()}" if answer.returncode else ""
    print(f"{'no' if answer.returncode else 'ok':3} {name} ({time.monotonic() - began:.1f} s){words}", flush=True)
    return answer.returncode == 0


def main() -> int:
    with servers.folder() as made:
        for name in ("pg", "var", "production"):
            (made / name).mkdir()
        with servers.postgres(made / "pg") as url, ThreadPoolExecutor(2) as pool:
            asked = questions(made, url)
            answers = list(pool.map(ask, asked))
            # After the static files, which it looks for. The same settings as production, errors and warnings alike.
            deploy = [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"]
            answers.append(ask(("production settings and templates", deploy, asked[-1][2])))
    return 0 if all(answers) else 1


if __name__ == "__main__":
    sys.exit(main())
