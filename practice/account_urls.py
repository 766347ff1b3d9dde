"""Ways into an account and what keeps it safe: allauth's pages, and ours beside them."""

from allauth.account import urls as sign_in
from allauth.account.decorators import reauthentication_required
from allauth.mfa import urls as second_step
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from practice.access import mount
from practice.views import invitation, new_password, security, session

# Addresses are changed by the office, which tells both; allauth's own page for it stays shut, and so does sign-up.
# Whoever has set a new password is led to sign-in, which says so.
SHUT = {
    "account_email", "account_email_verification_sent", "account_confirm_email", "account_reset_password_from_key_done",
}  # fmt: skip
SIGN_IN = [pattern for pattern in sign_in.urlpatterns if isinstance(pattern, URLPattern) and pattern.name not in SHUT]
for pattern in SIGN_IN:
    if pattern.name == "account_set_password":  # a sign-in method, and no old password that would be asked for
        pattern.callback = login_required(reauthentication_required(pattern.callback))
    elif pattern.name == "account_reset_password_from_key":
        pattern.callback = new_password.new_password

# Passkeys stand with the other second steps: allauth's own list of them, to which it leads after each change, is there.
for resolver in second_step.urlpatterns:
    for listed in resolver.url_patterns if isinstance(resolver, URLResolver) else []:
        if isinstance(listed, URLPattern) and listed.name == "mfa_list_webauthn":
            listed.callback = login_required(RedirectView.as_view(pattern_name="mfa_index"))

urlpatterns = [
    path("i/<str:token>/", invitation.invitation, name="invitation"),
    path("session/", session.session, name="session"),
    path("session/back/", session.back, name="session_back"),
    path("session/unsent/", session.unsent_form, name="unsent"),
    path("accounts/reauthenticate/code/", security.reauthenticate_by_code, name="reauthenticate_by_code"),
    path("accounts/security/later/", security.later, name="second_step_later"),
    path("accounts/security/", include(mount("public", second_step.urlpatterns))),
    path("accounts/", include(mount("public", SIGN_IN))),
]
