"""The message that wakes workers. Losing it loses nothing: the scheduler looks at the rows every ten seconds."""

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

logger = structlog.get_logger(__name__)


def wake_workers() -> None:
    """Tell workers that rows wait; a broker that is away is only logged."""
    try:
        current_app.send_task("jobs.tasks.run_waiting", expires=60, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("wake_failed", error=str(error))
