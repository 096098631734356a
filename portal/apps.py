"""Django registration of the frame."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from portal import checks
from portal.words import say_what_is_empty


class PortalConfig(AppConfig):
    """The frame."""

    name = "portal"
    verbose_name = "平台"

    def ready(self) -> None:
        """Register the system checks, and give forms their words."""
        say_what_is_empty()
        register(checks.secret_key, Tags.security)
        register(checks.production_flags, Tags.security)
        register(checks.applicant_keys, Tags.security)
        register(checks.calendar_years, Tags.database)
        register(checks.search_engine, Tags.files)
