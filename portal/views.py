"""The frame's own pages: home, theme, site map, desk entrance, error pages."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Department, User
from catalog import selectors
from catalog.figures import published_by_month
from catalog.models import Column, FacetDimension
from catalog.views.kept import kept
from portal.agenda.selectors import upcoming
from portal.context import THEME_COOKIE
from portal.desk import APPLICATIONS, desk_figures, desk_tiles, in_groups
from portal.samples import sample
from requests_app.deadlines import reply_due_on
from workdays.selectors import current_calendar

QUESTIONS = ("供暖补贴怎么领", "小学报名", "公积金提取", "医保异地就医", "加装电梯补贴", "居住证办理")
MOST_UPCOMING = 6
YEAR_SECONDS = 365 * 24 * 3600


@require_safe
@kept
def home(request: HttpRequest) -> HttpResponse:
    """Search first; then what is new, key areas, columns, how to apply, figures."""
    now, today = timezone.now(), timezone.localdate()
    counts = selectors.facet_counts()
    interpretation = Column.objects.filter(slug="interpretation").values_list("pk", flat=True).first()
    due = reply_due_on(today, current_calendar())
    browse = reverse("catalog:browse")
    context = {
        "latest": selectors.latest(now),
        "explained": selectors.latest_interpretations(now),
        "key_areas": selectors.key_areas_with_counts(counts),
        "columns": list(Column.objects.filter(is_active=True)),
        "questions": [{"text": words, "url": f"{browse}?{urlencode({'q': words})}"} for words in QUESTIONS],
        "promise": {"today": today, "due_on": due.on, "provisional": due.provisional},
        "figures": {
            "published_this_month": published_by_month(today)[-1],
            "total": counts[FacetDimension.ALL].get(0, 0),
            "interpretations": counts[FacetDimension.COLUMN].get(interpretation or 0, 0),
            "departments": len(counts[FacetDimension.DEPARTMENT]),
        },
    }
    return render(request, "home.html", context)


@csrf_exempt  # it only sets a cookie about looks; a token on every page would make every page uncacheable
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember 标准版, 长者模式, 高对比 or the last two together, and go back to where the reader was."""
    chosen = request.POST.get("theme", "standard")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    if chosen in settings.THEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure())
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where old browsers look for the emblem."""
    return redirect(static("img/emblem.svg"), permanent=True)


@require_safe
def sitemap_page(request: HttpRequest) -> HttpResponse:
    """网站地图 for people."""
    context = {
        "columns": list(Column.objects.filter(is_active=True)),
        "key_areas": selectors.key_areas_with_counts(selectors.facet_counts()),
        "departments": list(Department.objects.active().bodies()),
    }
    return render(request, "sitemap_page.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """无障碍声明."""
    return render(request, "accessibility.html")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component once; for the people who build and check the site."""
    return render(request, "styleguide/index.html", {"sample": sample(timezone.localdate())})


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """The entrance of the desks: what this person may do here."""
    figures = desk_figures(request.user, today=timezone.localdate())
    tiles = desk_tiles(request.user)
    has_role = APPLICATIONS not in tiles
    context = {
        "heading": "工作台",
        "groups": in_groups(tiles),
        "figures": figures,
        "has_role": has_role,
        "upcoming": upcoming(cast(User, request.user), timezone.localdate(), MOST_UPCOMING) if has_role else [],
    }
    return render(request, "desk/index.html", context)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 in plain words."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 in plain words."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token does not hold; ``reason`` is the library's English and is not shown."""
    said = "表单已经失效，没有办理：可能是页面停留太久，或者在另一个窗口重新登录过。请返回上一页刷新后再提交。"
    return render(request, "403.html", {"reason": said}, status=403)


def not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    """404 that offers search and the way to apply."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 from a page that needs nothing that may be broken."""
    context: dict[str, Any] = {}
    return render(request, "500.html", context, status=500)
