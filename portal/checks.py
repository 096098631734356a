"""The portal examines itself: system checks with ids of their own, each with a hint.

They take no models at import time, so that Django can load this module before the apps.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.utils import timezone
from django.utils.module_loading import import_string

from requests_app.sealing import check_keys


def secret_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.E001: the key signs sessions and evidence anchors."""
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's own word for an empty one, without a hint
        key = ""
    if len(key) >= 50 and len(set(key)) >= 10:
        return []
    hint = "Set SECRET_KEY or SECRET_KEY_FILE to at least 50 random characters."
    return [Error("The secret key is missing or weak.", hint=hint, id="portal.E001")]


def production_flags(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.E002–E004, W001: what must not stay on, or off, in production."""
    if not settings.PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on in production.", hint="Unset DEBUG.", id="portal.E002"))
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Set ALLOWED_HOSTS to the site's host names."
        found.append(Error("Every host name is accepted in production.", hint=hint, id="portal.E003"))
    if not settings.SESSION_COOKIE_SECURE:
        hint = "Unset HTTPS=0, or serve an intranet without TLS knowingly with PRODUCTION=0."
        found.append(Error("Cookies travel without TLS in production.", hint=hint, id="portal.E004"))
    if not settings.REDIS_URL:
        hint = "Set REDIS_URL; without it background work is woken by files in DATA_DIR."
        found.append(Warning("No Redis in production.", hint=hint, id="portal.W001"))
    return found


def calendar_years(app_configs: Any, databases: Sequence[str] | None, **kwargs: Any) -> list[CheckMessage]:
    """portal.W002, W003: the working-day calendar of this year (and from December the next) must be loaded."""
    if not databases or "default" not in databases:
        return []
    today = timezone.localdate()
    needed = [today.year] + ([today.year + 1] if today.month == 12 else [])
    model = apps.get_model("workdays", "CalendarYear")
    try:
        if model._meta.db_table not in connections["default"].introspection.table_names():
            return []
        loaded = set(model.objects.filter(year__in=needed, is_published=True).values_list("year", flat=True))
    except DatabaseError as error:
        return [Warning(f"The calendar cannot be read: {error}", hint="Run migrate.", id="portal.W003")]
    hint = "Run manage.py load_calendar, or manage.py import_calendar FILE with the State Council's notice."
    return [
        Warning(f"No working-day calendar for {year}: due dates are provisional.", hint=hint, id="portal.W002")
        for year in needed
        if year not in loaded
    ]


def search_engine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.E005: the chosen search engine's library must load (whether it answers is said by /readyz)."""
    library = {"whoosh": "search.whoosh_engine.WhooshEngine", "tantivy": "search.tantivy_engine.TantivyEngine"}
    try:
        import_string(library[settings.SEARCH_ENGINE])
    except ImportError as error:
        hint = "Install requirements/base.txt, or choose SEARCH_ENGINE=whoosh."
        return [Error(f"The search engine cannot be loaded: {error}", hint=hint, id="portal.E005")]
    return []


def applicant_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """portal.E006, W004: the keys of applicants' data must work, and in production not lie beside the data."""
    try:
        check_keys()
    except ImproperlyConfigured as error:  # says which one, never shows it
        hint = "Set APPLICANT_KEYS (or APPLICANT_KEYS_FILE) and APPLICANT_HASH_KEY as docs/operations.md says."
        return [Error(str(error), hint=hint, id="portal.E006")]
    if settings.PRODUCTION and _embedded_keys() & {*settings.APPLICANT_KEYS, settings.APPLICANT_HASH_KEY}:
        hint = "Move applicant_keys and applicant_hash_key out of DATA_DIR and out of its backups."
        return [Warning("The keys of applicants' data lie beside the data.", hint=hint, id="portal.W004")]
    return []


def _embedded_keys() -> set[str]:
    files = (Path(settings.DATA_DIR) / name for name in ("applicant_keys", "applicant_hash_key"))
    return {key for file in files if file.is_file() for key in file.read_text("utf-8", "replace").split()}
