"""Django registration of the room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The `jobs` room."""

    name = "jobs"
    verbose_name = "后台任务"
    default_auto_field = "django.db.models.BigAutoField"
