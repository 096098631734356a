"""Input of the pages about messages."""

from django import forms

from accounts.models import User
from notices.selectors import choices_of


class PreferencesForm(forms.Form):
    """A box for each channel of each optional kind; kinds that must be received have none."""

    def __init__(self, *args: object, actor: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.keys: dict[str, tuple[str, str]] = {}
        for kind, channels in choices_of(actor):
            for channel, label, is_wanted in channels:
                name = f"{kind.slug}-{channel}"
                self.keys[name] = (kind.slug, channel)
                self.fields[name] = forms.BooleanField(
                    label=f"{kind.label}：{label}", required=False, initial=is_wanted
                )

    @property
    def wanted(self) -> dict[tuple[str, str], bool]:
        """The choices by (kind, channel)."""
        return {key: self.cleaned_data[name] for name, key in self.keys.items()}
