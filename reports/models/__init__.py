"""What is stored to account for the work, by theme; other modules import from here."""

from reports.models.annual import AnnualReport, AnnualReportFile, CollectedReport, ReportFormat
from reports.models.events import ReportEvent

__all__ = ["AnnualReport", "AnnualReportFile", "CollectedReport", "ReportEvent", "ReportFormat"]
