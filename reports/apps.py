"""Django registration of the room."""

from importlib import import_module

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The `reports` room."""

    name = "reports"
    verbose_name = "统计与考核"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Kinds of messages and handlers of jobs; they need the models."""
        import_module("reports.annual.telling").register_kinds()
        import_module("reports.annual.jobs")
        import_module("reports.figures.jobs")
        import_module("reports.quarterly.telling").register_kinds()
        import_module("reports.plans.telling").register_kinds()
        import_module("reports.plans.jobs")
        import_module("reports.watch.services").register_kinds()
        import_module("reports.watch.jobs")
        import_module("reports.scorecards.telling").register_kinds()
        import_module("reports.scorecards.jobs")
        import_module("reports.problems.telling").register_kinds()
        import_module("reports.problems.jobs")
