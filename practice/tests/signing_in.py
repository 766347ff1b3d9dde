"""Browsers of people who have just signed in, as allauth notes it."""

import time

from allauth.account.internal.flows import login
from django.test import Client as Browser

from practice.models import User


def just_signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    session = browser.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return browser
