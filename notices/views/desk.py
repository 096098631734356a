"""Desk pages about messages: one's own, how they are sent, and for system administrators what became of them."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of
from accounts.models import User
from accounts.rules import is_system_admin
from notices import resending, selectors, services
from notices.addresses import address_of, is_connected
from notices.forms import PreferencesForm
from notices.kinds import CHANNELS, all_kinds
from notices.models import Delivery, DeliveryState, Notice
from workflow.services import Refused

_KEY = re.compile(rf"({selectors.UNREAD}|{selectors.READ})-(\d{{1,18}})", re.ASCII)


@require_safe
@login_required
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """The reader's messages, unread ones first. Looking at the list marks nothing."""
    page = selectors.notice_page(_reader(request), after=_key(request.GET.get("after")))
    context = {
        "page": page,
        "next_url": "?" + urlencode({"after": "{}-{}".format(*page.after)}) if page.after else "",
        "until": selectors.newest_unread(page),
    }
    return _render(request, "list", "消息", context)


@require_POST
@login_required
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one message read and go where it leads."""
    reader = _reader(request)
    notice = get_object_or_404(Notice.objects.of(reader), pk=pk)
    services.mark_read(actor=reader, notice=notice, at=timezone.now())
    return redirect(notice.url)


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read that the page showed or had behind it, not what came since."""
    until = key_of(request.POST.get("until"))
    count = services.mark_all_read(actor=_reader(request), at=timezone.now(), until=until)
    messages.success(request, f"{count} 条消息已标为已读。" if count else "没有未读消息。")
    return redirect("notices:list")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def preferences(request: HttpRequest) -> HttpResponse:
    """Which optional messages also come by e-mail or SMS."""
    reader = _reader(request)
    form = PreferencesForm(request.POST if request.method == "POST" else None, actor=reader)
    if form.is_valid():
        services.set_preferences(actor=reader, wanted=form.wanted)
        messages.success(request, "接收设置已保存。")
        return redirect("notices:preferences")
    context = {
        "form": form,
        "required": [kind for kind in all_kinds() if not kind.is_optional],
        "addresses": [(label, is_connected(c), address_of(reader, c)) for c, label in CHANNELS.items()],
    }
    return _render(request, "preferences", "消息接收设置", context)


@require_safe
@login_required
@never_cache
def deliveries(request: HttpRequest) -> HttpResponse:
    """What became of mails and SMS; for system administrators."""
    if not is_system_admin(_reader(request)):
        raise Http404
    state = request.GET.get("state", "")
    state = state if state in DeliveryState.values else ""
    options = [
        {"label": label, "count": count, "chosen": state == value, "url": "?" if state == value else f"?state={value}"}
        for value, label, count in selectors.delivery_counts()
    ]
    context = {
        "page": selectors.delivery_page(state=state, before=key_of(request.GET.get("before"))),
        "outside": selectors.outside_troubles(),
        "facet": {"title": "发送状态", "name": "state", "options": options},
        "channels": [(label, is_connected(channel)) for channel, label in CHANNELS.items()],
    }
    return _render(request, "deliveries", "消息发送记录", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send once more what failed or ended unknown, after a page that says what may come of it."""
    reader = _reader(request)
    if not is_system_admin(reader):
        raise Http404
    delivery = get_object_or_404(Delivery.objects.select_related("notice", "recipient__department"), pk=pk)
    if request.method == "POST":
        try:
            count = resending.resend(actor=reader, delivery=delivery, at=timezone.now())
        except Refused as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, f"已提交重新发送，共 {count} 条消息。")
        return redirect("notices:deliveries")
    context = {"delivery": delivery, "together": Delivery.objects.together_with(delivery).count()}
    return _render(request, "resend", "重新发送", context)


def _render(request: HttpRequest, page: str, heading: str, context: dict[str, Any]) -> HttpResponse:
    """A page in the shell of the desk."""
    return render(request, f"desk/notices/{page}.html", {"heading": heading, **context})


def _reader(request: HttpRequest) -> User:
    """The signed-in person."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _key(text: str | None) -> tuple[str, int] | None:
    """Where a page starts; from the beginning for anything that cannot be a key."""
    found = _KEY.fullmatch(text or "")
    return (found.group(1), int(found.group(2))) if found else None
