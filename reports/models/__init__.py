"""What is stored to account for the work, by theme; other modules import from here."""

from reports.models.annual import AnnualReport, AnnualReportFile, CollectedReport, ReportFormat
from reports.models.events import ReportEvent
from reports.models.figures import CountedMonth, MonthlyFigure
from reports.models.plans import Progress, Remark, Task, Training, WorkPlan
from reports.models.quarterly import QuarterlyAnalysis
from reports.models.watch import WatchCount, WatchNote

__all__ = [
    "AnnualReport",
    "AnnualReportFile",
    "CollectedReport",
    "CountedMonth",
    "MonthlyFigure",
    "Progress",
    "QuarterlyAnalysis",
    "Remark",
    "ReportEvent",
    "ReportFormat",
    "Task",
    "Training",
    "WatchCount",
    "WatchNote",
    "WorkPlan",
]
