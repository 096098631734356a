"""What is stored to account for the work, by theme; other modules import from here."""

from reports.models.events import ReportEvent
from reports.models.figures import CountedMonth, MonthlyFigure
from reports.models.quarterly import QuarterlyAnalysis

__all__ = ["CountedMonth", "MonthlyFigure", "QuarterlyAnalysis", "ReportEvent"]
