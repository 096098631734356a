"""Reference data: the department tree, through the services; people are looked after at the desk, the record nowhere."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from accounts import services
from accounts.addresses import client_address
from accounts.forms import INDENT, DepartmentChoice
from accounts.models import Department
from accounts.rules import is_system_admin

# One door: the administration's own sign-in page would bypass locks, codes and the record.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class DepartmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A department; its place in the tree is chosen once."""

    parent = DepartmentChoice(label="上级机构", queryset=Department.objects.none(), required=False, empty_label="无")

    class Meta:
        model = Department
        fields = [
            *("code", "name", "short_name", "kind", "credit_code", "is_active", "office_name", "office_address"),
            *("office_hours", "phone", "fax", "email", "postal_code", "duties"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["parent"]
        else:
            self.fields["parent"].queryset = Department.objects.active()  # type: ignore[attr-defined]

    def clean_parent(self) -> Department | None:
        """Only the first department has none above it."""
        parent: Department | None = self.cleaned_data["parent"]
        if parent is None and Department.objects.exists():
            raise ValidationError("请选择上级机构。")
        return parent


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Departments in tree order, for system administrators. Nothing is deleted: a department is abolished."""

    form = DepartmentForm
    list_display = ["indented_name", "code", "kind", "credit_code", "phone", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "short_name", "code", "credit_code"]
    ordering = ["path"]

    @admin.display(description="名称")
    def indented_name(self, department: Department) -> str:
        """Name behind one full-width space a level."""
        return f"{INDENT * (department.depth - 1)}{department.name}"

    def get_fields(self, request: HttpRequest, obj: Department | None = None) -> Any:
        """The place in the tree is asked for once."""
        return [*([] if obj else ["parent"]), *DepartmentForm.Meta.fields]

    def save_model(self, request: HttpRequest, obj: Department, form: Any, change: bool) -> None:
        """Through the services, so that it is recorded."""
        data: dict[str, Any] = {name: form.cleaned_data[name] for name in DepartmentForm.Meta.fields}
        data |= {"actor": request.user, "at": timezone.now(), "address": client_address(request)}
        if change:
            services.change_department(department=Department.objects.get(pk=obj.pk), **data)
            return
        created = services.create_department(parent=form.cleaned_data["parent"], **data)
        obj.pk, obj.path, obj.depth, obj._state.adding = (created.pk, created.path, created.depth, False)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """System administrators."""
        return is_system_admin(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Department | None = None) -> bool:
        """System administrators."""
        return is_system_admin(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """System administrators."""
        return is_system_admin(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Department | None = None) -> bool:
        """System administrators."""
        return is_system_admin(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Department | None = None) -> bool:
        """Nobody."""
        return False
