"""Django registration of the room."""

from importlib import import_module

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """The `requests_app` room."""

    name = "requests_app"
    verbose_name = "依申请公开"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Kinds of messages and handlers of jobs; they need the models."""
        import_module("requests_app.cases.telling").register_kinds()
        import_module("requests_app.cases.mails").register_mails()
        import_module("requests_app.watch.plans").register_kinds()
        import_module("requests_app.watch.telling").register_mails()
        import_module("requests_app.watch.jobs")
