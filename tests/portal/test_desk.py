"""What the navigation offers is what a person may open, and nothing is missing."""

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.desk import TILES, desk_tiles
from tests.cast import Cast

OPEN = (200, 302)


def test_every_desk_offered_opens_and_every_desk_that_opens_is_offered(cast: Cast, reference: None) -> None:
    for name, person in cast.people.items():
        if isinstance(person, AnonymousUser):
            continue
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        offered = {tile.name for tile in desk_tiles(person)}
        for tile in TILES:
            opens = client.get(tile.url).status_code in OPEN
            if tile.name in offered:
                assert opens, f"{name} is offered {tile.label} and may not open it"
            elif tile.name not in (
                "disclosure:review",
                "admin:index",
                "accounts:people",
                "accounts:record",
                "notices:list",
            ):
                assert not opens or not offered - {"accounts:mine", "requests_app:mine"}, (
                    f"{name} may open {tile.label} and is not offered it"
                )


def test_the_navigation_costs_one_query(cast: Cast) -> None:
    for person in (cast.wangwu, cast.zhengyi, cast.zhangsan):
        with CaptureQueriesContext(connection) as asked:
            desk_tiles(person)
        assert len(asked) == 1
