"""Settings, all from the environment.

They load with an empty environment; what a real practice must still set is said by
``practice.checks``, one line a variable, before web and worker start.
"""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEMO = env.bool("PRACTICE_DEMO", default=False)
VAR = Path(env.str("PRACTICE_VAR", default=str(BASE_DIR / "var"))).resolve() / ("demo" if DEMO else "")

BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
HTTPS = BASE_URL.startswith("https://")

# A key made up here lasts for one process; the launcher keeps one in var/secret instead.
SECRET_FILE = VAR / "secret"
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_IS_KEPT = bool(SECRET_KEY) or SECRET_FILE.is_file()
if not SECRET_KEY:
    SECRET_KEY = SECRET_FILE.read_text().strip() if SECRET_IS_KEPT else secrets.token_urlsafe(50)

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(BASE_URL).hostname or "127.0.0.1"])
if DEMO:
    ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "csp",
    "django_htmx",
    "notifications.apps.NotificationsConfig",
    "practice.apps.PracticeConfig",
    "clients.apps.ClientsConfig",
    "appointments.apps.AppointmentsConfig",
]

MIDDLEWARE = [
    "practice.access.ArrivalMiddleware",
    "practice.access.BehindALinkMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Outside of all that may refuse a request, so that refusals carry their headers too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "practice.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "practice.sessions.IdleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "practice.second_factor.StaffMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "practice.urls"
WSGI_APPLICATION = "practice.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["practice.templatetags.interface", "practice.templatetags.drawings"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "practice.access.context",
                "clients.unread.context",
            ],
        },
    }
]

# --- Data ---

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR}/db.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # FULL: what the screen confirmed survives a power cut. IMMEDIATE: a writer waits, instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    } | DATABASES["default"].get("OPTIONS", {})
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# A file, also in tests: in memory, the threads of a live server would share one connection.
DATABASES["default"]["TEST"] = (
    {"NAME": str(VAR / "test.sqlite3")} if "sqlite3" in DATABASES["default"]["ENGINE"] else {}
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A hung cache or broker breaks no page and delays it by at most 2 s.
REDIS_TIMEOUTS: dict[str, object] = {"socket_connect_timeout": 1, "socket_timeout": 2}

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
if "Redis" in CACHES["default"]["BACKEND"]:
    CACHES["default"]["OPTIONS"] = CACHES["default"].get("OPTIONS", {}) | REDIS_TIMEOUTS

# --- Celery: a task is a doorbell, the outbox row is the truth ---

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")
if CELERY_BROKER_URL == "filesystem://":
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(VAR / "broker" / "queue"),
        "data_folder_out": str(VAR / "broker" / "queue"),
        "control_folder": str(VAR / "broker" / "control"),
        "polling_interval": 0.1,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = REDIS_TIMEOUTS | {"visibility_timeout": 60, "max_retries": 0}
CELERY_TASK_PUBLISH_RETRY = False  # the beat entry is the retry
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "deliver": {"task": "notifications.tasks.deliver", "schedule": 10.0, "options": {"expires": 10}},
    "remind": {"task": "appointments.tasks.remind", "schedule": 120.0, "options": {"expires": 120}},
    "let-go": {"task": "appointments.tasks.let_go", "schedule": 60.0, "options": {"expires": 60}},
    "weigh-fees": {"task": "appointments.tasks.weigh_fees", "schedule": 60.0, "options": {"expires": 60}},
    "tell-billing": {"task": "appointments.tasks.tell_billing", "schedule": 30.0, "options": {"expires": 30}},
}

# --- Mail ---

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="appointments@localhost")
if "EMAIL_URL" in env:
    vars().update(env.email("EMAIL_URL"))
elif DEMO:
    EMAIL_BACKEND = "notifications.delivery.EmlFiles"
else:
    EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
MAIL_IS_SET = "EMAIL_URL" in env
EMAIL_TIMEOUT = 10
DEMO_MAIL_FOLDER = VAR / "mail"
ANYMAIL = env.dict("ANYMAIL", default={})
ANYMAIL_WEBHOOK_SECRET = env.str("ANYMAIL_WEBHOOK_SECRET", default="")
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", default=300)

# --- A billing system that is told of fees ---

BILLING_WEBHOOK_URL = env.str("BILLING_WEBHOOK_URL", default="")
BILLING_WEBHOOK_SECRET = env.str("BILLING_WEBHOOK_SECRET", default="")

# --- Sign-in: by e-mail; accounts are made by the practice ---

AUTH_USER_MODEL = "practice.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "practice.sign_in.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "practice.sign_in_forms.LoginForm",
    "request_login_code": "practice.sign_in_forms.RequestCodeForm",
    "confirm_login_code": "practice.sign_in_forms.CodeForm",
    "reauthenticate": "practice.sign_in_forms.PasswordAgainForm",
    "change_password": "practice.sign_in_forms.ChangePasswordForm",
    "set_password": "practice.sign_in_forms.SetPasswordForm",
    "reset_password": "practice.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "practice.sign_in_forms.ResetPasswordKeyForm",
}
ACCOUNT_SESSION_REMEMBER = False  # nobody stays signed in beyond the idle time
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # without password1 the login form loses its password field
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses that the practice enters count as verified
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# allauth's own writes an address's row while it judges a key, so whoever opens a link would write it.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers
# Eight digits: easily typed on a phone, and past guessing with five tries a code and a few codes an hour.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# A provider adds clients slowly enough that trying addresses tells nobody who is a client here.
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip,5/10m/key", "add_client": "20/h/user"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # before fees, addresses and ways to sign in are changed

MFA_ADAPTER = "practice.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "practice.sign_in_forms.SecondStepForm",
    "reauthenticate": "practice.sign_in_forms.SecondStepAgainForm",
    "activate_totp": "practice.sign_in_forms.AddAppForm",
    "add_webauthn": "practice.sign_in_forms.AddPasskeyForm",
    "login_webauthn": "practice.sign_in_forms.PasskeyForm",
    "authenticate_webauthn": "practice.sign_in_forms.PasskeyStepForm",
    "reauthenticate_webauthn": "practice.sign_in_forms.PasskeyAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # on this machine alone: practice.checks asks for https elsewhere
STAFF_NEED_SECOND_STEP = not DEMO

# --- The web ---

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
X_FRAME_OPTIONS = "DENY"
# The origin alone, never a path with a token. Not "no-referrer": browsers then send "Origin: null" with a form, and
# Django's CSRF check refuses every one.
SECURE_REFERRER_POLICY = "strict-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_ENGINE = "practice.sessions"
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
SESSION_COOKIE_AGE = (SESSION_IDLE_MINUTES + 1) * 60  # a session is written once a minute
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
COLLECTED = (STATIC_ROOT / "staticfiles.json").is_file()
WHITENOISE_USE_FINDERS = not COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "practice.static.StaticFiles"},
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [VAR / "locale"]  # compiled from practice/locale by `manage.py prepare`
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_SAMESITE = True, HTTPS, "Lax"
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_tokens": {"()": "practice.logs.NoTokens"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_tokens"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "notifications": {"level": "INFO"},
        "practice": {"level": "INFO"},
        "appointments": {"level": "INFO"},
        "fpdf": {"level": "ERROR"},  # it names the letters of a name that its type does not know
    },
}
