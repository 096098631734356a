"""One round in the editor: what was posted, what of it is well-formed, and saving that."""

from datetime import datetime
from functools import cached_property

from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from disclosure.drafts import services as drafting
from disclosure.drafts.forms import ConfirmationForm, DraftForm
from disclosure.drafts.pasting import body_of
from disclosure.models import Revision
from disclosure.versions import services as revising

FILE_TITLE = "file-title-"


class Editing:
    """The forms of the editor over one draft. With ``data`` None they show what is stored."""

    def __init__(self, data: QueryDict | None, *, actor: User, revision: Revision, at: datetime) -> None:
        self.data, self.actor, self.revision, self.at = data, actor, revision, at
        self.form = DraftForm(data, actor=actor, revision=revision, at=at)
        rows = list(revision.confirmations.all())
        self.confirmations = [ConfirmationForm(data, row=row) for row in (*rows, None)]
        self.refused = self.is_saved = False

    @property
    def edition(self) -> int:
        """The edition that what stands in the editor is based on; a refused save leaves it behind the stored one."""
        if self.data is None or self.is_saved:
            return self.revision.edition
        return _number(self.data.get("edition", ""))

    @property
    def forms(self) -> list[DraftForm | ConfirmationForm]:
        """All forms of the page."""
        return [self.form, *self.confirmations]

    @property
    def is_wrong(self) -> bool:
        """True when something typed stands there with an error beside it."""
        return self.data is not None and any(form.errors for form in self.forms)

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

    def save(self) -> None:
        """Keep every field that is well-formed; the others stay as stored. Raises `Refused` and PermissionDenied."""
        self.form.is_valid()
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
        self._save_confirmations()
        self._save_titles()

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
        data = self.data or QueryDict()
        names = [name for name in data if name.startswith(FILE_TITLE)]
        titles = {_number(name.removeprefix(FILE_TITLE)): data.get(name, "") for name in names}
        if titles:
            drafting.rename(actor=self.actor, revision=self.revision, titles=titles)


def _number(text: str) -> int:
    """A number from a form; 0, which no row bears, for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
