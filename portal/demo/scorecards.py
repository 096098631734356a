"""Scorecards, problems and questionnaires of the demo city; what is there already stays as it is."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from files.models import StoredFile
from portal.demo.attachments import make
from reports.evaluation import services as evaluation
from reports.models import Assessment, IndicatorSet, Problem, Questionnaire, Result
from reports.problems import services as problems
from reports.proofs.services import keep
from reports.scorecards import assessing, computing, judging, sets
from reports.scorecards.judging import Judgement
from reports.scorecards.periods import Period, PeriodKind, last_over
from reports.scorecards.states import SetState

FILE = Path(__file__).resolve().parent / "scorecards.yaml"
AGO, OBJECTIONS = timedelta(days=40), timedelta(days=3)
Row = dict[str, Any]


@transaction.atomic
def load(at: datetime) -> bool:
    """Everything of `scorecards.yaml`, once and whole; False when it is there."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    today = timezone.localdate(at)
    name = data["set"]["name"].format(year=today.year)
    if IndicatorSet.objects.filter(name=name).exists():
        return False
    city = _City(data, at)
    for row in data["questionnaires"]:
        city.questionnaire(row)
    indicators = city.indicators(name)
    quarter = last_over(PeriodKind.QUARTER, today)
    city.published(indicators, last_over(PeriodKind.QUARTER, quarter.first))
    city.announced(indicators, quarter)
    for row in data["problems"]:
        city.problem(row)
    return True


class _City:
    """钱七 assesses, 王五 answers for the education bureau."""

    def __init__(self, data: Mapping[str, Any], at: datetime) -> None:
        self.data, self.at, self.today = data, at, timezone.localdate(at)
        self.qianqi, self.wangwu = (User.objects.get(username=name) for name in ("qianqi", "wangwu"))
        self.bodies = {row.code: row for row in Department.objects.filter(code__in=data["bodies"])}

    # --- scorecards -----------------------------------------------------------------------------------------------------

    def indicators(self, name: str) -> IndicatorSet:
        """The reference set copied for this year, in use."""
        said = {"name": name, "year": self.today.year, "note": self.data["set"]["note"]}
        source = IndicatorSet.objects.get(state=SetState.TEMPLATE)
        row = sets.copy(actor=self.qianqi, source=source, at=self.at, **said)
        sets.activate(actor=self.qianqi, row=row, at=self.at)
        return row

    def _computed(self, indicators: IndicatorSet, period: Period, judged: list[Row], at: datetime) -> Assessment:
        """Opened, computed, every judged indicator judged."""
        row = assessing.open_assessment(
            actor=self.qianqi, indicators=indicators, period=period, bodies=list(self.bodies.values()), at=at
        )
        computing.compute_all(row, at=at, indicators=assessing.covered(row))
        said = {(one["name"], one["body"]): one for one in judged}
        results = Result.objects.filter(card__assessment=row, computed_at=None)
        judgements = [
            self._judgement(result, said.get((result.indicator.name, result.card.department.code)))
            for result in results.select_related("indicator", "card__department").order_by("pk")
        ]
        judging.judge(actor=self.qianqi, assessment=row, judgements=judgements, at=at)
        row.refresh_from_db()
        return row

    @staticmethod
    def _judgement(result: Result, said: Row | None) -> Judgement:
        if said is None:
            return Judgement(result.pk, result.edition, 0, "", ())
        links = (("依据的页面", said["link"]),) if "link" in said else ()
        return Judgement(result.pk, result.edition, said["findings"], said["evidence"], links)

    def announced(self, indicators: IndicatorSet, period: Period) -> None:
        """The quarter: objections are asked for, and one is there."""
        row = self._computed(indicators, period, self.data["judged"], self.at)
        assessing.announce(actor=self.qianqi, row=row, until=self.today + timedelta(days=7), at=self.at)
        said = self.data["objection"]
        result = Result.objects.select_related("indicator", "card__assessment", "card__department").get(
            card__assessment=row, card__department__code=said["body"], indicator__name=said["name"]
        )
        judging.object_to(actor=self.wangwu, result=result, text=said["text"], link=said["link"], at=self.at)

    def published(self, indicators: IndicatorSet, period: Period) -> None:
        """The quarter before: over, and everybody may read it."""
        at = self.at - AGO
        row = self._computed(indicators, period, self.data["judged_before"], at)
        assessing.announce(actor=self.qianqi, row=row, until=timezone.localdate(at + OBJECTIONS), at=at)
        later = at + OBJECTIONS + timedelta(days=1)
        assessing.settle(actor=self.qianqi, row=row, at=later)
        assessing.publish(actor=self.qianqi, row=row, notice=self.data["notice"], is_public=True, at=later)

    # --- problems -------------------------------------------------------------------------------------------------------

    def problem(self, said: Row) -> Problem:
        """Entered some days ago, then as far as `way` says."""
        opened = self.at - timedelta(days=said["days"])
        row = problems.open_problem(
            actor=self.qianqi, department=self.bodies[said["body"]], text=said["text"], demand=said["demand"],
            link=said.get("link", ""), due_on=self.today + timedelta(days=said["due"]), at=opened,
        )  # fmt: skip
        if said["way"] in ("reported", "closed"):
            at = opened + timedelta(days=min(said["days"], 20))
            made = {"text": said["said"], "link": "", "proofs": self._proofs(said)}
            problems.report(actor=self.wangwu, problem=row, edition=row.edition, at=at, **made)
        if said["way"] == "closed":
            at = opened + timedelta(days=25)
            problems.close(actor=self.qianqi, problem=row, edition=row.edition, text=said["checked"], at=at)
        return row

    def _proofs(self, said: Row) -> list[StoredFile]:
        if "proof" not in said:
            return []
        title, kind, paragraphs = (said["proof"][name] for name in ("title", "format", "paragraphs"))
        data = make(kind, title, paragraphs, [])
        return [keep(upload=BytesIO(data), name=f"{title}.{kind}", by=self.wangwu)]

    # --- questionnaires -------------------------------------------------------------------------------------------------

    def questionnaire(self, said: Row) -> None:
        """Open now, or over with its result public."""
        is_over = said["way"] == "published"
        opens_on, closes_on = self._span(is_over)
        began = self._moment(opens_on)
        row = evaluation.compose(
            actor=self.qianqi, title=said["title"], intro=said["intro"], opens_on=opens_on, closes_on=closes_on,
            bodies=[self.bodies[code] for code in said["about"]], at=began,
        )  # fmt: skip
        for one in self.data["questions"]:
            row.refresh_from_db()
            evaluation.save_question(
                actor=self.qianqi, row=row, edition=row.edition, question=None, kind=one["kind"], text=one["text"],
                options=one.get("options", []), is_required=one["kind"] == "stars", at=began,
            )  # fmt: skip
        evaluation.open_to_public(actor=self.qianqi, row=row, at=began)
        self._ballots(row, said, self._moment(opens_on))
        if is_over:
            evaluation.close(actor=self.qianqi, row=row, at=self._moment(closes_on + timedelta(days=1)))
            evaluation.publish(actor=self.qianqi, row=row, at=self._moment(closes_on + timedelta(days=10)))

    def _span(self, is_over: bool) -> tuple[date, date]:
        if not is_over:
            return self.today - timedelta(days=6), self.today + timedelta(days=25)
        last = last_over(PeriodKind.QUARTER, self.today).last
        return last - timedelta(days=35), last - timedelta(days=5)

    def _moment(self, day: date) -> datetime:
        return self.at - timedelta(days=(self.today - day).days)

    def _ballots(self, row: Questionnaire, said: Row, at: datetime) -> None:
        questions = list(row.questions.order_by("position"))
        codes = said["about"] or ["jyj", "wjw"]
        for place, code in enumerate(codes):
            for number in range(said["ballots"] + place % 2):
                stars = [5 - (number + place) % 3, 4 - (number + 2 * place) % 2]
                answers: dict[int, int | str] = {one.pk: star for one, star in zip(questions, stars, strict=False)}
                answers[questions[2].pk] = (number + place) % 4
                if number == 0:
                    answers[questions[3].pk] = "希望把办理流程画成图，老人也能看明白。"
                ticket = evaluation.ticket(row)
                evaluation.cast(row=row, department=self.bodies[code], answers=answers, ticket=ticket, at=at)
