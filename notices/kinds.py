"""Kinds of messages, registered by the rooms that send them when Django starts. Pure: no queries."""

from dataclasses import dataclass

EMAIL, SMS = "email", "sms"
CHANNELS = {EMAIL: "电子邮件", SMS: "短信"}


@dataclass(frozen=True)
class Kind:
    """A kind of message. A person may switch the channels of an optional kind; the message in the portal always stays."""

    slug: str
    label: str
    is_optional: bool = False
    channels: tuple[str, ...] = (EMAIL,)


_kinds: dict[str, Kind] = {}


def register(slug: str, label: str, *, is_optional: bool = False, channels: tuple[str, ...] = (EMAIL,)) -> Kind:
    """Make a kind known; call it in `AppConfig.ready`. ValueError for an unknown channel or a slug that means another."""
    kind = Kind(slug, label, is_optional, channels)
    if unknown := set(channels) - CHANNELS.keys():
        raise ValueError(f"unknown channels of {slug}: {', '.join(sorted(unknown))}")
    if _kinds.setdefault(slug, kind) != kind:
        raise ValueError(f"two kinds are called {slug}")
    return kind


def kind_of(slug: str) -> Kind:
    """The kind; ValueError when nobody registered it."""
    if slug not in _kinds:
        raise ValueError(f"no kind of message is called {slug}")
    return _kinds[slug]


def label_of(slug: str) -> str:
    """The label; rows of a kind that is no longer registered still have a name."""
    return _kinds[slug].label if slug in _kinds else "其他"


def all_kinds() -> list[Kind]:
    """Every kind in the order of registration."""
    return list(_kinds.values())
