"""Admin of the calendar: read-only lists, and one page that imports a year, so that every change goes through it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from workdays.models import CalendarYear, Day
from workdays.views.desk import take_file


class DayInline(admin.TabularInline):  # type: ignore[type-arg]
    """The days a notice names."""

    model = Day
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: days change by import."""
        return False

    has_add_permission = has_delete_permission = has_change_permission


@admin.register(CalendarYear)
class CalendarYearAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Years with their notices."""

    list_display = ("year", "notice", "published_on", "is_published")
    inlines = (DayInline,)
    change_list_template = "admin/workdays/calendaryear/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: years come by import."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: CalendarYear | None = None) -> bool:
        """Never: years change by import."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CalendarYear | None = None) -> bool:
        """Never: counted deadlines rest on them."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The usual pages and the import."""
        own = path(
            "import/",
            self.admin_site.admin_view(self.import_view),
            name="workdays_calendaryear_import",
        )
        return [own, *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Upload a file, see what would change, confirm."""
        if not request.user.has_perm("workdays.change_calendaryear"):
            raise PermissionDenied
        form, changes, is_done = take_file(request)
        if is_done:
            return redirect("admin:workdays_calendaryear_changelist")
        context = self.admin_site.each_context(request) | {
            "title": "导入年度放假安排",
            "form": form,
            "changes": changes,
        }
        return render(request, "admin/workdays/calendaryear/import.html", context)
