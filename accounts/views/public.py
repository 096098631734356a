"""An account of one's own: it gathers one's applications, and nothing needs it."""

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.addresses import client_address
from accounts.forms import OpenAccountForm

TOO_OFTEN = "从您的网络地址开设账号过于频繁，请一小时后再试。不开设账号也可以申请和查询。"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an account without roles and sign in."""
    if request.user.is_authenticated:
        return redirect(settings.CITIZEN_HOME)
    form = OpenAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action="signup"):
            said = form.cleaned_data
            user = services.open_own_account(
                username=said["username"],
                full_name=said["full_name"],
                password=said["password"],
                at=timezone.now(),
                address=client_address(request),
            )
            messages.success(request, "账号已开设。")
            response: HttpResponse = perform_login(
                request, user, email_verification="none", redirect_url=resolve_url(settings.CITIZEN_HOME)
            )
            return response
        form.add_error(None, TOO_OFTEN)
    return render(request, "account/open.html", {"form": form})
