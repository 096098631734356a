"""Django registration of the room."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The `search` room."""

    name = "search"
    verbose_name = "全文检索"
    default_auto_field = "django.db.models.BigAutoField"
