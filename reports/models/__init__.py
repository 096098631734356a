"""What is stored to account for the work, by theme; other modules import from here."""

from reports.models.annual import AnnualReport, AnnualReportFile, CollectedReport, ReportFormat
from reports.models.evaluation import Ballot, Question, Questionnaire, Tally
from reports.models.events import ReportEvent
from reports.models.figures import CountedMonth, MonthlyFigure
from reports.models.problems import Problem, ProblemRemark
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
    "QuarterlyAnalysis",
    "Question",
    "Questionnaire",
    "ReportEvent",
    "ReportFormat",
    "Result",
    "Scorecard",
    "Section",
    "Tally",
]
