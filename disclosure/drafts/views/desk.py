"""The clerk's desk: the list of drafts, beginning one, the editor and its autosave."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, staff
from accounts.models import User
from catalog.models import Document
from disclosure.drafts import selectors as selectors_drafts
from disclosure.drafts import services as drafting
from disclosure.drafts.beginning import begin as begin_once
from disclosure.drafts.beginning import begin_version
from disclosure.drafts.editing import Editing
from disclosure.drafts.forms import NewForm
from disclosure.finding import label_of, readable_by
from disclosure.models import Revision
from disclosure.rules import documents_visible_to
from disclosure.states import RevisionState
from disclosure.versions import rules
from files.errors import FileRefused
from files.services import store
from workflow.services import Refused

SAVED, SUBMITTED = "已保存。", "已送审。"


@require_safe
@login_required
@never_cache
def drafts(request: HttpRequest) -> HttpResponse:
    """My drafts, those sent back, clocks running out, all of the department."""
    actor = staff(request)
    tab = request.GET.get("tab", "mine")
    tab = tab if tab in selectors_drafts.TABS else "mine"
    page = selectors_drafts.draft_page(actor, tab, cursor=request.GET.get("after", "")[:40], today=timezone.localdate())
    context = {
        "tabs": [(name, label, name == tab) for name, label in selectors_drafts.tabs_of(actor).items()],
        "tab": tab,
        "page": page,
        "may_write": rules.departments_writable_by(actor).exists(),
    }
    return page_of(request, "list", "拟稿", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin a document or an interpretation."""
    actor, now = staff(request), timezone.now()
    if not rules.departments_writable_by(actor).exists():
        raise PermissionDenied("您没有可以起草的机构。")
    data = request.POST if request.method == "POST" else None
    form = NewForm(data, actor=actor, at=now, initial=_asked(request, actor))
    if form.is_valid():
        said = form.cleaned_data
        names = {name: said[name] for name in ("department", "title", "interprets")}
        row = begin_once(actor=actor, at=now, **names)
        return redirect("disclosure:draft", pk=row.pk)
    return page_of(request, "new", "起草", {"form": form})


def _asked(request: HttpRequest, actor: User) -> dict[str, str]:
    """`?interprets=<key>` begins an interpretation of that document."""
    key = key_of(request.GET.get("interprets"))
    found = readable_by(actor, timezone.now()).filter(pk=key).first() if key else None
    return {"kind": "interpretation", "interprets": label_of(found)} if found else {}


@require_POST
@login_required
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version of a document: a revision, a correction, or the first of an imported draft."""
    actor = staff(request)
    document: Document = get_object_or_404(documents_visible_to(actor).select_related("department"), pk=pk)
    is_erratum = request.POST.get("erratum") == "yes"
    try:
        row = begin_version(actor=actor, document=document, is_erratum=is_erratum, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("disclosure:document", pk=pk)
    return redirect("disclosure:draft", pk=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor of a draft; what stands of a version that is no draft any more."""
    actor = staff(request)
    row = revision_of(actor, pk)
    if request.method == "POST":
        return _saved(request, actor, row)
    if not rules.can_edit(actor, row):
        return _standing(request, actor, row)
    return _editor(request, Editing(None, actor=actor, revision=row, at=timezone.now()))


def _saved(request: HttpRequest, actor: User, row: Revision) -> HttpResponse:
    """Keep what was typed, then do what the button says; with something wrong the page comes back as it was typed."""
    editing = Editing(request.POST, actor=actor, revision=row, at=timezone.now())
    action, _, key = request.POST.get("do", "save").partition(":")
    try:
        editing.save()
        _act(request, editing, action, key_of(key) or 0)
    except (Refused, FileRefused) as refusal:
        editing.refuse(str(refusal))
    if editing.is_wrong:
        return _editor(request, editing, status=409 if editing.refused else 200)
    if action == "submit":
        messages.success(request, SUBMITTED)
        return redirect("disclosure:drafts")
    messages.success(request, SAVED)
    return redirect("disclosure:draft", pk=row.pk)


def _act(request: HttpRequest, editing: Editing, action: str, key: int) -> None:
    """What a button does besides saving. Nothing is submitted while something typed could not be saved."""
    actor, row, now = editing.actor, editing.revision, timezone.now()
    said: dict[str, Any] = {"actor": actor, "revision": row}
    for upload in request.FILES.getlist("files"):
        stored = store(upload=upload, name=upload.name or "", by=actor)
        row = editing.revision = drafting.attach(
            **{**said, "revision": row}, stored=stored, title=stored.original_name, edition=row.edition, at=now
        )
    said["revision"] = row
    if action == "remove":
        editing.revision = drafting.detach(**said, pk=key, edition=row.edition, at=now)
    elif action in ("up", "down"):
        by = -1 if action == "up" else 1
        editing.revision = drafting.shift(**said, pk=key, by=by, edition=row.edition, at=now)
    elif action == "forget":
        drafting.forget_body(**said, pk=key)
    elif action == "submit" and not editing.is_wrong:
        editing.submit()


def _editor(request: HttpRequest, editing: Editing, *, status: int = 200) -> HttpResponse:
    row = editing.revision
    context = {
        "editing": editing,
        "form": editing.form,
        "revision": row,
        "files": selectors_drafts.files_of(row),
        "body_html": mark_safe(editing.body_html),  # noqa: S308  cleaned by catalog.body
        **selectors_drafts.standing(row, timezone.localdate()),
    }
    heading = f"{row.document.title if row.number > 1 else row.title or '（未命名）'}"
    return page_of(request, "editor", f"{_kind_of(row)}：{heading}", context, status=status)


def _kind_of(row: Revision) -> str:
    if row.number == 1:
        return "起草解读" if row.interprets_id else "起草"
    return "更正" if row.is_erratum else "修订"


def _standing(request: HttpRequest, actor: User, row: Revision) -> HttpResponse:
    """A version that ``actor`` cannot edit: where it is, and taking it back while that may be done."""
    waits = row.state == RevisionState.IN_REVIEW and rules.can_write_in(actor, row.department)
    context = {
        "revision": row,
        "may_take_back": waits,
        "opinions": row.opinions.select_related("written_by").exclude(text=""),
        **selectors_drafts.standing(row, timezone.localdate()),
    }
    return page_of(request, "standing", row.title or "（未命名）", context)


@require_POST
@login_required
def autosave(request: HttpRequest, pk: int) -> JsonResponse:
    """Keep what is typed, as often as the browser asks; JSON with the edition saved, or why nothing was saved."""
    actor = staff(request)
    editing = Editing(request.POST, actor=actor, revision=revision_of(actor, pk), at=timezone.now())
    try:
        editing.save()
    except Refused as refusal:
        return JsonResponse({"conflict": str(refusal), "is_stale": editing.is_conflict}, status=409)
    except PermissionDenied as refusal:
        return JsonResponse({"conflict": str(refusal)}, status=403)
    row = editing.revision
    shown = {"revision": row, **selectors_drafts.standing(row, timezone.localdate())}
    return JsonResponse(
        {
            "edition": row.edition,
            "saved_at": f"{timezone.localtime(row.updated_at):%H:%M}",
            "errors": editing.errors,
            "standing": render_to_string("desk/drafts/_standing.html", shown),
        }
    )


def revision_of(actor: User, pk: int) -> Revision:
    """A version that ``actor`` sees; 404 for everybody else."""
    found = rules.revisions_visible_to(actor).select_related("document", "department", "interprets", "written_by")
    return get_object_or_404(found, pk=pk)


def page_of(
    request: HttpRequest, page: str, heading: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the clerk's desk."""
    return render(request, f"desk/drafts/{page}.html", {"heading": heading, **context}, status=status)
