"""The reference set of every installation, read from `shipped.yaml`; what is there already stays as it is."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from reports.models import Indicator, IndicatorSet, ReportEvent, Section
from reports.scorecards.sets import new_set, renumber
from reports.scorecards.states import SETS, SHIP, Frequency, Source
from workflow.services import place

FILE = Path(__file__).resolve().parent / "shipped.yaml"
FREQUENCIES = {"m": Frequency.MONTHLY, "q": Frequency.QUARTERLY, "a": Frequency.ANNUAL}
Row = dict[str, Any]


@transaction.atomic
def load(*, actor: User, at: datetime) -> IndicatorSet | None:
    """Put the template in place; None when it is there."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    if IndicatorSet.objects.filter(code=data["code"]).exists():
        return None
    row = new_set(actor, at, code=data["code"], name=data["name"], note=data["note"])
    place(
        row=row, table=SETS, action=SHIP, actor=actor, event_model=ReportEvent, on=timezone.localdate(at), at=at,
        allowed=lambda _: True, facts={"code": data["code"]},
    )  # fmt: skip
    for position, part in enumerate(data["sections"], 1):
        points = Decimal(str(part["points"]))
        section = Section.objects.create(set=row, name=part["name"], points=points, position=position)
        made = [indicator_of(section, place_, said) for place_, said in enumerate(part["indicators"], 1)]
        Indicator.objects.bulk_create(made)
    renumber(row)
    return row


def indicator_of(section: Section, position: int, said: Row) -> Indicator:
    """One line of the file, unsaved."""
    code, rating = said.get("measure", ""), said.get("rating", "")
    source = Source.RATINGS if rating else Source.COMPUTED if code else Source.JUDGED
    parameters = {name: said[name] for name in ("columns", "days") if name in said}
    return Indicator(
        section=section,
        position=position,
        group=said["group"],
        name=said["name"],
        text=said["text"],
        points=Decimal(str(said["p"])),
        each=Decimal(str(said.get("e", 0))),
        frequency=FREQUENCIES[said["f"]],
        source=source,
        measure=rating or code,
        parameters=parameters,
    )
