"""Browsers of people who have just signed in, as allauth notes it."""

import secrets
import time
from importlib import import_module

from allauth.account.internal.flows import login
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import update_last_login
from django.contrib.sessions.models import Session
from django.test import Client as Browser

from practice.models import User


def just_signed_in(user: User, *, idles_out: bool = False) -> Browser:
    """By one new row, where ``force_login`` and allauth look whether there is one and write it several times.

    ``idles_out``: it ends as anybody's does; else a test may let days go by.
    """
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            login.AUTHENTICATION_METHODS_SESSION_KEY: [{"method": "password", "at": time.time()}],
            login._AUTHENTICATION_METHODS_USER_SESSION_KEY: str(user.pk),
        }
    )
    if not idles_out:
        session.set_expiry(10 * 365 * 24 * 60 * 60)
    key = secrets.token_hex(16)
    data, until = session.encode(dict(session.items())), session.get_expiry_date()
    Session.objects.create(session_key=key, session_data=data, expire_date=until)
    update_last_login(User, user)
    browser = Browser()
    browser.cookies[settings.SESSION_COOKIE_NAME] = key
    return browser
