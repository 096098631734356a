"""Django registration of the room."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from workflow.guard import install_after_migrations


class WorkflowConfig(AppConfig):
    """The `workflow` room."""

    name = "workflow"
    verbose_name = "流程"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Guard append-only tables after migrations."""
        post_migrate.connect(install_after_migrations, dispatch_uid="workflow.guard")
