"""What forms say about a field left empty."""

import pytest
from django import forms

from accounts.models import Department
from files.fields import FilesField


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (forms.CharField(), "请填写此项。"),
        (forms.DateField(), "请填写此项。"),
        (forms.ChoiceField(choices=[("a", "甲")]), "请选择一项。"),
        (forms.ModelChoiceField(Department.objects.none()), "请选择一项。"),
        (forms.MultipleChoiceField(choices=[("a", "甲")]), "请至少选择一项。"),
        (forms.ModelMultipleChoiceField(Department.objects.none()), "请至少选择一项。"),
        (forms.BooleanField(), "请勾选此项。"),
        (FilesField(), "请选择文件。"),
        (forms.CharField(error_messages={"required": "请填写文号。"}), "请填写文号。"),
    ],
)
def test_what_is_left_empty_is_asked_for_in_plain_words(field: forms.Field, words: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        field.clean([] if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField) else None)
    assert refused.value.messages == [words]
