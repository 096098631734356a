"""Verbs of the watch: owners say that they know of it, system administrators settle failed jobs, each day is counted."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, User
from jobs import services as jobs
from jobs.models import Job
from jobs.services import enqueue
from notices import kinds as notice_kinds
from notices.services import notify
from reports.models import ReportEvent, WatchNote
from reports.owners import supervisors
from reports.watch import history, rules
from reports.watch.kinds import WatchKind
from reports.watch.looking import Open, Scope, look, whole
from workdays.selectors import current_calendar
from workflow.evidence import digest
from workflow.services import Incomplete, Lost, WrongPerson, WrongState, record

COUNT, NEW = "watch_count", "watch_new"
FROM_HOUR = 7  # before people begin to work, after the night's look at columns and links
MOST_DAYS = 180
ACKNOWLEDGE, RETRY_JOB, DROP_JOB = "acknowledge", "retry_job", "drop_job"
ACTIONS = {ACKNOWLEDGE: "知悉", RETRY_JOB: "重新排队", DROP_JOB: "了结"}
# Every day has something due today: that alone is no news.
TOLD = tuple(kind for kind in WatchKind if kind != WatchKind.DUE_TODAY)


def register_kinds() -> None:
    """Once, when the room is ready."""
    notice_kinds.register(NEW, "运行监测发现新问题", is_optional=True)


# --- what owners say ---------------------------------------------------------------------------------------------------


@transaction.atomic
def acknowledge(
    *, actor: User, kind: WatchKind, department: Department | None, text: str, until: date, seen: int, at: datetime
) -> WatchNote:
    """条例§47: an owner knows of what is open and says what is done about it by when.

    ``seen`` is the key of the newest note that was shown, 0 for none: `Lost` when somebody wrote one since.
    """
    if not rules.can_acknowledge(actor, kind, department):
        raise WrongPerson("由公开机构负责人、机构管理员为本机关登记知悉，您不能办理。")
    today = timezone.localdate(at)
    if not text.strip():
        raise Incomplete("请写明怎样处理。")
    if not today <= until <= today + timedelta(days=MOST_DAYS):
        raise Incomplete(f"处理期限应在今天以后 {MOST_DAYS} 天以内。")
    now = open_of(kind, department, today=today, at=at)
    if now is None:
        raise WrongState(f"现在没有“{kind.label}”，不需要登记。")
    newest = WatchNote.objects.filter(kind=kind, department=department).order_by("-pk").first()
    if newest is not None and newest.pk != seen:
        raise Lost(f"{newest.written_by}已登记“{newest.text[:40]}”，请看过以后再办理。", None)
    said = {"text": text.strip(), "until": until, "open": now.count}
    note = WatchNote.objects.create(kind=kind, department=department, written_by=actor, at=at, **said)
    facts = {"kind": kind.value, "department": department.pk if department else None, "open": now.count}
    _record(note, ACKNOWLEDGE, actor, at, facts | {"until": until, "text": digest(note.text)})
    return note


def open_of(kind: WatchKind, department: Department | None, *, today: date, at: datetime) -> Open | None:
    """What is open of a kind in a body, or of no body; None for nothing."""
    everything = whole()
    scope = everything if department is None else Scope(everything.body_of, frozenset([department.pk]))
    return look(scope, today=today, at=at).get((kind, department.pk if department else None))


def _record(subject: Model, action: str, actor: User, at: datetime, facts: dict[str, Any]) -> None:
    on = timezone.localdate(at)
    record(subject=subject, action=action, actor=actor, event_model=ReportEvent, on=on, at=at, facts=facts)


# --- failed jobs -------------------------------------------------------------------------------------------------------


@transaction.atomic
def retry_job(*, actor: User, job: Job, at: datetime) -> None:
    """Have a failed job tried again. PermissionDenied for everybody but system administrators; `Lost` when it failed no more."""
    _check_admin(actor)
    try:
        jobs.retry(job, by=str(actor), at=at)
    except jobs.NotFailed as reason:
        raise Lost(str(reason), None) from reason
    _record(job, RETRY_JOB, actor, at, {"kind": job.kind})


@transaction.atomic
def drop_job(*, actor: User, job: Job, at: datetime) -> None:
    """Have a failed job rest: what it was for was done otherwise, or cannot be done."""
    _check_admin(actor)
    try:
        jobs.drop(job, by=str(actor), at=at)
    except jobs.NotFailed as reason:
        raise Lost(str(reason), None) from reason
    _record(job, DROP_JOB, actor, at, {"kind": job.kind})


def _check_admin(actor: User) -> None:
    if not rules.can_settle_jobs(actor):
        raise PermissionDenied("后台任务由系统管理员处理。")


# --- every day ---------------------------------------------------------------------------------------------------------


def begin(*, at: datetime) -> None:
    """Put down the day's count once, in the morning; every minute one look at an index."""
    local = timezone.localtime(at)
    day = local.date().isoformat()
    if local.hour >= FROM_HOUR and not Job.objects.filter(kind=COUNT, subject=day).exists():
        enqueue(kind=COUNT, subject=day, dedupe=f"{COUNT}:{day}")


def count_and_tell(*, on: date, at: datetime) -> int:
    """条例§47: write the day down and tell the department in charge what is new; how many were told.

    May be repeated: a day is written down once and told once. On days off nobody is told: the next working day says all
    that appeared since the last one.
    """
    history.count_day(on=on, at=at)
    calendar = current_calendar()
    if not calendar.is_workday(on):
        return 0
    then = history.counted_before(on)
    while then.on is not None and not calendar.is_workday(then.on):
        then = history.counted_before(then.on)
    news = history.news(history.counted_on(on), then, TOLD)
    if not news or then.on is None:
        return 0
    root = Department.objects.get(depth=1)
    told = notify(
        recipients=supervisors(),
        kind=NEW,
        subject=root,
        title=f"运行监测：{sum(each.more for each in news)} 个新问题",
        text=_words(news),
        url=reverse("reports_desk:watch"),
        at=at,
        due_on=on,
    )
    return len(told)


def _words(news: Sequence[history.New]) -> str:
    names = Department.objects.in_bulk([each.body for each in news if each.body])
    kinds: dict[WatchKind, list[str]] = {}
    for each in news:
        where = names[each.body].short_name or names[each.body].name if each.body else ""
        kinds.setdefault(each.kind, []).append(f"{where}{each.more}")
    return "；".join(f"{kind.label}：{'、'.join(words)}" for kind, words in kinds.items())
