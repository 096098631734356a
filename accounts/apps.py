"""Django registration of the room."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The `accounts` room."""

    name = "accounts"
    verbose_name = "用户与机构"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers that write the record."""
        import_module("accounts.record")
