"""The desk of rounds: the whole way, errors beside their fields, and nothing for others."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.services import grant_role
from catalog.states import Validity
from disclosure.models import Revision, Round, RoundItem
from disclosure.rounds import services as rounds
from tests.cast import Cast
from tests.disclosure.make_rounds import NOW, cleanup, conclude, item_of, normative, rereview, validity, withheld

DESK = "/desk/documents/rounds/"
SignedIn = Callable[[User], Client]


def test_a_whole_cleanup_at_the_desk(cast: Cast, signed_in: SignedIn) -> None:
    grant_role(actor=cast.root, user=cast.lisi, role=Role.APPROVER, department=cast.jyj, at=timezone.now())
    document = normative(cast.jyj)
    client = signed_in(cast.lisi)
    form = {"kind": "cleanup", "department": cast.jyj.pk, "year": 2026, "basis": "省政府通知"}
    page = client.post(f"{DESK}open/", form).headers["Location"]
    row = Round.objects.get()
    assert document.title in client.get(f"{page}?show=waiting").content.decode()
    assert "还有 1 件没有结论" in client.post(f"{page}close/", follow=True).content.decode()
    item = f"{page}items/{row.items.get().pk}/"
    assert client.post(item, {"edition": 0, "conclusion": "invalid", "reason": "任务已完成"}).status_code == 302
    assert document.title in client.get(f"{page}?show=done").content.decode()
    client.post(f"{page}close/")
    assert "公布清理结果" in client.get(f"{page}publish/").content.decode()
    assert client.post(f"{page}publish/", {"document": "没有的号"}).status_code == 200
    client.post(f"{page}publish/", {"document": ""})
    assert Round.objects.get().state == "published"
    assert f"/cleanup/{row.pk}/" in client.get(page).content.decode()


def test_what_was_typed_is_kept_beside_the_error(cast: Cast, signed_in: SignedIn) -> None:
    document = normative(cast.jyj)
    row = cleanup(cast)
    client, page = signed_in(cast.wangwu), f"{DESK}{row.pk}/items/{item_of(row, document).pk}/"
    said = {"edition": 0, "conclusion": "repeal", "reason": "", "replaced_by": "云教发〔2099〕1号"}
    response = client.post(page, said)
    assert list(response.context["form"].errors) == ["replaced_by", "reason"]
    assert "云教发〔2099〕1号" in response.content.decode() and "没有找到这件文件" in response.content.decode()
    response = client.post(page, said | {"reason": "已有新规定", "replaced_by": document.url})
    assert "不能是该文件本身" in str(response.context["form"].errors["replaced_by"])
    response = client.post(page, said | {"reason": "已有新规定", "replaced_by": "", "conclusion": "release"})
    assert list(response.context["form"].errors) == ["conclusion"]
    assert validity(document) == Validity.VALID


def test_a_form_that_is_out_of_date_says_who_was_first(cast: Cast, signed_in: SignedIn) -> None:
    document = normative(cast.jyj)
    row = cleanup(cast)
    conclude(cast.lisi, row, document, "keep")
    page = f"{DESK}{row.pk}/items/{item_of(row, document).pk}/"
    response = signed_in(cast.wangwu).post(page, {"edition": 0, "conclusion": "amend", "reason": "甲"})
    assert response.status_code == 409 and "李四已于" in response.content.decode()


def test_the_conversion_is_one_step_at_the_desk(cast: Cast, signed_in: SignedIn) -> None:
    document = withheld(cast.jyj)
    row = rereview(cast)
    page = f"{DESK}{row.pk}/items/{item_of(row, document).pk}/"
    said = {"edition": 0, "conclusion": "release", "reason": "已不再敏感"}
    assert signed_in(cast.lisi).post(page, said).status_code == 302
    assert Revision.objects.get(document=document).attribute == "proactive"


def test_offers_are_settled_at_the_desk(cast: Cast, signed_in: SignedIn) -> None:
    offer = rounds.offer_conversion(document=withheld(cast.jyj), why="asked", at=NOW)
    assert offer is not None
    page = f"{DESK}offers/{offer.pk}/"
    client = signed_in(cast.lisi)
    assert "多个申请人" in client.get(f"{DESK}offers/").content.decode()
    assert client.get(page).status_code == 200
    assert signed_in(cast.wangwu).post(page, {"accept": "yes", "reason": "可以公开"}).status_code == 409
    assert list(client.post(page, {"accept": "no"}).context["form"].errors) == ["reason"]
    assert client.post(page, {"accept": "no", "reason": "仍属工作秘密"}).status_code == 302
    assert client.post(page, {"accept": "no", "reason": "仍属工作秘密"}).status_code == 409
    assert signed_in(cast.fenger).post(page, {"accept": "no", "reason": "甲"}).status_code == 403
    assert "仍属工作秘密" in client.get(page).content.decode()


def test_others_find_nothing(cast: Cast, signed_in: SignedIn) -> None:
    document = normative(cast.jyj)
    row = cleanup(cast)
    offer = rounds.offer_conversion(document=withheld(cast.jyj), why="asked", at=NOW)
    assert offer is not None
    item = f"{row.pk}/items/{item_of(row, document).pk}/"
    for who in (cast.zhaoliu, cast.zhangsan, cast.zhoujiu, cast.wushi, cast.zhengyi, cast.root):
        client = signed_in(who)
        for tail in (f"{row.pk}/", item, f"{row.pk}/publish/", f"offers/{offer.pk}/"):
            assert client.get(DESK + tail).status_code == 404, (who, tail)
            assert client.post(DESK + tail).status_code in (404, 405), (who, tail)
        assert client.post(f"{DESK}{row.pk}/close/").status_code == 404
    assert row.title not in signed_in(cast.zhaoliu).get(DESK).content.decode()
    assert signed_in(cast.zhaoliu).get(f"{DESK}open/").status_code == 404
    assert signed_in(cast.fenger).get(DESK + item).context["form"] is None
    assert signed_in(cast.fenger).post(DESK + item, {"conclusion": "keep"}).status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_round(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.wangwu)
    normative(cast.jyj)
    row = cleanup(cast)
    client.get(f"{DESK}{row.pk}/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"{DESK}{row.pk}/")
    for _ in range(20):
        RoundItem.objects.create(round=row, document=normative(cast.jyj))
    with CaptureQueriesContext(connection) as many:
        client.get(f"{DESK}{row.pk}/")
    assert len(few) == len(many) < 30
