"""Whether a body trained people (条例§48)."""

from django.db.models import Count
from django.urls import reverse

from reports.models import Training
from reports.scorecards.measures.base import Answer, Asked, Found, Measure


def held(asked: Asked) -> Answer:
    """条例§48: bodies that recorded no training of the period, as its organiser."""
    within = Training.objects.standing().filter(
        department__in=asked.bodies, on__gte=asked.period.first, on__lte=asked.until_on
    )
    counts = dict(within.order_by().values_list("department").annotate(count=Count("pk")))
    page = f"{reverse('reports_desk:trainings')}?year={asked.period.last.year}"
    return {
        pk: Found(int(pk not in counts), f"登记培训 {counts[pk]} 次" if pk in counts else "没有登记培训",
                  (("培训记录", f"{page}&department={body.code}"),))
        for pk, body in asked.bodies.items()
    }  # fmt: skip


MEASURES = (Measure("training_held", "组织培训", "考核期内本机关没有登记组织过培训的，计一处。", held),)
