"""Every measure by its code."""

from reports.scorecards.measures import annual, answering, columns, publishing, ratings, registers, training, watching
from reports.scorecards.measures.base import Measure

MEASURES: dict[str, Measure] = {
    measure.code: measure
    for room in (registers, columns, publishing, answering, ratings, watching, annual, training)
    for measure in room.MEASURES
}
