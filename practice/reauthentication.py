"""Before what concerns an account or a fee is changed, whoever sits there shows once more that it is them."""

import secrets
import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest

CODE = "reauthentication_code"
TRIES = 5


def is_fresh(request: HttpRequest) -> bool:
    """Signed in, or asked again, a short while ago."""
    user = request.user if request.user.is_authenticated else None
    now = time.time()  # as allauth notes it
    records = get_authentication_records(request, user)
    return any(now - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)


def require(request: HttpRequest) -> None:
    """Call it before the act. Raises what leads to the question, and back: a form that was sent is sent again."""
    if not is_fresh(request):
        raise ReauthenticationRequired


# --- By a code, for who has no password; allauth has the other ways ---


def new_code(request: HttpRequest) -> str:
    length = settings.ACCOUNT_LOGIN_BY_CODE_FORMAT["length"]
    code = "".join(secrets.choice("0123456789") for _ in range(length))
    request.session[CODE] = {"code": code, "at": time.time(), "tries": 0}
    return code


def expected_code(request: HttpRequest) -> str:
    """The code that was sent last; empty where there is none, it is too old, or was tried too often."""
    sent: dict[str, Any] = request.session.get(CODE) or {"code": "", "at": 0, "tries": TRIES}
    good = time.time() - sent["at"] <= settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT and sent["tries"] < TRIES
    return str(sent["code"]) if good else ""


def note_wrong_code(request: HttpRequest) -> None:
    if sent := request.session.get(CODE):
        request.session[CODE] = sent | {"tries": sent["tries"] + 1}


def forget_code(request: HttpRequest) -> None:
    request.session.pop(CODE, None)
