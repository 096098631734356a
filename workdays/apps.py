"""Django registration of the room."""

from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    """The `workdays` room."""

    name = "workdays"
    verbose_name = "工作日"
    default_auto_field = "django.db.models.BigAutoField"
