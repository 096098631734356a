"""What a published report becomes: files in every form, and a document of the catalogue."""

import io
from datetime import date, datetime

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from catalog import body
from catalog.content import DocumentContent
from catalog.models import Column, Document, Genre, Topic
from catalog.services import attach
from disclosure.reporting import correct_report, publish_report
from files.services import store
from reports.annual.building import as_json, figures_of_report, notes_of
from reports.annual.paper import to_docx
from reports.annual.selectors import COLUMN
from reports.annual.sheets import workbook
from reports.annual.written import Report, written
from reports.models import AnnualReport, AnnualReportFile, ReportFormat

TOPIC, CLASS, GENRE = "政务公开", "综合政务", "报告"
ATTACHED = (ReportFormat.DOCX, ReportFormat.XLSX)
KEPT = (*ATTACHED, ReportFormat.HTML)  # JSON is the frozen report itself
File = tuple[str, bytes]


def written_report(report: AnnualReport) -> Report:
    """The report in the order it is read: as frozen, or as it stands."""
    return written(figures_of_report(report), notes_of(report))


def render(report: AnnualReport, form: str, *, on: date) -> bytes:
    """The report in one form; the same bytes for the same report and day."""
    if form == ReportFormat.JSON:
        return as_json(report.frozen)
    if form == ReportFormat.XLSX:
        return workbook(figures_of_report(report))
    paper = written_report(report)
    if form == ReportFormat.DOCX:
        return to_docx(paper, on=on)
    return render_to_string("reports/annual/file.html", {"report": paper, "on": on}).encode()


def rendered(report: AnnualReport, *, on: date) -> list[File]:
    """Every form that is kept as a file, by its ending."""
    return [(form.value, render(report, form, on=on)) for form in KEPT]


def public_address(report: AnnualReport) -> str:
    """Where citizens read it; the newest number of it."""
    name = "reports:annual_consolidated" if report.is_consolidated else "reports:annual_report"
    return reverse(name, args=[report.year, report.department.code])


def make_public(report: AnnualReport, files: list[File], *, actor: User, at: datetime) -> None:
    """条例§49: keep the files and put the report among the body's documents; the caller has moved it and holds the
    transaction."""
    kept = {}
    for form, data in files:
        kept[form] = store(upload=io.BytesIO(data), name=f"{report.title}.{form}", by=actor)
        AnnualReportFile.objects.create(report=report, format=form, file=kept[form])
    content, document = _content(report, on=timezone.localdate(at)), report.document
    if document is None:
        document = publish_report(actor=actor, content=content, digest=report.digest, at=at)
    else:
        note = f"年度报告更正后重新公布：{report.correction}"
        document = correct_report(
            actor=actor, document=document, content=content, digest=report.digest, note=note, at=at
        )
    _attach(document, report, {form: kept[form].pk for form in ATTACHED}, at=at)
    AnnualReport.objects.filter(pk=report.pk).update(document=document)
    report.document = document


def _attach(document: Document, report: AnnualReport, files: dict[ReportFormat, int], *, at: datetime) -> None:
    document.attachments.all().delete()
    for position, (form, pk) in enumerate(files.items()):
        attach(document=document, file_id=pk, title=f"{report.title}（{form.label}）", position=position, at=at)


def _content(report: AnnualReport, *, on: date) -> DocumentContent:
    shown = {"report": written_report(report), "address": public_address(report)}
    html = body.clean(render_to_string("reports/annual/_body.html", shown))
    topic = Topic.objects.filter(name=TOPIC, parent__name=CLASS).first()
    genre = Genre.objects.filter(name=GENRE).first()
    scope = "all" if report.is_consolidated else "own"
    return DocumentContent(
        title=report.title,
        department_id=report.department_id,
        column_id=Column.objects.get(slug=COLUMN).pk,
        html=html,
        text=body.to_text(html),
        topic_id=topic.pk if topic else None,
        genre_id=genre.pk if genre else None,
        formed_on=on,
        summary=f"{report.department.name}{report.year}年政府信息公开工作年度报告，含主动公开、依申请公开、行政复议和行政诉讼情况。",
        keywords="年度报告，政府信息公开",
        source_key=f"annual-report:{report.department.code}:{report.year}:{scope}",
    )
