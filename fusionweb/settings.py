"""Settings. Everything that differs between machines comes from the environment (.env.example)."""

import secrets
from decimal import Decimal, InvalidOperation
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# Where it runs

DATA_DIR = Path(env.str("FUSIONWEB_DATA_DIR", default=str(BASE_DIR / "data")))
DATA_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = env.bool("FUSIONWEB_DEBUG", default=False)
ALLOWED_HOSTS = env.list("FUSIONWEB_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("FUSIONWEB_TRUSTED_ORIGINS", default=[])
#: Served over HTTPS, directly or behind a proxy that sets X-Forwarded-Proto.
IS_HTTPS = env.bool("FUSIONWEB_HTTPS", default=False)


def _secret_key() -> str:
    """The key from the environment, else one made on first use and kept in the data folder."""
    if key := env.str("FUSIONWEB_SECRET_KEY", default=""):
        return key
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text().strip()


SECRET_KEY = _secret_key()

# What it is made of

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "template_partials",
    "django_htmx",
    "panels",
]
MIDDLEWARE = [
    "panels.web.request_ids.name_request",
    # In front of all that may need the database, a host name or HTTPS.
    "panels.web.probes.answer_probes",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "panels.web.static_files.static_files",
    # Why pages may be compressed: docs/decisions/0013.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "panels.web.sign_in.LocalUserMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "fusionweb.urls"
ASGI_APPLICATION = "fusionweb.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Where things are kept

# A request's connection ends with the request (CONN_MAX_AGE stays 0): under ASGI no later one would
# find it. The threads of the engine and of the hubs keep theirs.
DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'fusionweb.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,  # seconds
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: Who advances runs: the server process itself ("here"), or `manage.py worker` ones ("workers").
ENGINE = env.str("FUSIONWEB_ENGINE", default="here")
#: How long a process that is told to stop lets open calls go on.
STOP_SECONDS = env.float("FUSIONWEB_STOP_SECONDS", default=10)

REDIS_URL = env.str("REDIS_URL", default="")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10_000}}
}

#: Sign-in attempts are counted here. Room for more names than can be tried while a count lasts:
#: with the usual 300, junk names would push the real ones out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
#: Our own files alone: what packages bring along is not what our pages use.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
#: Every process makes what it serves of `static/` in memory: nothing has to be collected.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "panels.web.static_files.ContentNamedStorage"},
}

# People

#: Sign a local user in by itself; takes effect only for requests over the loopback interface.
AUTO_SIGN_IN = env.bool("FUSIONWEB_AUTO_SIGN_IN", default=False)
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "runs"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]

# Security

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30  # seconds
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "panels.web.error_pages.csrf_failed"
if IS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = env.int("FUSIONWEB_HSTS_SECONDS", default=60 * 60 * 24 * 365)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# Calls that are broken on purpose (`panels/providers/drills.py`)
DRILL = env.str("FUSIONWEB_DRILL", default="")

# Money, in US dollars


def _cap(name: str) -> Decimal | None:
    text = env.str(name, default="").strip()
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise ImproperlyConfigured(f"{name} must be US dollars, such as 25 or 0.50, not “{text}”.")
    return amount


#: What each person may spend in a day and in a month where they have no `Allowance`; None: no cap.
DAY_CAP_USD = _cap("FUSIONWEB_DAY_CAP_USD")
MONTH_CAP_USD = _cap("FUSIONWEB_MONTH_CAP_USD")

# Limits on what a person may send

MOST_DOCUMENT_BYTES = env.int("FUSIONWEB_MOST_DOCUMENT_BYTES", default=10_000_000)
MOST_DOCUMENTS = env.int("FUSIONWEB_MOST_DOCUMENTS", default=10)
MOST_DOCUMENT_WORDS = env.int("FUSIONWEB_MOST_DOCUMENT_WORDS", default=200_000)
MOST_QUESTION_CHARACTERS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = MOST_DOCUMENT_BYTES + 1_000_000

# Language and time

LANGUAGE_CODE = "en"
TIME_ZONE = env.str("FUSIONWEB_TIME_ZONE", default="UTC")
USE_TZ = True

# What it tells its operator (`docs/observing.md`)

#: plain for a person, json for a program: one object per line.
LOG_FORMAT = env.str("FUSIONWEB_LOG_FORMAT", default="plain")
_LOG_LINES = {"plain": "PlainLines", "json": "JsonLines"}
if LOG_FORMAT not in _LOG_LINES:
    raise ImproperlyConfigured(f"FUSIONWEB_LOG_FORMAT must be plain or json, not “{LOG_FORMAT}”.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": f"panels.observing.log_lines.{_LOG_LINES[LOG_FORMAT]}",
            "environment": env.ENVIRON,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("FUSIONWEB_LOG_LEVEL", default="WARNING")},
    "loggers": {
        # Below this it writes every statement with its values: questions and answers.
        "django.db.backends": {"level": "INFO"},
        "markdown_it": {"level": "INFO"},
    },
}
#: Lets a Prometheus of another machine read /metrics/; empty: only this machine's may.
METRICS_TOKEN = env.str("FUSIONWEB_METRICS_TOKEN", default="")
#: Where a worker answers probes: a port of this machine, or address:port; empty: nowhere.
WORKER_METRICS_PORT = env.str("FUSIONWEB_WORKER_METRICS_PORT", default="")
