"""What the navigation offers is what a person may open, and nothing is missing."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.desk import TILES, desk_figures, desk_tiles
from requests_app.letters import services as letters
from tests.cast import Cast
from tests.reports.problems.making import entered
from tests.reports.scorecards.making import announced, objected
from tests.requests_app.casework import Office

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


def test_a_figure_leads_to_the_rows_it_counts(cast: Cast) -> None:
    call_command("load_calendar", verbosity=0)
    office, today = Office(cast), timezone.localdate()
    letter = office.decided(office.handling(today), today)
    letters.submit(actor=cast.lisi, letter=letter, at=timezone.now())
    office.confirmed(today)
    client = Client()
    client.force_login(cast.wangwu, backend="allauth.account.auth_backends.AuthenticationBackend")
    found = {label: (number, url) for label, number, url in desk_figures(cast.wangwu, today=timezone.localdate())}
    assert found["待签发文书"] == ("1", reverse("requests_desk:to_sign"))
    assert found["申请待受理"][0] == "1"
    assert client.get(found["申请待受理"][1]).context["queue"].slug == "accept"
    assert letter.title in client.get(found["待签发文书"][1]).content.decode()


def test_problems_and_objections_wait_for_who_acts_on_them(cast: Cast, reference: None) -> None:
    call_command("load_calendar", verbosity=0)
    today = timezone.localdate()
    entered(cast, due_on=today + timedelta(days=30), at=timezone.now())
    objected(cast, announced(cast))
    head, city = ({label: shown for label, *shown in desk_figures(person, today=today)} for person in (cast.wangwu, cast.qianqi))  # fmt: skip
    assert head["问题待整改"] == ["1", "/desk/reports/problems/?state=open"]
    assert city["问题待核"][0] == "0" and city["异议待处理"] == [
        "1",
        "/desk/reports/scorecards/objections/?show=waiting",
    ]


def test_the_navigation_costs_one_query(cast: Cast) -> None:
    for person in (cast.wangwu, cast.zhengyi, cast.zhangsan):
        with CaptureQueriesContext(connection) as asked:
            desk_tiles(person)
        assert len(asked) == 1
