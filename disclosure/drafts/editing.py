"""One round in the editor: what was posted, what of it is well-formed, and saving that."""

from datetime import datetime
from functools import cached_property

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.utils import timezone

from accounts.desks import key_of
from accounts.models import User
from disclosure.drafts import services as drafting
from disclosure.drafts.forms import ConfirmationForm, DraftForm
from disclosure.drafts.pasting import body_of
from disclosure.models import Revision
from disclosure.versions import services as revising
from disclosure.versions.content import missing_fields

FILE_TITLE, EVIDENCE = "file-title-", "evidence"


class Editing:
    """The forms of the editor over one draft. With ``data`` None they show what is stored."""

    def __init__(self, data: QueryDict | None, *, actor: User, revision: Revision, at: datetime) -> None:
        self.data, self.actor, self.revision, self.at = data, actor, revision, at
        self.form = DraftForm(data, actor=actor, revision=revision, at=at)
        rows = list(revision.confirmations.all())
        self.confirmations = [ConfirmationForm(data, row=row) for row in (*rows, None)]
        self.refused = self.is_handed_back = self.is_saved = self.is_conflict = False

    @property
    def edition(self) -> int:
        """The edition that what stands in the editor is based on; a refused save leaves it behind the stored one."""
        if self.data is None or self.is_saved:
            return self.revision.edition
        return key_of(self.data.get("edition")) or 0

    @property
    def forms(self) -> list[DraftForm | ConfirmationForm]:
        """All forms of the page."""
        return [self.form, *self.confirmations]

    @property
    def is_wrong(self) -> bool:
        """True when something typed stands there with an error beside it."""
        return self.data is not None and any(form.errors for form in self.forms)

    @property
    def has_unsaved(self) -> bool:
        """True when something typed is not stored: all of it was refused, or fields stand there with an error."""
        wrong = not self.is_handed_back and any(set(form.errors) - {NON_FIELD_ERRORS} for form in self.forms)
        return self.data is not None and (wrong or not self.is_saved)

    @property
    def errors(self) -> dict[str, list[str]]:
        """Messages by the name of the field."""
        return {
            form.add_prefix(name): [str(words) for words in said]
            for form in self.forms
            for name, said in form.errors.items()
        }

    @cached_property
    def body_html(self) -> str:
        """The body as the rich editor shows it, also when it could not be saved."""
        typed = self.data.get("body", "") if self.data is not None else None
        return self.revision.html if typed is None else body_of(typed)[0]

    def refuse(self, reason: str) -> None:
        """Nothing (more) was done; the reason stands on top of the form."""
        self.refused = True
        self.form.add_error(None, reason)

    def submit(self) -> None:
        """国办发〔2016〕80号: hand in what is stored; what is missing (退文) stands beside its field. Raises `Refused`."""
        missing = missing_fields(self.revision)
        if not missing:
            revising.submit(actor=self.actor, revision=self.revision, at=self.at)
            return
        self.is_handed_back = True
        self.refuse("不能送审，请补齐下列内容。已经填写的都已保存。")
        for name, words in missing:
            self.form.add_error(name if name in self.form.fields else None, f"{words}。")

    def save(self) -> None:
        """Keep every field that is well-formed; the others stay as stored. Raises `Refused` and PermissionDenied.

        What is stored already, word for word, may come again over an older edition: a page left in the middle of
        saving does not know that it had arrived. Nothing is written then.
        """
        self.form.is_valid()
        try:
            self._save_text()
        except revising.Conflict:
            stored = Revision.objects.get(pk=self.revision.pk)
            self.is_conflict = not self._says(stored)
            if self.is_conflict:
                raise
            self.revision, self.is_saved = stored, True
            return
        self._save_confirmations()
        self._save_titles()

    def _save_text(self) -> None:
        self.revision = drafting.save(
            actor=self.actor,
            revision=self.revision,
            values=self.form.values(),
            content=self.form.content(),
            interprets=self.form.cleaned_data.get("interprets"),
            edition=self.edition,
            at=self.at,
        )
        self.is_saved = True

    def _says(self, stored: Revision) -> bool:
        """True when the page shows ``stored``, its files and involved bodies included: saving would change nothing."""
        interprets = self.form.cleaned_data.get("interprets")
        return (
            all(getattr(stored, name) == value for name, value in self.form.values().items())
            and {**stored.content, **self.form.content()} == stored.content
            and (interprets is None or interprets.pk == stored.interprets_id)
            and list(self._titles().items()) == [(row.pk, row.title) for row in stored.files.all()]
            and self._says_confirmations(stored)
        )

    def _says_confirmations(self, stored: Revision) -> bool:
        data = self.data or QueryDict()
        shown = [form for form in self.confirmations if form.add_prefix(EVIDENCE) in data]
        rows = {(row.body, row.confirmed_on, row.evidence) for row in stored.confirmations.all()}
        said = {
            (form.name, form.cleaned_data.get("confirmed_on"), form.cleaned_data.get(EVIDENCE))
            for form in shown
            if form.is_valid() and form.name
        }
        return said == rows and len(shown) == sum(name.endswith(f"-{EVIDENCE}") for name in data)

    def _save_confirmations(self) -> None:
        """条例§11: involved bodies, those rows that are well-formed and say something new."""
        for form in self.confirmations:
            if not form.is_valid() or not form.has_changed() or not form.name:
                continue
            on = form.cleaned_data["confirmed_on"]
            if on is not None and on > timezone.localdate(self.at):
                form.add_error("confirmed_on", "确认日期还没有到。")
                continue
            evidence = form.cleaned_data["evidence"]
            revising.confirm(
                actor=self.actor, revision=self.revision, body=form.name, on=on, evidence=evidence, at=self.at
            )

    def _save_titles(self) -> None:
        if titles := self._titles():
            drafting.rename(actor=self.actor, revision=self.revision, titles=titles)

    def _titles(self) -> dict[int, str]:
        """Names of the files by their key, in the order of the page."""
        data = self.data or QueryDict()
        names = [name for name in data if name.startswith(FILE_TITLE)]
        return {key_of(name.removeprefix(FILE_TITLE)) or 0: data.get(name, "") for name in names}
