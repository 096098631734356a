"""Is the input about an analysis well-formed."""

from typing import Any

from django import forms

from accounts.models import Department
from reports.figures.periods import quarter_words
from reports.models import QuarterlyAnalysis
from reports.quarterly.services import LONGEST_TEXT
from reports.quarterly.wording import PARTS

HINTS = {
    "overview": "数量和变化。文字由数字生成，可以修改；没有改过的，重新统计时跟着数字更新。",
    "subjects": "勾选热点词并保存以后，没有改过的文字自动写入所选的词。不要写出申请人是谁。",
    "problems": "由起草人填写；不填的，公布时不列这一部分。",
}


class BeginForm(forms.Form):
    """Of whom, and which quarter."""

    subject = forms.ChoiceField(label="分析的范围")
    quarter = forms.ChoiceField(label="季度")

    def __init__(
        self, *args: Any, subjects: list[tuple[str, Department, bool]], quarters: list[tuple[int, int]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = {word: (body, is_all) for word, body, is_all in subjects}
        own: Any = self.fields["subject"]
        own.choices = [(word, "全市汇总" if is_all else body.name) for word, body, is_all in subjects]
        own.error_messages["invalid_choice"] = "请选择分析的范围。"
        when: Any = self.fields["quarter"]
        when.choices = [(f"{year}.{quarter}", quarter_words(year, quarter)) for year, quarter in quarters]
        when.error_messages["invalid_choice"] = "请选择已经结束的季度。"

    @property
    def asked(self) -> dict[str, Any]:
        """What `services.begin` takes."""
        department, is_consolidated = self.subjects[self.cleaned_data["subject"]]
        year, quarter = map(int, self.cleaned_data["quarter"].split("."))
        return {"department": department, "year": year, "quarter": quarter, "is_consolidated": is_consolidated}


class WriteForm(forms.Form):
    """The paragraphs, the words to be published, and the edition the writer saw."""

    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)
    words = forms.MultipleChoiceField(
        label="公布的热点词",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="申请内容是申请人自己写的。请逐个看过：能认出某个人、某一家单位的，不要公布。",
        error_messages={"invalid_choice": "“%(value)s”不在本季度的热点词里，请重新统计后再选。"},
    )

    def __init__(self, *args: Any, analysis: QuarterlyAnalysis, **kwargs: Any) -> None:
        said = {**analysis.texts, "words": analysis.words, "edition": analysis.edition}
        super().__init__(*args, **{"initial": said, **kwargs})
        words: Any = self.fields["words"]
        words.choices = [(word, f"{word}（{count} 件）") for word, count in analysis.figures["words"]]
        if not words.choices:
            del self.fields["words"]
        for part, label in PARTS.items():
            self.fields[part] = forms.CharField(
                label=label,
                max_length=LONGEST_TEXT,
                required=part != "problems",
                widget=forms.Textarea(attrs={"rows": 4}),
                help_text=HINTS.get(part, ""),
                error_messages={"required": "请写明这一部分；没有的，写明没有。"},
            )
        before = list(PARTS)[: list(PARTS).index("subjects")]
        self.order_fields(["edition", *before, "words"])

    @property
    def said(self) -> dict[str, Any]:
        """What `services.save` takes."""
        data = self.cleaned_data
        texts = {part: data.get(part, "") for part in PARTS}
        return {"texts": texts, "words": data.get("words", []), "edition": data["edition"]}


class SignForm(forms.Form):
    """The edition the signer read."""

    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)


class ReviseForm(forms.Form):
    """Why what was published is written anew; it will be read by everybody."""

    reason = forms.CharField(
        label="更正说明",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="重新公布时一并公布，例如“按时率的统计口径有误，予以更正”。",
        error_messages={"required": "请写明为什么更正。"},
    )
