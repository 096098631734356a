"""Django registration of the room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The `reports` room."""

    name = "reports"
    verbose_name = "年度报告"
    default_auto_field = "django.db.models.BigAutoField"
