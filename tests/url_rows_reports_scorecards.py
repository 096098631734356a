"""Rows of scorecards, of the ledger of problems and of the public evaluation; and the objects they speak of."""

from datetime import timedelta
from io import BytesIO

from django.utils import timezone

from disclosure.models import WatchFinding
from files.services import store
from reports.evaluation import services as evaluation
from reports.models import Indicator, IndicatorSet, Problem, Proof, Result
from reports.problems import services as problems
from reports.scorecards import assessing, computing, judging
from reports.scorecards.periods import PeriodKind, period_of
from requests_app.handling import services as handling
from requests_app.models import InformationRequest
from tests.cast import Cast
from tests.reports.evaluation import making as evaluating
from tests.reports.scorecards import making
from tests.url_rows import PUBLIC, UNKNOWN, Row, reading, staff, who

R, D = "reports:", "reports_desk:"
USERS = staff(404, lisi=200, wangwu=200, zhaoliu=200, qianqi=200, fenger=200)
OVERSEERS = staff(404, qianqi=200, fenger=200)
IN_CHARGE = staff(404, qianqi=200)
OWN = staff(404, lisi=200, wangwu=200, qianqi=200, fenger=200)  # about the education bureau, once it may see it
PRESSED = staff(404, qianqi=302)
OVERSEEN = staff(404, qianqi=302, fenger=302)  # back to the assessment, with the reason
REFUSED = staff(404, qianqi=409)

CITIZENS = [
    *reading(f"{R}assessments {R}evaluations", PUBLIC),
    *reading(f"{R}assessment", PUBLIC, "public assessment"),
    *reading(f"{R}assessment", UNKNOWN, "assessment"),
    Row(f"{R}evaluate", ("questionnaire",), get=PUBLIC, post=PUBLIC),  # nothing answered: the form again
    Row(f"{R}evaluate", ("result of a questionnaire",), get=PUBLIC, post=who(409)),
    Row(f"{R}evaluate", ("draft questionnaire",), get=UNKNOWN, post=UNKNOWN),
    *reading(f"{R}evaluation_thanks", PUBLIC, "questionnaire"),
    *reading(f"{R}evaluation_thanks {R}evaluation_results", UNKNOWN, "draft questionnaire"),
    *reading(f"{R}evaluation_results", PUBLIC, "result of a questionnaire"),
    *reading(f"{R}evaluation_results", UNKNOWN, "questionnaire"),
]

SETS = [
    *reading(f"{D}sets", OVERSEERS),
    *reading(f"{D}set", OVERSEERS, "set"),
    *reading(f"{D}set", OVERSEERS, "draft set"),
    Row(f"{D}set_new", get=IN_CHARGE, post=IN_CHARGE),
    Row(f"{D}set_edit", ("draft set",), get=IN_CHARGE, post=IN_CHARGE),
    Row(f"{D}section_new", ("draft set",), get=IN_CHARGE, post=IN_CHARGE),
    Row(f"{D}section", ("draft set", "section"), get=IN_CHARGE, post=IN_CHARGE),
    Row(f"{D}section_delete", ("draft set", "section"), post=PRESSED),
    Row(f"{D}indicator_new", ("draft set",), get=IN_CHARGE, post=IN_CHARGE),
    Row(f"{D}indicator", ("draft set", "draft indicator"), get=IN_CHARGE, post=IN_CHARGE),
    Row(f"{D}indicator_move", ("draft set", "draft indicator"), post=PRESSED),
    Row(f"{D}indicator_delete", ("draft set", "draft indicator"), post=PRESSED),
    *[Row(f"{D}set_{verb}", ("draft set",), post=PRESSED) for verb in ("activate", "close", "drop")],
]

ASSESSMENTS = [
    *reading(f"{D}scorecards {D}objections", USERS),
    Row(f"{D}assessment_open", get=IN_CHARGE, post=IN_CHARGE),
    *reading(f"{D}assessment", staff(404, lisi=200, wangwu=200, zhaoliu=200, qianqi=200, fenger=200), "assessment"),
    *reading(f"{D}assessment", OVERSEERS, "open assessment"),
    *reading(f"{D}assessment_progress {D}assessment_sheet {D}indicators", OVERSEERS, "open assessment"),
    Row(f"{D}judge", ("open assessment", "indicator"), get=OVERSEERS, post=OVERSEERS),  # without editions: the form
    *reading(f"{D}card", OWN, "assessment", "jyj"),
    *reading(f"{D}card", staff(404, zhaoliu=200, qianqi=200, fenger=200), "assessment", "wjw"),
    *reading(f"{D}card", OVERSEERS, "open assessment", "jyj"),
    *reading(f"{D}result", OWN, "result of scorecard"),
    *reading(f"{D}result", OVERSEERS, "hidden result"),
    Row(f"{D}object", ("result of scorecard",), get=staff(404, wangwu=200), post=staff(404, wangwu=200)),
    Row(f"{D}prove", ("result of scorecard",), get=staff(404, qianqi=409), post=staff(404, qianqi=409)),
    Row(f"{D}prove", ("hidden result",), get=IN_CHARGE, post=IN_CHARGE),  # without files: the form again
    Row(f"{D}objection", ("objection",), get=OWN, post=IN_CHARGE),
    Row(f"{D}assessment_announce", ("open assessment",), get=IN_CHARGE, post=IN_CHARGE),
    Row(f"{D}assessment_publish", ("open assessment",), get=IN_CHARGE, post=REFUSED, data={"is_public": "no"}),
    *[
        Row(f"{D}assessment_{v}", ("open assessment",), post=OVERSEEN)
        for v in ("compute", "settle", "disclose", "cancel")
    ],
]

NOT_THEIRS = {"lisi": 403, "wangwu": 403, "qianqi": 403, "fenger": 403}
TAKEN = {
    "amend": staff(404, **(NOT_THEIRS | {"qianqi": 200})),
    "report": staff(404, **(NOT_THEIRS | {"wangwu": 200})),
    "void": staff(404, **(NOT_THEIRS | {"qianqi": 200})),
}
TOO_EARLY = staff(404, lisi=409, wangwu=409, qianqi=409, fenger=409)
PROBLEMS = [
    *reading(f"{D}problems", USERS),
    *reading(f"{D}problems_export", staff(404)),  # without a format
    Row(f"{D}problem_new", get=IN_CHARGE, post=IN_CHARGE),
    *reading(f"{D}problem_sources", IN_CHARGE),
    Row(f"{D}problem_from_result", ("result of scorecard",), post=PRESSED),
    Row(f"{D}problem_from_finding", ("watch finding",), post=PRESSED),
    Row(f"{D}problem_from_inquiry", ("inquiry",), post=PRESSED),
    *reading(f"{D}problem", OWN, "problem"),
    *reading(f"{D}problem", staff(404, zhaoliu=200, qianqi=200, fenger=200), "problem elsewhere"),
    *[Row(f"{D}problem_step", ("problem", step), get=taken, post=taken) for step, taken in TAKEN.items()],
    # not reported yet; nothing typed: the form again, with the reason once there is something
    *[Row(f"{D}problem_step", ("problem", step), get=TOO_EARLY, post=OWN) for step in ("return", "close")],
    Row(
        f"{D}problem_step",
        ("problem elsewhere", "report"),
        get=staff(404, zhaoliu=403, qianqi=403, fenger=403),
        post=staff(404, zhaoliu=403, qianqi=403, fenger=403),
        data={"edition": "0", "text": "已整改"},
    ),
    Row(f"{D}problem_step", ("problem", "nothing"), get=staff(404), post=staff(404)),
    *reading(f"{D}proof", OWN, "proof"),
    *reading(f"{D}proof", OVERSEERS, "proof of a hidden result"),
    *[Row(f"{D}proof_remove", (one,), get=IN_CHARGE, post=IN_CHARGE) for one in ("proof", "proof of a hidden result")],
]

QUESTIONNAIRES = [
    *reading(f"{D}questionnaires", OVERSEERS),
    *[
        row
        for name in ("questionnaire", "draft questionnaire")
        for row in reading(f"{D}questionnaire", OVERSEERS, name)
    ],
    *reading(f"{D}questionnaire_words", OVERSEERS, "questionnaire"),
    Row(f"{D}questionnaire_new", get=IN_CHARGE, post=IN_CHARGE),
    Row(f"{D}questionnaire_edit", ("draft questionnaire",), get=IN_CHARGE, post=IN_CHARGE),
    Row(f"{D}question_new", ("draft questionnaire",), get=IN_CHARGE, post=IN_CHARGE),
    Row(f"{D}question", ("draft questionnaire", "question"), get=IN_CHARGE, post=IN_CHARGE),
    Row(f"{D}question_delete", ("draft questionnaire", "question"), post=PRESSED),
    *[
        Row(f"{D}questionnaire_{verb}", ("draft questionnaire",), post=PRESSED)
        for verb in ("drop", "open", "close", "publish")
    ],
]

SCORECARDS = [*CITIZENS, *SETS, *ASSESSMENTS, *PROBLEMS, *QUESTIONNAIRES]


def scorecards_objects(cast: Cast) -> dict[str, int]:
    """An assessment in each state that matters, a problem of two bodies, a questionnaire in each state."""
    return _sets(cast) | _assessments(cast) | _problems(cast) | _questionnaires(cast)


def _sets(cast: Cast) -> dict[str, int]:
    making.small_set(cast)
    row = making.draft(cast)
    one = making.add_indicator(cast, row)
    used = IndicatorSet.objects.get(state="active")
    return {"set": used.pk, "draft set": row.pk, "section": row.sections.get().pk, "draft indicator": one.pk}


def _assessments(cast: Cast) -> dict[str, int]:
    """Of today, so that objections are still asked for: the last quarter announced, the running one open, a month public."""
    now, today = timezone.now(), timezone.localdate()
    indicators = IndicatorSet.objects.get(state="active")

    def judged(kind: PeriodKind, year: int, number: int) -> assessing.Assessment:
        row = assessing.open_assessment(
            actor=cast.qianqi, indicators=indicators, period=period_of(kind, year, number), bodies=[cast.jyj, cast.wjw],
            at=now,
        )  # fmt: skip
        computing.compute_all(row, at=now, indicators=assessing.covered(row))
        for body in (cast.jyj, cast.wjw):
            one = making.result(row, body)
            judgement = judging.Judgement(one.pk, one.edition, 1, "抽查", ())
            judging.judge(actor=cast.qianqi, assessment=row, judgements=[judgement], at=now)
        row.refresh_from_db()
        return row

    public, shown = judged(PeriodKind.MONTH, today.year - 1, 1), judged(PeriodKind.QUARTER, today.year - 1, 1)
    for row in (public, shown):
        assessing.announce(actor=cast.qianqi, row=row, until=today + timedelta(days=5), at=now)
    later = now + timedelta(days=6)
    assessing.settle(actor=cast.qianqi, row=public, at=later)
    assessing.publish(actor=cast.qianqi, row=public, notice="总体较好", is_public=True, at=later)
    opened = judged(PeriodKind.QUARTER, today.year - 1, 2)
    objection = judging.object_to(
        actor=cast.wangwu, result=making.result(shown, cast.jyj, "机构职能"), text="已经补齐", link="", at=now
    )
    return {
        "public assessment": public.pk,
        "assessment": shown.pk,
        "open assessment": opened.pk,
        "indicator": Indicator.objects.get(name="文书规范", section__set=indicators).pk,
        "result of scorecard": making.result(shown, cast.jyj).pk,
        "hidden result": making.result(opened, cast.jyj).pk,
        "objection": objection.pk,
    }


def _problems(cast: Cast) -> dict[str, int]:
    now, due_on = timezone.now(), timezone.localdate() + timedelta(days=10)
    said = {"actor": cast.qianqi, "text": "指南没有更新", "due_on": due_on, "at": now}
    own, elsewhere = (problems.open_problem(department=body, **said) for body in (cast.jyj, cast.wjw))
    finding = WatchFinding.objects.create(
        key="rows", kind="stale", department=cast.jyj, detail="栏目没有更新", first_seen_at=now, last_seen_at=now
    )
    case = InformationRequest.objects.filter(department=cast.jyj).order_by("pk")[0]
    inquiry = handling.inquire(actor=cast.qianqi, case=case, text="请说明", due_on=timezone.localdate(), at=now)
    made = {"problem": own.pk, "problem elsewhere": elsewhere.pk, "watch finding": finding.pk, "inquiry": inquiry.pk}
    return made | _proofs(cast, problems.open_problem(department=cast.jyj, **said))


def _proofs(cast: Cast, problem: Problem) -> dict[str, int]:
    """A file beside a report of what was put right, and one beside a result that its body does not see yet."""
    now, file = timezone.now(), store(upload=BytesIO(b"\xe6\x95\xb4\xe6\x94\xb9"), name="整改.txt")
    problems.report(actor=cast.wangwu, problem=problem, edition=0, text="已整改", link="", proofs=[file], at=now)
    hidden = Result.objects.filter(card__department=cast.jyj, card__assessment__state="open").order_by("pk")[0]
    judging.prove(actor=cast.qianqi, result=hidden, proofs=[file], at=now)
    return {"proof": Proof.objects.get(remark__problem=problem).pk, "proof of a hidden result": hidden.proofs.get().pk}


def _questionnaires(cast: Cast) -> dict[str, int]:
    now, today = timezone.now(), timezone.localdate()
    days = {"opens_on": today, "closes_on": today + timedelta(days=9), "at": now}
    asked, over = (evaluating.opened(cast, kinds=("stars", "text"), **days) for _ in range(2))
    evaluation.close(actor=cast.qianqi, row=over, at=now)
    evaluation.publish(actor=cast.qianqi, row=over, at=now)
    draft = evaluating.compose(cast, **days)
    question = evaluating.add(cast, draft)
    return {
        "questionnaire": asked.pk,
        "result of a questionnaire": over.pk,
        "draft questionnaire": draft.pk,
        "question": question.pk,
    }
