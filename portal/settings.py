"""Settings of the portal. Everything is read from the environment; nothing needs editing for the embedded default."""

import re
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import structlog
from celery.schedules import crontab, schedule
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal import env

django_stubs_ext.monkeypatch()  # Django's generic classes may be subscripted at run time too

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

# --- mode -------------------------------------------------------------------------------------------------------------
PRODUCTION = env.flag("PRODUCTION")
DEBUG = env.flag("DEBUG")


def _embedded_key(name: str, fresh: str) -> str:
    """The key kept in DATA_DIR under ``name``; at the first start ``fresh``, whole or not at all, whoever comes first."""
    path = DATA_DIR / name
    if not path.exists():
        made = DATA_DIR / f"{name}.{secrets.token_hex(8)}"
        made.touch(mode=0o600)
        made.write_text(fresh, encoding="ascii")
        with suppress(FileExistsError):
            path.hardlink_to(made)
        made.unlink()
    return path.read_text(encoding="ascii")


def _secret_key() -> str:
    """The key from the environment; for the embedded default one made at the first start and kept in DATA_DIR."""
    given = env.text("SECRET_KEY")
    return given if given or PRODUCTION else _embedded_key("secret_key", secrets.token_urlsafe(64))


def _applicant_keys() -> tuple[list[str], str]:
    """Keys of applicants' data, newest first (commas or lines between them), and the key of the hashes of it."""
    keys, hash_key = env.text("APPLICANT_KEYS"), env.text("APPLICANT_HASH_KEY")
    if PRODUCTION and not (keys and hash_key):
        raise ImproperlyConfigured("PRODUCTION=1 needs APPLICANT_KEYS and APPLICANT_HASH_KEY (see docs/operations.md)")
    keys = keys or _embedded_key("applicant_keys", Fernet.generate_key().decode())
    hash_key = hash_key or _embedded_key("applicant_hash_key", secrets.token_urlsafe(48))
    return keys.replace(",", " ").split(), hash_key.strip()


SECRET_KEY = _secret_key()
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1)
_LOOPBACK = "localhost,127.0.0.1,[::1]"
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", _LOOPBACK if HOST in {"127.0.0.1", "localhost", "::1"} else "*")
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
if PRODUCTION and not (env.text("ALLOWED_HOSTS") and env.text("SITE_URL")):
    raise ImproperlyConfigured("PRODUCTION=1 needs ALLOWED_HOSTS and SITE_URL (https://www.example.gov.cn)")
SITE_URL = env.text("SITE_URL", f"http://{HOST}:{PORT}").rstrip("/")
APPLICANT_KEYS, APPLICANT_HASH_KEY = _applicant_keys()

# --- the site, as shown in masthead, footer and page labels -------------------------------------------------------------
SITE = {
    "name": env.text("SITE_NAME", "云岚市政府信息公开平台"),
    "city": env.text("SITE_CITY", "云岚市"),
    "host_body": env.text("SITE_HOST_BODY", "云岚市人民政府"),
    "undertaking_body": env.text("SITE_UNDERTAKING_BODY", "云岚市人民政府办公室"),
    "phone": env.text("SITE_PHONE", "0700-52128800"),
    "site_code": env.text("SITE_CODE", "9901000001"),
    "icp": env.text("SITE_ICP", "云ICP备00000001号"),
    "police": env.text("SITE_POLICE", "云公网安备 99010002000001号"),
    "url": SITE_URL,
    "domain": urlsplit(SITE_URL).netloc,
}

# --- rooms --------------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal",
    "reports",
    "requests_app",
    "disclosure",
    "catalog",
    "notices",
    "accounts",
    "workdays",
    "workflow",
    "files",
    "search",
    "jobs",
    "django.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "guardian",
    "treebeard",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.RequestLogMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.CompressMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "portal.middleware.AskAgainMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SignedInMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # templates/django/forms: selects of many options
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
                "portal.context.site",
            ],
        },
    }
]

# --- data ---------------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
# Rate limits and lock-outs count across processes, so the cache without Redis is a table (rulings 30).
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 20000},
    },
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1000}},
}
THEMES = ("standard", "large", "contrast", "large-contrast")  # how pages look: 长者模式 and 高对比 go together
KEEP_PAGES_SECONDS = env.number("KEEP_PAGES_SECONDS", 30)
S3_BUCKET = env.text("S3_BUCKET")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "uploads", "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STORAGES["uploads"] = (
    {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
            "access_key": env.text("S3_ACCESS_KEY") or None,
            "secret_key": env.text("S3_SECRET_KEY") or None,
            "region_name": env.text("S3_REGION") or None,
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
            "max_memory_size": 8 * 1024 * 1024,  # larger files go through the disk, not through memory
        },
    }
    if S3_BUCKET
    else STORAGES["default"]
)
FILES_MAX_BYTES = env.number("FILES_MAX_BYTES", 100 * 1024 * 1024, least=1)
APPLICANT_FILE_MAX_BYTES = env.number("APPLICANT_FILE_MAX_BYTES", 20 * 1024 * 1024, least=1)
FILES_TEXT_MAX_CHARS = env.number("FILES_TEXT_MAX_CHARS", 2_000_000, least=1)
FILES_EXTRACT_SECONDS = env.number("FILES_EXTRACT_SECONDS", 30, least=1)
FILES_TEXT_READY = ["catalog.services.attachment_text_ready"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

# --- search -------------------------------------------------------------------------------------------------------------
SEARCH_ENGINE = env.choice("SEARCH_ENGINE", "whoosh", ("whoosh", "tantivy"))
SEARCH_DIR = Path(env.text("SEARCH_DIR", str(DATA_DIR / "search")))
SEARCH_SOURCE = "catalog.search_source.DocumentSource"

# --- background work: rows hold the work, messages only wake workers (rulings 29) ---------------------------------------
BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "embedded://"  # portal.embedded
if not REDIS_URL:
    BROKER_DIR.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "jobs.tasks.tick", "schedule": schedule(10.0), "options": {"expires": 10}},
    "anchor": {"task": "workflow.tasks.anchor", "schedule": crontab(minute=7)},
    "minute": {"task": "portal.tasks.every_minute", "schedule": schedule(60.0), "options": {"expires": 60}},
}

# --- messages (notices): without a host or an address that way out is closed, and messages stay in the portal ------------
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 25, least=1)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 10
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured("EMAIL_USE_TLS (STARTTLS) and EMAIL_USE_SSL exclude each other")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", f"noreply@{urlsplit(SITE_URL).hostname or 'localhost'}")
SMS_WEBHOOK_URL = env.text("SMS_WEBHOOK_URL")
SMS_WEBHOOK_TOKEN = env.text("SMS_WEBHOOK_TOKEN")
if SMS_WEBHOOK_URL and not re.fullmatch(r"https?://[\w.-]+(:\d{1,5})?(/[!-~]*)?", SMS_WEBHOOK_URL, re.ASCII):
    raise ImproperlyConfigured("SMS_WEBHOOK_URL must be an address like https://gateway.example.cn/send")
if not re.fullmatch(r"[!-~]*", SMS_WEBHOOK_TOKEN):
    raise ImproperlyConfigured("SMS_WEBHOOK_TOKEN holds characters that no HTTP header can carry")

LINK_CHECK_EXTERNAL = env.flag("LINK_CHECK_EXTERNAL")

# --- applications (requests_app) ------------------------------------------------------------------------------------------
# Departments (codes) that keep a counter for all bodies: they register for the body an applicant names (rulings 9).
SHARED_COUNTERS = env.words("SHARED_COUNTERS", "szf,bgs")
# People are reminded on working days between these hours.
REMINDERS_FROM_HOUR = env.number("REMINDERS_FROM_HOUR", 8)
REMINDERS_UNTIL_HOUR = env.number("REMINDERS_UNTIL_HOUR", 18)
# Decides on reconsideration of the city's own answers.
# Who makes rules (规章), and how annual reports name the level of each body.
SITE_LEVEL = env.choice("SITE_LEVEL", "设区市", ("省级", "设区市", "县级"))
UPPER_GOVERNMENT = env.text("UPPER_GOVERNMENT", "上一级人民政府")
COURT = env.text("COURT", "有管辖权的人民法院")
CORRECTION_WORKDAYS = env.number("CORRECTION_WORKDAYS", 10, least=1)  # the reasonable period of 条例§30, as offered
FEE_PAYEE = env.text("FEE_PAYEE", f"{SITE['city']}财政局（缴入同级国库，凭缴款通知书到代收银行或者网上缴纳）")
# Online applications: so many handed in within an hour from one address with a proof of work, without one; drafts begun and
# files uploaded; files of one application; how many hashes a proof may take (a second or so in a browser).
APPLY_PER_HOUR = env.number("APPLY_PER_HOUR", 10, least=1)
APPLY_PER_HOUR_UNPROVEN = env.number("APPLY_PER_HOUR_UNPROVEN", 3)
APPLY_DRAFTS_PER_HOUR = env.number("APPLY_DRAFTS_PER_HOUR", 30, least=1)
APPLY_UPLOADS_PER_HOUR = env.number("APPLY_UPLOADS_PER_HOUR", 60, least=1)
APPLY_PROOF_MOST = env.number("APPLY_PROOF_MOST", 50_000, least=1)
APPLICANT_FILES_MOST = env.number("APPLICANT_FILES_MOST", 10, least=1)
# Ballots of the public evaluation: an hour from one address with a proof of work, without one, about one body.
BALLOTS_PER_HOUR = env.number("BALLOTS_PER_HOUR", 30, least=1)
BALLOTS_PER_HOUR_UNPROVEN = env.number("BALLOTS_PER_HOUR_UNPROVEN", 5)
BALLOTS_PER_BODY = env.number("BALLOTS_PER_BODY", 5, least=1)
BALLOTS_PER_BODY_UNPROVEN = env.number("BALLOTS_PER_BODY_UNPROVEN", 2)
# 条例§35: so many applications of one person at one body within 12 months are pointed out to its officers.
VOLUME_WATCH_YEAR = env.number("VOLUME_WATCH_YEAR", 30, least=1)
# Following one's application with number and query code: how long it stays open without a visit, how long a link to a
# letter or file holds, and how many wrong pairs are allowed in how many minutes, by address and by number.
FOLLOW_MINUTES = env.number("FOLLOW_MINUTES", 30, least=5)
FOLLOW_LINK_MINUTES = env.number("FOLLOW_LINK_MINUTES", 15, least=1)
FOLLOW_TRY_MINUTES = env.number("FOLLOW_TRY_MINUTES", 15, least=1)
FOLLOW_TRIES_PER_ADDRESS = env.number("FOLLOW_TRIES_PER_ADDRESS", 60, least=1)
FOLLOW_TRIES_PER_NUMBER = env.number("FOLLOW_TRIES_PER_NUMBER", 10, least=1)
# Messages, complaints and suggestions one applicant can send about one application within a day.
FOLLOW_WORDS_A_DAY = env.number("FOLLOW_WORDS_A_DAY", 20, least=1)

# --- sign-in (accounts) -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "accounts.passwords.KindsOfCharactersValidator"},
    {"NAME": "accounts.passwords.NotPersonalValidator"},
    {"NAME": "accounts.passwords.NotCommonValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
CITIZEN_HOME = "requests_app:mine"  # where people without a role land after signing in
ANONYMOUS_USER_NAME = None
ACCOUNT_ADAPTER = "accounts.adapter.SignInAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
# The lock on an account is counted from the record (accounts.lockout); these limit addresses and bursts before it.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "30/5m/ip,10/5m/key", "signup": "10/h/ip"}
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.SecondFactorAgainForm",
}
# Proxies of our own in front; 0 means that X-Forwarded-For is a claim of the client and not believed.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 1 if env.flag("BEHIND_PROXY") else 0)
SIGN_IN_IDLE_MINUTES = env.number("SIGN_IN_IDLE_MINUTES", 30, least=1)
SIGN_IN_FAILURES = env.number("SIGN_IN_FAILURES", 5, least=1)
SIGN_IN_FAILURE_MINUTES = env.number("SIGN_IN_FAILURE_MINUTES", 5, least=1)
SIGN_IN_LOCK_MINUTES = env.number("SIGN_IN_LOCK_MINUTES", 15, least=1)
SIGN_IN_SECOND_FACTOR_REQUIRED = env.flag("SIGN_IN_SECOND_FACTOR_REQUIRED")

# --- language, time -----------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = env.text("TIME_ZONE", "Asia/Shanghai")
USE_I18N = True
USE_TZ = True

# --- static, security ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(DATA_DIR / "static")))
WHITENOISE_MAX_AGE = 3600
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
HTTPS = env.flag("HTTPS", PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", HTTPS)
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS: list[str] = []

# --- API ----------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": SITE["name"] + " 开放接口",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
}

# --- logs ---------------------------------------------------------------------------------------------------------------
LOG_FORMAT = env.choice("LOG_FORMAT", "json" if PRODUCTION else "console", ("json", "console"))
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
_SHARED_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]
structlog.configure(
    processors=[
        *_SHARED_PROCESSORS,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False)
                if LOG_FORMAT == "json"
                # The default traceback prints local variables, and with them what people wrote.
                else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
            ],
            "foreign_pre_chain": _SHARED_PROCESSORS,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},  # the embedded broker has no host name and says so each time
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
    },
}
