"""What is stored to account for the work, by theme; other modules import from here."""

from reports.models.annual import AnnualReport, AnnualReportFile, CollectedReport, ReportFormat
from reports.models.evaluation import Ballot, Question, Questionnaire, Tally
from reports.models.events import ReportEvent
from reports.models.figures import CountedMonth, MonthlyFigure
from reports.models.plans import Progress, Remark, Task, Training, WorkPlan
from reports.models.problems import Problem, ProblemRemark
from reports.models.proofs import Proof
from reports.models.quarterly import QuarterlyAnalysis
from reports.models.scorecards import (
    Assessment,
    Indicator,
    IndicatorSet,
    Objection,
    Result,
    Scorecard,
    Section,
)
from reports.models.watch import WatchCount, WatchNote

__all__ = [
    "AnnualReport",
    "AnnualReportFile",
    "Assessment",
    "Ballot",
    "CollectedReport",
    "CountedMonth",
    "Indicator",
    "IndicatorSet",
    "MonthlyFigure",
    "Objection",
    "Problem",
    "ProblemRemark",
    "Progress",
    "Proof",
    "QuarterlyAnalysis",
    "Question",
    "Questionnaire",
    "Remark",
    "ReportEvent",
    "ReportFormat",
    "Result",
    "Scorecard",
    "Section",
    "Tally",
    "Task",
    "Training",
    "WatchCount",
    "WatchNote",
    "WorkPlan",
]
