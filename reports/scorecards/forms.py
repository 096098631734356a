"""Is the input of the pages of assessments well-formed."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from accounts.models import Department, DepartmentKind
from disclosure.fields import Day
from reports.fields import AddressField, Bodies
from reports.models import IndicatorSet, Objection, Result
from reports.proofs.fields import ProofsField
from reports.scorecards.judging import Judgement
from reports.scorecards.periods import Period, PeriodKind, period_of
from reports.scorecards.states import SetState, Source

Typed = Mapping[str, Any] | None
OBJECTION_DAYS = 7  # offered, in calendar days
UPHOLD, CHANGE, SKIP = "uphold", "change", "skip"
PAGE_WORDS = "依据的页面"
MOST_FINDINGS = 10_000_000
SAID = ("findings", "evidence", "skip")


def period_choices(today: date) -> list[tuple[str, Any]]:
    """Periods that have begun, newest first: two years, five quarters, twelve months."""
    years = [(PeriodKind.YEAR, today.year - back, 1) for back in range(2)]
    quarter, month = (today.month - 1) // 3, today.month - 1
    quarters = [_counted_back(PeriodKind.QUARTER, today.year, quarter, back, 4) for back in range(5)]
    months = [_counted_back(PeriodKind.MONTH, today.year, month, back, 12) for back in range(12)]
    groups = ((PeriodKind.QUARTER, quarters), (PeriodKind.YEAR, years), (PeriodKind.MONTH, months))
    return [
        (kind.label, [(f"{one[0]}-{one[1]}-{one[2]}", period_of(*one).label) for one in those])
        for kind, those in groups
    ]


def _counted_back(kind: PeriodKind, year: int, number: int, back: int, in_year: int) -> tuple[PeriodKind, int, int]:
    place = year * in_year + number - back
    return kind, place // in_year, place % in_year + 1


class OpenForm(forms.Form):
    """A new assessment."""

    indicators = forms.ModelChoiceField(
        label="指标体系", queryset=IndicatorSet.objects.none(), empty_label=None, help_text="只列出使用中的。"
    )
    period = forms.ChoiceField(label="考核期")
    title = forms.CharField(label="名称", max_length=120, required=False, help_text="不填时按考核期起名。")
    bodies = Bodies(label="参加考核的机构", error_messages={"required": "请选择参加考核的机构。"})

    def __init__(self, data: Typed, *, today: date) -> None:
        super().__init__(data)
        active = IndicatorSet.objects.filter(state=SetState.ACTIVE).order_by("-year", "-pk")
        bodies = Department.objects.active().bodies()
        self.fields["indicators"].queryset = active  # type: ignore[attr-defined]
        self.fields["period"].choices = period_choices(today)  # type: ignore[attr-defined]
        self.fields["bodies"].queryset = bodies  # type: ignore[attr-defined]
        if not self.is_bound:
            usual = bodies.exclude(kind=DepartmentKind.PUBLIC_ENTERPRISE).filter(depth=2)
            self.initial["bodies"] = list(usual.values_list("pk", flat=True))

    def clean_period(self) -> Period:
        """As the period."""
        kind, year, number = self.cleaned_data["period"].split("-")
        return period_of(PeriodKind(kind), int(year), int(number))


class AnnounceForm(forms.Form):
    """Until when bodies may object."""

    until = Day(
        label="提出异议的截止日期", required=True, help_text="各机构在这一天以前（含当天）可以对本机构的结果提出异议。"
    )

    def __init__(self, data: Typed, *, today: date) -> None:
        super().__init__(data, initial={"until": today + timedelta(days=OBJECTION_DAYS)})


class PublishForm(forms.Form):
    """How the result is told."""

    notice = forms.CharField(
        label="通报内容", max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="总体情况、好的做法、主要问题和整改要求。各机构和（向社会公布时）公众都能看到。",
    )  # fmt: skip
    is_public = forms.ChoiceField(
        label="范围",
        choices=[("no", "内部通报：参加考核的机构可以看到全部机构的得分"), ("yes", "同时向社会公布：任何人可以看到全部机构的得分")],
        widget=forms.RadioSelect, initial="no",
    )  # fmt: skip

    def clean_is_public(self) -> bool:
        """As yes or no."""
        return bool(self.cleaned_data["is_public"] == "yes")


class JudgeForm(forms.Form):
    """What was found of one indicator at the bodies of a page: a few fields a body and the edition that was seen."""

    skip = forms.BooleanField(
        label="本期不评：本页各机构的这一项都不计分", required=False, help_text="勾选后，填写的问题数不保存。"
    )

    def __init__(self, data: Typed, *, results: Sequence[Result]) -> None:
        super().__init__(data)
        self.results = results
        for row in results:
            name = row.card.department.name
            initial = row.findings if not row.is_waiting else 0
            self.fields[f"edition_{row.pk}"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000, initial=row.edition
            )
            self.fields[f"findings_{row.pk}"] = forms.IntegerField(
                label=f"{name}：发现问题（处）", min_value=0, max_value=MOST_FINDINGS, initial=initial, required=False
            )
            self.fields[f"evidence_{row.pk}"] = forms.CharField(
                label=f"{name}：依据", max_length=1000, required=False, initial=row.evidence,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
            self.fields[f"skip_{row.pk}"] = forms.BooleanField(
                label=f"{name}：不计分", required=False, initial=not row.applies
            )
            for field in SAID:  # what was shown, to tell what was changed from what was counted anew meanwhile
                self.fields[f"{field}_{row.pk}"].show_hidden_initial = True
            if row.indicator.is_judged:
                link = row.links[0][1] if row.links else ""
                self.fields[f"link_{row.pk}"] = AddressField(label=f"{name}：{PAGE_WORDS}", initial=link, help_text="")

    def clean(self) -> dict[str, Any]:
        """Points are taken off with a word why."""
        said = super().clean() or {}
        for row in self.results:
            is_counted = not (said.get("skip") or said.get(f"skip_{row.pk}"))
            if is_counted and said.get(f"findings_{row.pk}") and not said.get(f"evidence_{row.pk}", "").strip():
                self.add_error(f"evidence_{row.pk}", "有问题的，请写明依据。")
        return said

    def rows(self) -> list[dict[str, Any]]:
        """The fields of each body, for the table."""
        names = ("edition", "findings", "skip", "evidence", "link")
        return [
            {"result": row, **{name: self[f"{name}_{row.pk}"] for name in names if f"{name}_{row.pk}" in self.fields}}
            for row in self.results
        ]

    def judgements(self) -> list[Judgement]:
        """What is said of each body: of computed ones only where it is other than what was shown."""
        said, found, changed = self.cleaned_data, [], set(self.changed_data)
        for row in self.results:
            is_said = row.indicator.is_judged or said["skip"] or changed & {f"{field}_{row.pk}" for field in SAID}
            if not is_said:
                continue
            applies = not (said["skip"] or said[f"skip_{row.pk}"])
            link = said.get(f"link_{row.pk}", "")
            links = None if not row.indicator.is_judged else ((PAGE_WORDS, link),) if link else ()
            findings = (said[f"findings_{row.pk}"] or 0) if applies else 0
            edition, evidence = said[f"edition_{row.pk}"], said[f"evidence_{row.pk}"]
            found.append(Judgement(row.pk, edition, findings, evidence, links, applies))
        return found

    def take_editions(self, fresh: Mapping[int, int]) -> None:
        """Have the form go over what is there now: shown again, it is saved if it is sent once more."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        for key, edition in fresh.items():
            self.data[f"edition_{key}"] = str(edition)  # type: ignore[index]


class ObjectForm(forms.Form):
    """An objection."""

    text = forms.CharField(
        label="异议理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写明异议理由。"}, help_text="事实是什么，依据在哪里。",
    )  # fmt: skip
    link = AddressField(label=PAGE_WORDS)
    proofs = ProofsField()


class AnswerForm(forms.Form):
    """What becomes of an objection."""

    decision = forms.ChoiceField(
        label="处理结果", widget=forms.RadioSelect, error_messages={"required": "请选择处理结果。"}
    )
    findings = forms.IntegerField(
        label="改为发现问题（处）",
        min_value=0,
        max_value=MOST_FINDINGS,
        required=False,
        help_text="改变认定时填写，0 表示没有问题。",
    )
    evidence = forms.CharField(
        label="改变后的依据", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="改变后仍有问题的，写明依据。",
    )  # fmt: skip
    answer = forms.CharField(
        label="处理意见", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明处理意见。"},
    )  # fmt: skip

    def __init__(self, data: Typed, *, objection: Objection) -> None:
        super().__init__(data)
        self.result = objection.result
        is_rating = self.result.indicator.source == Source.RATINGS
        choices = [(UPHOLD, "维持原结果"), (CHANGE, "改变认定的问题数"), (SKIP, "这一项对该机构不计分")]
        self.fields["decision"].choices = [one for one in choices if one[0] != CHANGE or not is_rating]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A change says to what, and why there is still something."""
        said = super().clean() or {}
        if said.get("decision") == CHANGE and "findings" not in self.errors:
            findings = said.get("findings")
            if findings is None:
                self.add_error("findings", "请填写改变后的问题数。")
            elif findings == self.result.findings and self.result.applies:
                self.add_error("findings", f"原来认定的就是 {findings} 处；不改变的，请选择“维持原结果”。")
            elif findings and not said.get("evidence", "").strip():
                self.add_error("evidence", "改变后仍有问题的，请写明依据。")
        return said

    def change(self) -> Judgement | None:
        """The result that takes the place of the old one; None where it is upheld."""
        said, row = self.cleaned_data, self.result
        if said["decision"] == UPHOLD:
            return None
        if said["decision"] == SKIP:
            return Judgement(row.pk, row.edition, 0, row.evidence, None, applies=False)
        return Judgement(row.pk, row.edition, said["findings"], said["evidence"])
