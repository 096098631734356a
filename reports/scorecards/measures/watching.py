"""What the daily watch found and what the ledger of problems says (条例§47)."""

from collections import Counter
from collections.abc import Callable

from django.db.models import Count, F, Q
from django.urls import reverse

from disclosure.models import FindingKind, WatchFinding
from reports.models import Problem
from reports.problems.states import ProblemState
from reports.scorecards.measures.base import Answer, Asked, Found, Measure, named


def findings(kind: FindingKind) -> Callable[[Asked], Answer]:
    """国办秘函〔2019〕19号: findings of one kind open at the end of the period."""

    def find(asked: Asked) -> Answer:
        open_then = Q(first_seen_at__lt=asked.until) & (Q(resolved_at=None) | Q(resolved_at__gte=asked.until))
        rows = WatchFinding.objects.filter(open_then, kind=kind, department__in=asked.offices).order_by()
        page = f"{reverse('disclosure:watch')}?kind={kind.value}&department="
        counts: Counter[int] = Counter()
        for department, count in rows.values_list("department").annotate(count=Count("pk")):
            counts[asked.offices[department]] += count
        return {
            body: Found(count, f"{count} 处{kind.label}没有解决", (("栏目和链接巡查", page + asked.bodies[body].code),))
            for body, count in counts.items()
        }

    return find


def overdue(asked: Asked) -> Answer:
    """条例§47: problems whose day lay in the period, reported late or not at all."""
    due = Problem.objects.filter(
        department__in=asked.bodies, due_on__gte=asked.period.first, due_on__lt=asked.over_before
    ).exclude(state=ProblemState.VOIDED)
    late = due.filter(Q(reported_on=None) | Q(reported_on__gt=F("due_on"))).order_by("pk")
    rows = late.values_list("department", "text", "pk").iterator()
    places = ((body, text[:40], reverse("reports_desk:problem", args=[pk])) for body, text, pk in rows)
    return named(asked, places, "{count} 个问题没有按期整改")


MEASURES = (
    Measure("watch_stale", "栏目更新", "考核期末巡查发现的超期未更新栏目，一个计一处。", findings(FindingKind.STALE)),
    Measure("watch_empty", "栏目无空白", "考核期末巡查发现的本机关空白栏目，一个计一处。", findings(FindingKind.EMPTY)),
    Measure(
        "watch_links", "链接有效", "考核期末巡查发现的失效链接和附件，一个计一处。", findings(FindingKind.DEAD_LINK)
    ),
    Measure("problems_overdue", "问题整改", "整改期限在考核期内、没有按期报告整改情况的问题，一个计一处。", overdue),
)
