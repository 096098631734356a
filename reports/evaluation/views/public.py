"""Citizens' pages of the evaluation: what is asked, the form, thanks, the published result (条例§46, §50)."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.addresses import client_address
from catalog.labels import column_labels
from catalog.views.kept import kept
from reports.evaluation import limits, rules, selectors
from reports.evaluation import services as evaluation
from reports.evaluation.forms import BallotForm
from reports.evaluation.states import QuestionKind
from reports.models import Questionnaire
from requests_app.intake import human
from workflow.services import Refused

HEADING = "公众评议"
MOST_LISTED = 50


@require_safe
@kept
def index(request: HttpRequest) -> HttpResponse:
    """What is asked now, and the results there are."""
    context = {
        "heading": HEADING,
        "open_ones": selectors.open_ones(timezone.localdate()),
        "published": list(selectors.published()[:MOST_LISTED]),
        "labels": column_labels(HEADING, "公众对各机构政府信息公开工作的评议"),
    }
    return render(request, "reports/evaluations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def evaluate(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; after its last day, what became of it."""
    row = get_object_or_404(selectors.find_public(pk))
    at = timezone.now()
    if not rules.is_answerable(row, timezone.localdate(at)):
        return _over(request, row)
    questions, bodies = list(row.questions.order_by("position", "id")), rules.bodies_asked_about(row)
    form = BallotForm(
        request.POST if request.method == "POST" else None, questions=questions, bodies=bodies,
        initial={"department": request.GET.get("department", "")[:40]},
    )  # fmt: skip
    status = HTTPStatus.OK
    if form.is_valid():
        status = _cast(request, row, form)
        if status == HTTPStatus.FOUND:
            return redirect("reports:evaluation_thanks", pk)
    context = {
        "questionnaire": row,
        "form": form,
        "ticket": evaluation.ticket(row),
        "challenge": human.challenge(at=at),
        "crumbs": _crumbs(),
        "labels": column_labels(row.title),
    }
    return render(request, "reports/evaluate.html", context, status=status)


def _over(request: HttpRequest, row: Questionnaire) -> HttpResponse:
    """What became of it; words that come too late are given back."""
    texts = row.questions.filter(kind=QuestionKind.TEXT).order_by("position", "id")
    written = [(one.text, request.POST.get(f"q{one.pk}", "").strip()) for one in texts]
    context = {"questionnaire": row, "written": [said for said in written if said[1]], "crumbs": _crumbs()}
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    return render(request, "reports/evaluation_over.html", context, status=status)


def _cast(request: HttpRequest, row: Questionnaire, form: BallotForm) -> HTTPStatus:
    """FOUND when the ballot counts; otherwise why not stands in the form."""
    said, at = form.cleaned_data, timezone.now()
    if not evaluation.is_ticket(said["ticket"], row):
        form.add_error(None, "这个页面打开得太久，已经更新，请再提交一次。")
        return HTTPStatus.OK
    is_proven = bool(said["proof"])
    if is_proven and not human.is_proven(said["proof"]):
        form.add_error(None, "人机验证已经过期或者用过了，本页已经重新验证，请再提交一次。")
        return HTTPStatus.OK
    address, body = client_address(request), said["department"]
    try:
        taken = limits.take(address, row.pk, body.pk, is_proven=is_proven, at=at)
    except human.TooOften as refused:
        until = f"{timezone.localtime(refused.until):%-m月%-d日 %H:%M}"
        proof = "" if is_proven else "，或者开启浏览器的 JavaScript 通过人机验证后提交"
        form.add_error(None, f"同一网络地址提交的评议已到上限，请在 {until} 以后再试{proof}，填写的内容还在。")
        return HTTPStatus.TOO_MANY_REQUESTS
    try:
        evaluation.cast(row=row, department=body, answers=form.answers(), ticket=said["ticket"], at=at)
    except evaluation.Twice:
        limits.give_back(taken)  # pressed twice: it counts once, and thanks are due
    except Refused as refusal:
        limits.give_back(taken)
        form.add_error(None, str(refusal))
        return HTTPStatus.CONFLICT
    return HTTPStatus.FOUND


@require_safe
def thanks(request: HttpRequest, pk: int) -> HttpResponse:
    """It counts."""
    row = get_object_or_404(selectors.find_public(pk))
    return render(request, "reports/evaluation_thanks.html", {"questionnaire": row, "crumbs": _crumbs()})


@require_safe
@kept
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """The published result; words that people wrote stay with the department in charge."""
    row = get_object_or_404(selectors.published(), pk=pk)
    found = selectors.results(row)
    context = {
        "questionnaire": row,
        "ballots": found.ballots,
        "charts": selectors.charts(found),
        "few": [one.department for one in found.standings if not one.known],
        "crumbs": _crumbs(),
        "labels": column_labels(f"{row.title}结果"),
    }
    return render(request, "reports/evaluation_results.html", context)


def _crumbs() -> list[dict[str, str]]:
    return [{"label": HEADING, "url": reverse("reports:evaluations")}]
