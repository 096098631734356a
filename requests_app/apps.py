"""Django registration of the room."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    """The `requests_app` room."""

    name = "requests_app"
    verbose_name = "依申请公开"
    default_auto_field = "django.db.models.BigAutoField"
