"""What forms say about a field left empty, in the words of this portal; fields that say it better keep theirs."""

from django import forms

EMPTY: dict[type[forms.Field], str] = {
    forms.Field: "请填写此项。",
    forms.ChoiceField: "请选择一项。",
    forms.MultipleChoiceField: "请至少选择一项。",
    forms.ModelMultipleChoiceField: "请至少选择一项。",
    forms.BooleanField: "请勾选此项。",
    forms.FileField: "请选择文件。",
}


def say_what_is_empty() -> None:
    """Once, when the frame is ready: in place of Django's 该字段是必填项."""
    for field, words in EMPTY.items():
        field.default_error_messages = {**field.default_error_messages, "required": words}
