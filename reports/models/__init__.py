"""What is stored to account for the work, by theme; other modules import from here."""

from reports.models.evaluation import Ballot, Question, Questionnaire, Tally
from reports.models.events import ReportEvent
from reports.models.problems import Problem, ProblemRemark
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
    "Assessment",
    "Ballot",
    "Indicator",
    "IndicatorSet",
    "Objection",
    "Problem",
    "ProblemRemark",
    "Question",
    "Questionnaire",
    "ReportEvent",
    "Result",
    "Scorecard",
    "Section",
    "Tally",
]
