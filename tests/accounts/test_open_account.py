"""An account of one's own."""

import pytest
from django.test import Client

from accounts.models import AccountEvent, User
from accounts.rules import holds_any_role
from requests_app.cases.services import applicant_actor
from tests.cast import Cast

OPEN = "/accounts/new/"
GOOD = {"username": "chenxl", "full_name": "陈女士", "password": "Yunlan-2026-mine", "again": "Yunlan-2026-mine"}


@pytest.fixture
def client(cast: Cast) -> Client:
    return Client()


def test_anybody_opens_an_account_without_rights(client: Client) -> None:
    response = client.post(OPEN, GOOD)
    assert response.status_code == 302
    user = User.objects.get(username="chenxl")
    assert not holds_any_role(user)
    assert user.department is None
    assert AccountEvent.objects.filter(user=user, kind="created").exists()
    assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"username": "LiSi"}, "已有人使用"),
        ({"username": "applicant"}, "已有人使用"),
        ({"username": "System"}, "已有人使用"),
        ({"again": "another"}, "两次输入的密码不一致"),
        ({"password": "short", "again": "short"}, "10"),
        ({"full_name": ""}, "称呼"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(client: Client, wrong: dict[str, str], said: str) -> None:
    response = client.post(OPEN, GOOD | wrong)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert "有 1 处需要改正" in response.content.decode()


def test_nobody_opens_accounts_by_the_dozen(client: Client) -> None:
    codes = [client.__class__().post(OPEN, GOOD | {"username": f"name{n}"}).status_code for n in range(11)]
    assert codes == [302] * 10 + [200]


def test_a_name_of_the_portal_gives_no_rights(cast: Cast) -> None:
    actor = applicant_actor()
    assert not actor.is_active
    assert not actor.has_usable_password()
