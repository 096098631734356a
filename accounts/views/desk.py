"""Pages about people, their roles and the record."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts import rules, selectors, services
from accounts.addresses import client_address
from accounts.desks import key_of
from accounts.forms import GrantForm, MoveForm, PeopleFilter, PersonForm, RevokeForm
from accounts.models import User


@require_safe
@login_required
def people(request: HttpRequest) -> HttpResponse:
    """People of the departments one may see, with their roles."""
    actor = _actor(request)
    _refuse_outsiders(actor)
    form = PeopleFilter(request.GET, actor=actor)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = selectors.people_page(actor, q=wanted.get("q", ""), department=wanted.get("department"))
    page = Paginator(found, selectors.PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "may_add": rules.departments_managed_by(actor).exists()}
    return _render(request, "people", "人员与岗位", context)


@require_safe
@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: roles, state, what may be changed, last rows of its record."""
    actor = _actor(request)
    shown = get_object_or_404(selectors.with_roles(rules.people_visible_to(actor)), pk=pk)
    may_manage = rules.can_manage_person(actor, shown)
    context = {
        "person": shown,
        "may_manage": may_manage,
        "grant_form": GrantForm(actor=actor, person=shown) if may_manage and shown.is_active else None,
        "move_form": MoveForm(actor=actor, auto_id="move_%s") if may_manage and shown.is_active else None,
        "events": selectors.record_page(actor, person=shown, before=None).events[:10],
    }
    return _render(request, "person", str(shown), context)


@login_required
@never_cache
@sensitive_variables("password")
def new_person(request: HttpRequest) -> HttpResponse:
    """Open an account; the temporary password is shown once, on this page."""
    actor = _actor(request)
    if not rules.departments_managed_by(actor).exists():
        raise PermissionDenied("只有系统管理员和机构管理员可以新建账号。")
    form = PersonForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = services.create_user(
                actor=actor, at=timezone.now(), address=client_address(request), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _render(request, "password", f"已为{user}新建账号", {"person": user, "password": password})
    return _render(request, "new", "新建账号", {"form": form})


@require_POST
@login_required
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a role."""
    actor, user = _actor(request), _managed(request, pk)
    form = GrantForm(request.POST, actor=actor, person=user)
    if not form.is_valid():
        messages.error(request, "没有授予岗位：请选择您可以授予的岗位和机构。")
        return redirect("accounts:person", pk=pk)
    try:
        services.grant_role(
            actor=actor, user=user, at=timezone.now(), address=client_address(request), **form.cleaned_data
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        role, department = form.cleaned_data["role"], form.cleaned_data["department"]
        messages.success(request, f"已授予{user}{department}的“{role.label}”岗位。")
    return redirect("accounts:person", pk=pk)


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role away."""
    actor, user = _actor(request), _managed(request, pk)
    form = RevokeForm(request.POST, person=user)
    if not form.is_valid():
        messages.error(request, "没有收回岗位：该岗位不存在，可能已被他人收回。")
        return redirect("accounts:person", pk=pk)
    held = form.cleaned_data["holding"]
    try:
        services.revoke_role(
            actor=actor,
            user=user,
            role=held.role,
            department=held.content_object,
            at=timezone.now(),
            address=client_address(request),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"已收回{user}{held.content_object}的“{held.role.label}”岗位。")
    return redirect("accounts:person", pk=pk)


@require_POST
@login_required
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move to another department."""
    actor, user = _actor(request), _managed(request, pk)
    form = MoveForm(request.POST, actor=actor)
    if not form.is_valid():
        messages.error(request, "没有办理调动：请选择您管理的机构。")
        return redirect("accounts:person", pk=pk)
    try:
        ended = services.move_user(
            actor=actor, user=user, at=timezone.now(), address=client_address(request), **form.cleaned_data
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"{user}已调入{form.cleaned_data['department']}。{_said(ended)}")
    return redirect("accounts:people")


@require_POST
@login_required
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account."""
    actor, user = _actor(request), _managed(request, pk)
    try:
        ended = services.deactivate_user(actor=actor, user=user, at=timezone.now(), address=client_address(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"已停用{user}的账号。{_said(ended)}")
    return redirect("accounts:person", pk=pk)


@require_POST
@login_required
@never_cache
@sensitive_variables("password")
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a temporary password and show it once."""
    actor, user = _actor(request), _managed(request, pk)
    password = services.reset_password(actor=actor, user=user, at=timezone.now(), address=client_address(request))
    return _render(request, "password", f"已重置{user}的密码", {"person": user, "password": password})


@require_POST
@login_required
def remove_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """For a lost device."""
    actor, user = _actor(request), _managed(request, pk)
    try:
        services.remove_second_factor(actor=actor, user=user, at=timezone.now(), address=client_address(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"已停用{user}的动态口令，本人登录后可重新启用。")
    return redirect("accounts:person", pk=pk)


@require_safe
@login_required
def record(request: HttpRequest) -> HttpResponse:
    """Sign-ins and changes of rights, newest first."""
    actor = _actor(request)
    _refuse_outsiders(actor)
    chosen = key_of(request.GET.get("person"))
    about = get_object_or_404(rules.people_visible_to(actor), pk=chosen) if chosen is not None else None
    page = selectors.record_page(actor, person=about, before=key_of(request.GET.get("before")))
    heading = f"{about}的登录与权限记录" if about else "登录与权限记录"
    return _render(request, "record", heading, {"page": page, "person": about})


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """My roles, my second factor, my last sign-ins."""
    me = get_object_or_404(selectors.with_roles(User.objects.filter(pk=_actor(request).pk)))
    return _render(request, "mine", "我的账号", {"person": me, "events": selectors.last_sign_ins(me)})


def _render(request: HttpRequest, page: str, heading: str, context: dict[str, Any]) -> HttpResponse:
    """A page of this desk."""
    return render(request, f"desk/people/{page}.html", {"heading": heading, **context})


def _actor(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied("请先登录。")
    return request.user


def _looks_after_others(actor: User) -> bool:
    return rules.can_see_everything(actor) or rules.departments_managed_by(actor).exists()


def _refuse_outsiders(actor: User) -> None:
    """Lists are for those who look after other people."""
    if not _looks_after_others(actor):
        raise PermissionDenied("只有机构管理员、系统管理员、主管部门和审计人员可以查看。")


def _managed(request: HttpRequest, pk: int) -> User:
    """The account, 404 if it may not be seen, 403 if it may not be changed."""
    user = get_object_or_404(rules.people_visible_to(_actor(request)), pk=pk)
    if not rules.can_manage_person(_actor(request), user):
        raise PermissionDenied("您可以查看该账号，但不能修改。")
    return user


def _said(ended: list[services.Held]) -> str:
    if not ended:
        return ""
    return "同时收回岗位：" + "、".join(f"{held.department}“{held.role.label}”" for held in ended) + "。"
