"""Django registration of the room."""

from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The `notices` room."""

    name = "notices"
    verbose_name = "消息"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the job handler; it needs the models, so it cannot be imported before they are loaded."""
        import_module("notices.jobs")
