"""Rows of plans, trainings and the watch; and the objects they speak of."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from jobs.models import Job
from reports.plans import trainings
from reports.plans.trainings import TrainingValues
from tests.cast import Cast
from tests.reports.plans.planning import TODAY, Planner, at, fresh
from tests.url_rows import PUBLIC, UNKNOWN, Row, reading, staff

R, P = "reports_desk:", "reports:"
WRITERS = {"lisi": 200, "wangwu": 200, "zhaoliu": 200}
USES = staff(404, **WRITERS, city=200)  # reports for a body, or looks at all of them
OWN = {"lisi": 200, "wangwu": 200}
SEES = staff(404, **OWN, city=200)  # of the education bureau
REFUSED_DRAWING = dict.fromkeys((*WRITERS, "zhengyi", "fenger", "root"), 403)


def draws(status: int) -> dict[str, int]:
    """The department in charge gets ``status``, who else finds the desk is refused, outsiders learn nothing."""
    return staff(404, **REFUSED_DRAWING, qianqi=status)


def acts(theirs: int, ours: int) -> dict[str, int]:
    """What the bureau's people and the department in charge get of an act on its task; who only looks is refused."""
    return staff(404, lisi=theirs, wangwu=theirs, city=403, qianqi=ours)


PLAN_ROWS = [
    *reading(f"{R}plans", USES),
    Row(f"{R}plan_new", get=draws(200), post=draws(200)),  # nothing typed: the form again
    *reading(f"{R}plan_template", draws(200)),
    *reading(f"{R}plan", USES, "plan"),
    *reading(f"{R}plan", staff(404, zhaoliu=200, city=200), "plan elsewhere"),
    *reading(f"{R}plan", staff(404, city=200), "plan on paper"),
    Row(f"{R}plan_head", ("plan on paper",), get=draws(200), post=draws(200)),
    Row(f"{R}plan_import", ("plan on paper",), get=draws(200), post=draws(200)),
    Row(f"{R}plan_publicity", ("plan",), post=draws(409)),  # is not public anyway
    Row(f"{R}task_new", ("plan on paper",), get=draws(200), post=draws(200)),
    *reading(f"{R}plan_file", USES, "plan", "csv"),
    *reading(f"{R}plan_file", USES, "plan", "xlsx"),
    *reading(f"{R}plan_file", staff(404), "plan", "exe"),
    *reading(f"{R}plan_file", staff(404, zhaoliu=200, city=200), "plan elsewhere", "csv"),
    Row(f"{R}plan_step", ("plan on paper", "issuance"), get=draws(200), post=draws(302)),
    Row(f"{R}plan_step", ("plan on paper", "withdrawal"), get=draws(200), post=draws(302)),
    Row(f"{R}plan_step", ("plan", "closure"), get=draws(200), post=draws(409)),  # tasks are left
    Row(f"{R}plan_step", ("plan", "nothing"), get=draws(404), post=draws(404)),
]
TASK_ROWS = [
    *[row for name in ("task", "reported task") for row in reading(f"{R}task", SEES, name)],
    *reading(f"{R}task", staff(404, zhaoliu=200, city=200), "task elsewhere"),
    *reading(f"{R}task", staff(404, city=200), "task on paper"),
    Row(f"{R}task_edit", ("task on paper",), get=draws(200), post=draws(200)),
    Row(f"{R}task_remove", ("task on paper",), post=draws(302)),
    Row(f"{R}task_remove", ("task",), post=draws(409)),
    Row(f"{R}task_act", ("task", "report"), get=acts(200, 403), post=acts(422, 403)),
    Row(f"{R}task_act", ("task", "done"), get=acts(200, 403), post=acts(422, 403)),
    Row(f"{R}task_act", ("task", "deadline"), get=acts(403, 200), post=acts(403, 422)),
    Row(f"{R}task_act", ("task", "cancel"), get=acts(403, 200), post=acts(403, 422)),
    Row(f"{R}task_act", ("task", "confirm"), get=staff(404, city=409, lisi=409, wangwu=409),
        post=staff(404, city=409, lisi=409, wangwu=409)),
    Row(f"{R}task_act", ("task", "reopen"), get=staff(404, city=409, lisi=409, wangwu=409),
        post=staff(404, city=409, lisi=409, wangwu=409)),
    Row(f"{R}task_act", ("reported task", "confirm"), get=acts(403, 200), post=acts(403, 302)),
    Row(f"{R}task_act", ("reported task", "send-back"), get=acts(403, 200), post=acts(403, 422)),
    Row(f"{R}task_act", ("task", "nothing"), get=staff(404), post=staff(404)),
    Row(f"{R}progress_correct", ("reported entry",), get=staff(404, **OWN, city=403), post=staff(404, **OWN, city=403)),
    Row(f"{R}progress_release", ("reported entry",), post=staff(404, lisi=409, wangwu=409, city=403, qianqi=409)),
]  # fmt: skip
TRAINS = staff(404, **WRITERS, city=403, qianqi=200)
TRAINING_ROWS = [
    *reading(f"{R}trainings", USES),
    Row(f"{R}training_new", get=TRAINS, post=TRAINS),
    *reading(f"{R}trainings_file", USES, "csv"),
    *reading(f"{R}trainings_file", staff(404), "exe"),
    Row(f"{R}training", ("training",), get=SEES, post=staff(404, **OWN, city=403)),
    Row(f"{R}training", ("training elsewhere",), get=staff(404, zhaoliu=200, city=200),
        post=staff(404, zhaoliu=200, city=403)),
    Row(f"{R}training_void", ("training",), post=staff(404, lisi=422, wangwu=422, city=403)),
]  # fmt: skip
CITIZENS_ROWS = [
    *reading(f"{P}plans", PUBLIC),
    *reading(f"{P}plans_of_year", PUBLIC, 2026),
    *reading(f"{P}plans_of_year", UNKNOWN, 1999),
    *reading(f"{P}plan {P}plan_table", PUBLIC, 2026, "plan"),
    *reading(f"{P}plan {P}plan_table", UNKNOWN, 2025, "plan"),
    *reading(f"{P}plan {P}plan_table", UNKNOWN, 2026, "plan on paper"),
]

WATCHES = staff(404, wangwu=200, wushi=200, city=200)
OF_THE_CITY = staff(404, city=200)
SETTLES = staff(404, city=403, zhengyi=302, root=302)
LATE = staff(404, city=403, zhengyi=409, root=409)
WHOLE_CITY = staff(404, wangwu=403, wushi=403, city=403, qianqi=200)  # of no body: the department in charge
WATCH_ROWS = [
    *reading(f"{R}watch {R}watch_history", WATCHES),
    *[row for kind in ("late_task", "published_late") for row in reading(f"{R}watch_kind", WATCHES, kind)],
    *reading(f"{R}watch_kind", OF_THE_CITY, "failed_job"),
    *reading(f"{R}watch_kind", staff(404), "nothing"),
    Row(f"{R}watch_acknowledge", ("late_task",), get=WHOLE_CITY, post=WHOLE_CITY),
    Row(f"{R}watch_acknowledge", ("failed_job",), get=staff(404, city=403, zhengyi=200, root=200),
        post=staff(404, city=403, zhengyi=200, root=200)),
    *reading(f"{R}watch_jobs", OF_THE_CITY),
    *[Row(f"{R}watch_{act}", ("failed job",), post=SETTLES) for act in ("retry", "drop")],
    *[Row(f"{R}watch_{act}", ("done job",), post=LATE) for act in ("retry", "drop")],
]  # fmt: skip

REPORTS_PLANS = [*PLAN_ROWS, *TASK_ROWS, *TRAINING_ROWS, *CITIZENS_ROWS, *WATCH_ROWS]


def reports_plans_objects(cast: Cast) -> dict[str, int]:
    """A plan with tasks of the education bureau and of the health commission, one of the latter alone, one on paper."""
    planner = Planner(cast)
    elsewhere = planner.values(lead=cast.wjw, responsible=())
    plan = planner.issued(planner.values(responsible=()), planner.values(responsible=()), elsewhere)
    task, reported, other = (fresh(row) for row in plan.tasks.order_by("number"))
    entry = planner.reported(task)
    planner.done(reported)
    paper = planner.plan(title="下一年的计划")
    return _jobs() | {
        "plan": plan.pk,
        "plan elsewhere": planner.issued(elsewhere, title="卫生健康委的计划").pk,
        "plan on paper": paper.pk,
        "task": task.pk,
        "reported task": reported.pk,
        "task elsewhere": other.pk,
        "task on paper": planner.add(paper).pk,
        "reported entry": entry.pk,
        "training": _training(cast.lisi, cast.jyj),
        "training elsewhere": _training(cast.zhaoliu, cast.wjw),
    }


def _training(actor: Any, department: Any) -> int:
    values = TrainingValues(department, TODAY, "保密审查要点", "lecture", 20, Decimal("1.5"))
    return trainings.record_training(actor=actor, values=values, at=at()).pk


def _jobs() -> dict[str, int]:
    now = timezone.now()
    said: dict[str, Any] = {"kind": "extract_text", "not_before": now, "created_at": now, "finished_at": now}
    failed = Job.objects.create(state="failed", message="文件已损坏", **said)
    return {"failed job": failed.pk, "done job": Job.objects.create(state="done", **said).pk}
