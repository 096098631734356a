"""Health of the process and of what it needs, as JSON for watchers."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

from jobs import selectors as jobs
from search import live
from search import selectors as search
from search.engine import SearchUnavailable


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok", "pid": os.getpid()})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything it needs is there, else 503; each part says how it is."""
    now = timezone.now()
    parts = {"database": _database()}
    if parts["database"]["ok"]:
        probes = {"broker": _broker, "worker": _worker, "search": _search, "jobs": _jobs}
        parts |= {name: _said_by(probe, now) for name, probe in probes.items()}
    ok = all(part["ok"] for part in parts.values())
    body = {"status": "ok" if ok else "degraded", "parts": parts}
    return JsonResponse(body, status=200 if ok else 503)


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True, "vendor": connection.vendor}


def _said_by(probe: Callable[[datetime], dict[str, Any]], now: datetime) -> dict[str, Any]:
    """What a probe says; tables that are not there yet are a finding too."""
    try:
        return probe(now)
    except DatabaseError as error:
        return {"ok": False, "error": type(error).__name__}


def _broker(now: datetime) -> dict[str, Any]:
    kind = "redis" if settings.REDIS_URL else "embedded"
    try:
        with current_app.connection_for_write(connect_timeout=1) as link:
            link.ensure_connection(max_retries=0, timeout=1)
    except (KombuError, OSError) as error:
        return {"ok": False, "kind": kind, "error": type(error).__name__}
    return {"ok": True, "kind": kind}


def _worker(now: datetime) -> dict[str, Any]:
    since = {name: jobs.seconds_since_beat(name, now) for name in ("worker", "scheduler")}
    ok = all(seconds is not None and seconds < jobs.BEAT_LIMIT_SECONDS for seconds in since.values())
    return {"ok": ok, "seconds_since_beat": since}


def _search(now: datetime) -> dict[str, Any]:
    pending, oldest = search.lag(now)
    said = {"engine": settings.SEARCH_ENGINE, "pending": pending, "lag_seconds": oldest}
    try:
        live.folder()
    except SearchUnavailable as error:
        return {"ok": False, **said, "error": str(error)}
    return {"ok": oldest < search.LAG_LIMIT_SECONDS, **said}


def _jobs(now: datetime) -> dict[str, Any]:
    waiting = jobs.oldest_waiting_seconds(now)
    return {
        "ok": waiting < jobs.WAITING_LIMIT_SECONDS,
        "oldest_waiting_seconds": waiting,
        "running": jobs.running_count(),
    }
