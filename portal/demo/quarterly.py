"""The last quarter of the demo city, analysed and published by the department in charge."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import Department, User
from reports.annual.counting import counted_cases
from reports.figures.periods import ended_quarters, quarter_of
from reports.models import QuarterlyAnalysis
from reports.quarterly import services
from reports.quarterly.counting import bodies_of

MOST_WORDS = 5
PROBLEMS = (
    "部分申请内容笼统，补正以后才能检索；个别答复接近期限才送出。"
    "下一步，在申请页面增加常见事项的填写示例，对多人申请的内容研究主动公开，由各机关每周核对一次临近期限的申请。"
)


def load(at: datetime) -> bool:
    """Nothing where the analysis is there, or where nobody applied in that quarter."""
    today = timezone.localdate(at)
    year, quarter = ended_quarters(today, 1)[0]
    root = Department.objects.get(depth=1)
    period = quarter_of(year, quarter, today)
    asked = counted_cases(bodies_of(root, is_consolidated=True)).filter(
        first_received_on__range=(period.first, period.last)
    )
    said: dict[str, Any] = {"department": root, "year": year, "quarter": quarter, "is_consolidated": True}
    if not asked.exists() or QuarterlyAnalysis.objects.filter(**said).exists():
        return False
    actor = User.objects.get(username="qianqi")
    row = services.begin(actor=actor, at=at, **said)
    words = [word for word, _ in row.figures["words"][:MOST_WORDS]]
    texts = row.texts | {"problems": PROBLEMS}
    services.save(actor=actor, analysis=row, texts=texts, words=words, edition=row.edition, at=at)
    row.refresh_from_db()
    services.publish(actor=actor, analysis=row, edition=row.edition, at=at)
    return True
