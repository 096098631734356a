"""Is what is typed on a letter's page well-formed."""

from datetime import date
from typing import Any

from django import forms

from requests_app.deadline_forms import day_field
from requests_app.models import Delivery, Letter

MOST_CHARS = 30_000


class LetterForm(forms.Form):
    """The base of a step's form: it knows its letter."""

    def __init__(self, *args: Any, letter: Letter, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letter, self.today = letter, today
        self.prepare()

    def prepare(self) -> None:
        """Nothing depends on the letter."""


class EditForm(LetterForm):
    """The words of a draft; an empty line begins a new paragraph."""

    title = forms.CharField(label="标题", max_length=200, error_messages={"required": "请填写标题。"})
    salutation = forms.CharField(label="称谓", max_length=200, error_messages={"required": "请填写称谓。"})
    body = forms.CharField(
        label="正文",
        max_length=MOST_CHARS,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="空一行另起一段。段首缩进、落款和成文日期由系统排版，不用填写。",
        error_messages={"required": "文书没有正文。"},
    )
    edition = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        """What is saved."""
        letter = self.letter
        said = {"title": letter.title, "salutation": letter.salutation, "edition": letter.edition}
        self.initial = {**said, "body": "\n\n".join(letter.paragraphs), **self.initial}

    @property
    def words(self) -> dict[str, Any]:
        """Title, salutation and paragraphs."""
        said = self.cleaned_data
        return {"title": said["title"], "salutation": said["salutation"], "paragraphs": paragraphs_of(said["body"])}


def paragraphs_of(body: str) -> list[str]:
    """Empty lines part paragraphs; lines within one are joined."""
    blocks = body.replace("\r\n", "\n").split("\n\n")
    joined = ("".join(text.strip() for text in block.split("\n")) for block in blocks)
    return [text for text in joined if text]


class IssueForm(LetterForm):
    """The head's words, if any."""

    opinion = forms.CharField(
        label="签发意见", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReturnForm(LetterForm):
    """Why it goes back."""

    reason = forms.CharField(
        label="退回的原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="请写明要改什么，承办人按此修改后重新送签。",
        error_messages={"required": "请写明退回的原因。"},
    )


class SendForm(LetterForm):
    """条例§40: how and when it leaves."""

    delivery = forms.ChoiceField(label="送达方式", choices=Delivery.choices)
    on = day_field("送出日", required=True)
    tracking = forms.CharField(
        label="邮件号", required=False, max_length=60, help_text="邮寄的填写，便于查询和证明交邮日期。"
    )

    def prepare(self) -> None:
        """The way asked for, today."""
        self.initial = {"delivery": self.letter.delivery or Delivery.POST, "on": self.today, **self.initial}


class ServeForm(LetterForm):
    """国办公开办函〔2016〕235号: when it arrived, and what proves it."""

    on = day_field("送达日", required=True)
    proof = forms.CharField(
        label="送达证明",
        max_length=300,
        help_text="例如“本人签收”“邮政签收回执”“送达回证”。",
        error_messages={"required": "请填写送达证明。"},
    )


class BounceForm(LetterForm):
    """Why it came back."""

    reason = forms.CharField(label="退件的原因", max_length=300, error_messages={"required": "请填写退件的原因。"})


class PlainForm(LetterForm):
    """A step that needs no words."""
