"""What was published late, unexplained, without validity or reason (条例§14—§18, §26, 国办发〔2016〕80号)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import F, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from catalog.models import Document, DocumentRelation, is_public
from catalog.states import DisclosureAttribute, DocumentState, RelationKind, Validity
from disclosure.models import ConversionOffer, Revision, Round
from disclosure.review.overview import unexplained
from disclosure.rounds.services import NORMATIVE
from disclosure.rounds.states import RoundKind
from disclosure.states import OPEN_STATES, RevisionState
from reports.scorecards.measures.base import Answer, Asked, Found, Measure, named, not_concerned
from reports.scorecards.periods import midnight

HIDDEN = (DisclosureAttribute.ON_REQUEST, DisclosureAttribute.WITHHELD)
Rows = Iterable[tuple[int, str, str]]


def _public_page(pk: int) -> str:
    return reverse("catalog:document", args=[pk])


def _desk_page(pk: int) -> str:
    return reverse("disclosure:document", args=[pk])


def late(asked: Asked) -> Answer:
    """条例§26: versions published in the period after their day."""
    found = Revision.objects.filter(
        state=RevisionState.PUBLISHED, department__in=asked.offices, due_on__lt=F("finished_on"),
        finished_on__gte=asked.period.first, finished_on__lte=asked.until_on,
    )  # fmt: skip
    rows = found.order_by("pk").values_list("department", "title", "document")
    return named(
        asked, ((body, title, _public_page(pk)) for body, title, pk in rows.iterator()), "{count} 件超过期限公开"
    )


def unpublished(asked: Asked) -> Answer:
    """条例§26: versions under way whose day lay in the period and is over."""
    found = Revision.objects.filter(
        state__in=sorted(OPEN_STATES),
        department__in=asked.offices,
        due_on__gte=asked.period.first,
        due_on__lt=asked.over_before,
    )
    rows = found.order_by("due_on", "pk").values_list("department", "title", "pk", "state")
    places = ((body, title, _under_way(pk, state)) for body, title, pk, state in rows.iterator())
    return named(asked, places, "{count} 件已过公开期限，尚未公开")


def _under_way(pk: int, state: str) -> str:
    return reverse("disclosure:draft" if state == RevisionState.DRAFT else "disclosure:revision", args=[pk])


def without_interpretation(asked: Asked) -> Answer:
    """国办发〔2016〕80号: policies published in the period with neither an interpretation nor a waiver (rulings 15)."""
    within = Revision.objects.filter(
        department__in=asked.offices, finished_on__gte=asked.period.first, finished_on__lte=asked.until_on
    )
    rows = unexplained(within).order_by("pk").values_list("department", "title", "document")
    places = ((body, title, _public_page(pk)) for body, title, pk in rows.iterator())
    return named(asked, places, "{count} 件政策文件没有解读，也没有免予解读的依据")


def late_interpretation(asked: Asked) -> Answer:
    """三同步: policies of the period whose first interpretation came more than ``days`` working days after them."""
    related = DocumentRelation.objects.filter(
        is_public(asked.until, "target__"), kind=RelationKind.INTERPRETS, source__state=DocumentState.PUBLISHED,
        target__department__in=asked.offices, target__listed_at__gte=asked.period.start, target__listed_at__lt=asked.until,
    )  # fmt: skip
    shown = related.order_by("target").values_list(
        "target__department", "target__title", "target", "target__published_at"
    )
    first = shown.annotate(first=Min("source__published_at"))
    return named(asked, _overtaken(first, asked), f"{{count}} 件政策文件的解读晚于文件公布 {asked.days} 个工作日以上")


def _overtaken(rows: Iterable[Any], asked: Asked) -> Rows:
    for body, title, pk, published_at, first in rows:
        if published_at and first:
            on, first_on = timezone.localdate(published_at), timezone.localdate(first)
            if asked.calendar.workdays_between(on, first_on) > asked.days:
                yield body, title, _public_page(pk)


def kinds(asked: Asked) -> Answer:
    """国办发〔2016〕80号: a body that explained policies in the period in one way only; who explained none is left out."""
    found = Document.objects.public(asked.until).filter(department__in=asked.offices, listed_at__gte=asked.since)
    used: dict[int, set[str]] = {}
    rows = found.exclude(interpretation_kind="").order_by().values_list("department", "interpretation_kind").distinct()
    for department, kind in rows:
        used.setdefault(asked.offices[department], set()).add(kind)
    page = f"{reverse('catalog:browse')}?column=interpretation&department="
    answers = {
        body: Found(int(len(ways) < 2), f"解读采用了 {len(ways)} 种形式", (("政策解读", f"{page}{asked.bodies[body].code}"),))
        for body, ways in used.items()
    }  # fmt: skip
    return answers | not_concerned(asked.bodies.keys() - answers.keys())


def validity(asked: Asked) -> Answer:
    """law.md §6.7: public normative documents that do not say whether they are in force."""
    found = Document.objects.public(asked.until).filter(
        department__in=asked.offices, column__slug=NORMATIVE, validity=Validity.UNSTATED
    )
    rows = found.order_by("pk").values_list("department", "title", "pk")
    places = ((body, title, _public_page(pk)) for body, title, pk in rows.iterator())
    return named(asked, places, "{count} 件行政规范性文件没有标注有效性")


def cleanup(asked: Asked) -> Answer:
    """law.md §6.7: a clean-up whose result was published in the year; who has no normative documents is left out."""
    has_any = Document.objects.public(asked.until).filter(column__slug=NORMATIVE, department__in=asked.offices)
    done = Round.objects.filter(kind=RoundKind.CLEANUP, **_in_year(asked, "published_at"))
    return _rounds(asked, done, has_any, ("清理结果已经公布", "规范性文件清理结果没有公布"))


def rereview(asked: Asked) -> Answer:
    """条例§18: a re-review of what is withheld, closed in the year; who withholds nothing is left out."""
    hidden = Document.objects.filter(disclosure_attribute__in=HIDDEN, department__in=asked.offices)
    done = Round.objects.filter(kind=RoundKind.REREVIEW, **_in_year(asked, "closed_at"))
    return _rounds(asked, done, hidden, ("不予公开信息评估已经办结", "没有办结不予公开信息评估"))


def _in_year(asked: Asked, moment: str) -> dict[str, datetime]:
    return {f"{moment}__gte": midnight(date(asked.period.last.year, 1, 1)), f"{moment}__lt": asked.until}


def _rounds(asked: Asked, done: QuerySet[Round], documents: QuerySet[Document], words: tuple[str, str]) -> Answer:
    """One round done in the year is enough; bodies without such documents are not concerned."""
    there = {row.department_id: row for row in done.filter(department__in=asked.bodies).order_by("pk")}
    departments = documents.order_by().values_list("department", flat=True).distinct()
    found = {}
    for body in {asked.offices[department] for department in departments} | there.keys():
        row = there.get(body)
        desk = reverse("disclosure:round", args=[row.pk]) if row else reverse("disclosure:rounds")
        link = (row.title if row else "清理与评估", desk)
        found[body] = Found(int(row is None), f"{asked.period.last.year}年{words[row is None]}", (link,))
    return found | not_concerned(asked.bodies.keys() - found.keys())


def reasons(asked: Asked) -> Answer:
    """条例§14, §15, §16: what is withheld or given on request only, without a reason."""
    return _hidden(asked, Q(disclosure_attribute__in=HIDDEN, attribute_reason=""), "{count} 件没有写明不主动公开的理由")


def exempt(asked: Asked) -> Answer:
    """条例§17: withheld documents that the exempt list cannot name: without index number or day of origin."""
    wanted = Q(disclosure_attribute=DisclosureAttribute.WITHHELD) & (Q(index_number="") | Q(formed_on=None))
    return _hidden(asked, wanted, "不予公开目录中 {count} 件缺少索引号或者成文日期")


def _hidden(asked: Asked, wanted: Q, words: str) -> Answer:
    found = Document.objects.filter(wanted, department__in=asked.offices, state=DocumentState.FILED)
    rows = found.filter(created_at__lt=asked.until).order_by("pk").values_list("department", "title", "pk")
    return named(asked, ((body, title, _desk_page(pk)) for body, title, pk in rows.iterator()), words)


def offers(asked: Asked) -> Answer:
    """条例§44: offers to publish that nobody has settled within ``days`` working days."""
    before = asked.calendar.add_workdays(asked.until_on, -asked.days).on
    found = ConversionOffer.objects.filter(
        document__department__in=asked.offices, settled_at=None, at__lt=midnight(before)
    )
    rows = found.order_by("pk").values_list("document__department", "document__title", "pk")
    places = ((owner, title, reverse("disclosure:offer", args=[pk])) for owner, title, pk in rows.iterator())
    return named(asked, places, f"{{count}} 件转为主动公开的提示超过 {asked.days} 个工作日没有办理")


MEASURES = (
    Measure("late_publications", "按期公开", "考核期内公开、晚于应当公开日期（条例第二十六条）的，一件计一处。", late),
    Measure("unpublished_late", "逾期未公开", "应当公开的日期在考核期内、已过期仍未公开的拟稿，一件计一处。", unpublished),
    Measure(
        "policies_unexplained", "政策解读覆盖", "考核期内公开的政策文件，没有解读也没有免予解读依据的，一件计一处。",
        without_interpretation,
    ),
    Measure(
        "interpretations_late", "同步解读", "考核期内公开的政策文件，最早的解读晚于文件规定工作日数以上的，一件计一处。",
        late_interpretation, takes=("days",), days=3,
    ),
    Measure("interpretation_kinds", "解读形式", "考核期内发布过解读、只采用一种形式的计一处；没有发布解读的不计。", kinds),
    Measure("validity_stated", "有效性标注", "公开的行政规范性文件没有标注有效性的，一件计一处。", validity),
    Measure("cleanup_published", "规范性文件清理", "本年度没有公布清理结果的计一处；没有行政规范性文件的不计。", cleanup),
    Measure("rereview_closed", "不予公开信息评估", "本年度没有办结评估（条例第十八条）的计一处；没有此类信息的不计。", rereview),
    Measure("reasons_stated", "不公开理由", "留存的依申请公开、不予公开信息没有写明理由的，一件计一处。", reasons),
    Measure("exempt_complete", "不予公开目录要素", "不予公开目录中缺少索引号或者成文日期的，一件计一处。", exempt),
    Measure(
        "offers_waiting", "依申请转主动公开", "转为主动公开的提示（条例第四十四条）超过规定工作日数没有办理的，一件计一处。",
        offers, takes=("days",), days=20,
    ),
)  # fmt: skip
