"""One structured log line a request, and answers that caches ask for again."""

import re
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_cache_control

_TEXT = re.compile(r"text/.*|application/(.*\+)?(json|xml)|image/svg\+xml")
_SECRETS, _STAFF = "/accounts/", ("/desk/", "/admin/")
logger = structlog.get_logger("portal.request")


class RequestLogMiddleware:
    """Binds a request id to the log and writes method, path, status and milliseconds; never the query string,
    which may hold what a citizen looks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then write the line."""
        started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=uuid.uuid4().hex[:12])
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            response = _not_allowed(request, response)
        if not request.path.startswith("/static/"):
            logger.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        return response


def _not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Django's 405 is an empty page; say in words what happened."""
    page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
    page["Allow"] = response["Allow"]
    return page


class CompressMiddleware(GZipMiddleware):
    """Sends pages, feeds and lists small. Not files: they are compressed inside, and are asked for in parts."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, compressed if it is text."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.streaming or response.has_header("Content-Disposition") or not _TEXT.fullmatch(kind):
            return response
        return super().process_response(request, response)


class AskAgainMiddleware:
    """Tells caches to ask again each time where a page says nothing else, so that a takedown works at once
    (rulings 16). Asking costs little: `ConditionalGetMiddleware` answers 304 to those who hold the same page. Desks are
    kept by the own browser alone, pages with codes and secrets of accounts nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the word for caches."""
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            if request.path.startswith(_SECRETS):
                add_never_cache_headers(response)
            elif request.path.startswith(_STAFF):
                patch_cache_control(response, private=True, no_cache=True)
            else:
                patch_cache_control(response, no_cache=True)
        return response
