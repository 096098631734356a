"""Is the input well-formed: codes at sign-in, people and their roles."""

from collections.abc import Callable
from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import attempts, rules
from accounts.addresses import client_address
from accounts.models import AccountEventKind, Department, DepartmentRole, User
from accounts.roles import CITY_WIDE, Role

INDENT = "\u3000"
RESERVED = frozenset({"system", "applicant", "founder", "root", "admin", "administrator"})


class SignInForm(LoginForm):  # type: ignore[misc]
    """Sign-in with our own words; a placeholder would only repeat the label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("login", "登录名"), ("password", "密码")):
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = f"请填写{label}。"
            self.fields[name].widget.attrs.pop("placeholder", None)


class OpenAccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A name to sign in with, what to be called, a password typed twice."""

    password = forms.CharField(
        label="密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少 10 个字符，包括字母、数字、符号中的至少两种。",
    )
    again = forms.CharField(
        label="再输入一次密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    class Meta:
        model = User
        fields = ["username", "full_name"]
        labels = {"username": "登录名", "full_name": "称呼"}
        help_texts = {
            "username": "字母、数字或中文，登录时使用；请勿使用身份证号、手机号。",
            "full_name": "可以不是真实姓名。",
        }
        error_messages = {"username": {"unique": "这个登录名已有人使用，请换一个。"}}

    def clean_username(self) -> str:
        """Free in every spelling, and none of the names under which the portal itself acts."""
        name = str(self.cleaned_data["username"])
        if name.casefold() in RESERVED or User.objects.filter(username__iexact=name).exists():
            raise ValidationError("这个登录名已有人使用，请换一个。")
        return name

    def clean(self) -> dict[str, Any]:
        """Both passwords alike, and strong enough."""
        said = dict(super().clean() or {})
        if said.get("password") and said.get("again") and said["password"] != said["again"]:
            self.add_error("again", "两次输入的密码不一致。")
        elif said.get("password"):
            try:
                validate_password(said["password"], User(username=said.get("username", "")))
            except ValidationError as fault:
                self.add_error("password", fault)
        return said


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    """The code at sign-in; wrong ones count towards the lock like wrong passwords."""

    def clean_code(self) -> str:
        """The code, if right and the account is not locked."""
        return _counted(self.user, super().clean_code)


class SecondFactorAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The code asked again before a sensitive change."""

    def clean_code(self) -> str:
        """As at sign-in."""
        return _counted(self.user, super().clean_code)


def _counted(user: User, check: Callable[[], str]) -> str:
    at, address = timezone.now(), client_address(context.request)
    attempts.refuse_if_locked(user.username, at=at, address=address)
    try:
        return check()
    except ValidationError:
        kind = AccountEventKind.SECOND_FACTOR_FAILED
        attempts.fail(kind, username=user.username, at=at, address=address)
        raise


class DepartmentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Departments in tree order, indented by depth."""

    def label_from_instance(self, obj: Department) -> str:
        """Name with one full-width space a level."""
        return f"{INDENT * (obj.depth - 1)}{obj.name}"


class GrantForm(forms.Form):
    """A role and where, among those ``actor`` may give."""

    role = forms.ChoiceField(label="岗位")
    department = DepartmentChoice(label="机构", queryset=Department.objects.none(), empty_label=None)

    def __init__(self, *args: object, actor: User, person: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        roles = [role for role in Role if rules.is_system_admin(actor) or role not in CITY_WIDE]
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        self.fields["department"].queryset = rules.departments_managed_by(actor).active()  # type: ignore[attr-defined]
        self.fields["department"].initial = person.department_id

    def clean_role(self) -> Role:
        """As the enum."""
        return Role(self.cleaned_data["role"])


class RevokeForm(forms.Form):
    """One of the roles ``person`` holds."""

    holding = forms.ModelChoiceField(
        queryset=DepartmentRole.objects.none(), error_messages={"invalid_choice": "该岗位已被收回，请刷新页面。"}
    )

    def __init__(self, *args: object, person: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        held = DepartmentRole.objects.filter(user=person).select_related("permission", "content_object")
        self.fields["holding"].queryset = held  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """Where to."""

    department = DepartmentChoice(label="调入机构", queryset=Department.objects.none(), empty_label=None)

    def __init__(self, *args: object, actor: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["department"].queryset = rules.departments_managed_by(actor).active()  # type: ignore[attr-defined]


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new account."""

    department = DepartmentChoice(label="所在机构", queryset=Department.objects.none(), empty_label=None)

    class Meta:
        model = User
        fields = ["username", "full_name", "department", "phone"]
        labels = {"username": "登录名"}
        help_texts = {"username": "字母、数字或中文，不超过 150 个字符；登录时使用。"}

    def __init__(self, *args: object, actor: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["department"].queryset = rules.departments_managed_by(actor).active()  # type: ignore[attr-defined]


class PeopleFilter(forms.Form):
    """Which people the list shows."""

    q = forms.CharField(label="姓名或登录名", max_length=80, required=False)
    department = DepartmentChoice(
        label="机构", queryset=Department.objects.none(), required=False, empty_label="全部机构"
    )

    def __init__(self, *args: object, actor: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["department"].queryset = rules.departments_visible_to(actor)  # type: ignore[attr-defined]
