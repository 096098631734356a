"""What is stored to account for the work, by theme; other modules import from here."""

from reports.models.events import ReportEvent
from reports.models.plans import Progress, Remark, Task, Training, WorkPlan
from reports.models.watch import WatchCount, WatchNote

__all__ = ["Progress", "Remark", "ReportEvent", "Task", "Training", "WatchCount", "WatchNote", "WorkPlan"]
