"""Django registration of the room."""

from importlib import import_module

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """The `disclosure` room."""

    name = "disclosure"
    verbose_name = "信息发布"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register job handlers and kinds of notices; they need the models, so they cannot be imported before those are loaded."""
        import_module("disclosure.jobs")
        import_module("disclosure.watch.jobs")
        import_module("disclosure.versions.jobs")
        import_module("disclosure.versions.telling").register_kinds()
        import_module("disclosure.rounds.telling").register_kinds()
