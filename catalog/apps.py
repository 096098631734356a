"""Django registration of the room."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The `catalog` room."""

    name = "catalog"
    verbose_name = "公开目录"
    default_auto_field = "django.db.models.BigAutoField"
