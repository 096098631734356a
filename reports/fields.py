"""Form fields that several desks of the room share."""

from typing import Any
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from accounts.desks import key_of
from accounts.forms import DepartmentChoice
from accounts.models import Department

MOST_ADDRESS = 300
_is_url = URLValidator(schemes=["http", "https"])


class Ticked(forms.ModelMultipleChoiceField):
    """Rows to tick. What cannot be a key is no choice: the database would stumble over it."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        """The rows."""
        if (bogus := next((one for one in value or () if key_of(str(one)) is None), None)) is not None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": bogus})
        return super().clean(value)


class Bodies(Ticked):
    """Bodies to tick, in tree order; none ticked means all where the field is not required."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Department.objects.none(), **kwargs)

    def label_from_instance(self, obj: Department) -> str:
        """The short name where there is one: the list is long."""
        return str(obj.short_name or obj.name)


class OneBody(DepartmentChoice):
    """One body out of a list that the form fills in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Department.objects.none(), **kwargs)


class AddressField(forms.CharField):
    """A page that something rests on: a path of this site or an address of another one."""

    def __init__(self, **kwargs: Any) -> None:
        said: dict[str, Any] = {
            "max_length": MOST_ADDRESS,
            "required": False,
            "help_text": "本平台页面的路径，或者 http 开头的网址。",
        }
        super().__init__(**(said | kwargs))

    def clean(self, value: Any) -> str:
        """Nothing that is not an address: it becomes a link."""
        address = str(super().clean(value))
        is_path = (
            address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
        )
        if address and not is_path:
            try:
                _is_url(address)
            except ValidationError as error:
                raise ValidationError("请填写本平台页面的路径（以 / 开头），或者 http 开头的网址。") from error
        return address


class NumberField(forms.DecimalField):
    """A number as a Chinese keyboard writes it, too: １２．５ and 12。5 are 12.5."""

    def to_python(self, value: Any) -> Any:
        """Half width."""
        return super().to_python(normalize("NFKC", value).replace("。", ".") if isinstance(value, str) else value)


class PointsField(NumberField):
    """Points of two places."""

    def __init__(self, **kwargs: Any) -> None:
        said: dict[str, Any] = {"min_value": 0, "max_value": 100, "max_digits": 6, "decimal_places": 2}
        super().__init__(**(said | kwargs))


def edition_field(*, required: bool = True) -> forms.IntegerField:
    """Which edition the form was filled in over; not ``required`` where the same form begins a row."""
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000, required=required)
