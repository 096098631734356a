"""The rows of the table address × person → status: who there is, and what a row says."""

from dataclasses import dataclass, field
from typing import Any

# --- who ----------------------------------------------------------------------------------------------------------------

BUREAU = ("lisi", "sunba", "zhoujiu", "wangwu", "wushi")  # the education bureau: the objects' own department
CITY = ("qianqi", "zhengyi", "fenger", "root")  # city-wide roles and the bootstrap account
OTHERS = ("zhaoliu",)  # another department's officer
NOBODY = ("zhangsan",)  # an account without roles
GROUPS = {"bureau": BUREAU, "city": CITY, "others": OTHERS, "nobody": NOBODY, "visitor": ("visitor",)}
EVERYBODY = [name for group in GROUPS.values() for name in group]
SIGN_IN = 302  # where a visitor is sent

Expected = dict[str, int]


def who(default: int, **exceptions: int) -> Expected:
    """Status by person: ``default``, but for groups and people named; people after their groups."""
    expected = dict.fromkeys(EVERYBODY, default)
    for name, status in exceptions.items():
        expected |= dict.fromkeys(GROUPS.get(name, (name,)), status)
    return expected


def staff(status: int, **exceptions: int) -> Expected:
    """Like `who`, with visitors sent to the sign-in page."""
    return who(status, visitor=SIGN_IN, **exceptions)


REFUSED = who(405)
PUBLIC, UNKNOWN, GONE = who(200), who(404), who(410)
SIGNED_IN = staff(200)
HOME_DESK = staff(404, bureau=200, city=200)  # may look at the education bureau's desk
OTHER_DESK = staff(404, zhaoliu=200, city=200)  # may look at the health commission's desk
AN_IMPORT = staff(404, wushi=200, city=200)  # imports of the education bureau
CITY_IMPORT = staff(404, city=200)  # imports of the root
LOOKS_AFTER = staff(403, wushi=200, city=200)  # looks after other people's accounts


# --- what ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """An address and what it answers to whom. ``of`` names objects of the `city`; ``data`` is what is posted."""

    name: str
    of: tuple[Any, ...] = ()
    get: Expected = field(default_factory=lambda: REFUSED)
    post: Expected = field(default_factory=lambda: REFUSED)
    data: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return "-".join([self.name, *map(str, self.of)])


def reading(names: str, expected: Expected, *of: Any) -> list[Row]:
    """Rows of addresses that are only read."""
    return [Row(name, of, get=expected) for name in names.split()]
