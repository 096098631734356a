"""Citizens' pages of the evaluation: answered without an account and without scripts, limited, and shown when it is over."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from lxml import html
from pytest_django import Settings

from portal.templatetags.portal_tags import date_cn_short
from reports.evaluation import limits
from reports.evaluation import services as evaluation
from reports.models import Ballot, Questionnaire
from reports.scorecards.measures.ratings import LEAST
from requests_app.intake.human import TooOften
from tests.cast import Cast
from tests.reports.evaluation.making import opened, vote

HERE = "/evaluation/"
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def asked(cast: Cast) -> Questionnaire:
    """Open today: stars, a choice, words."""
    cache.clear()
    return opened(cast, kinds=("stars", "choice", "text"), opens_on=TODAY, closes_on=TODAY + timedelta(days=5), at=NOW)


def form_of(client: Client, row: Questionnaire, **said: Any) -> dict[str, Any]:
    """What the page holds, filled in as a person would."""
    page = html.fromstring(client.get(f"{HERE}{row.pk}/").content.decode())
    held = {field.get("name"): field.get("value", "") for field in page.xpath("//main//input[@type='hidden']")}
    stars, choice, words = row.questions.order_by("position")
    return held | {"department": "jyj", f"q{stars.pk}": "4", f"q{choice.pk}": "0", f"q{words.pk}": ""} | said


@pytest.mark.law("条例§46")
def test_anybody_answers_without_account_or_script_and_is_thanked(asked: Questionnaire) -> None:
    client = Client()
    assert asked.title in client.get(HERE).content.decode()
    response = client.post(f"{HERE}{asked.pk}/", form_of(client, asked), follow=True)
    assert "评议已收到" in response.content.decode()
    ballot = Ballot.objects.get()
    assert ballot.department.code == "jyj" and 4 in ballot.answers.values()


def test_the_body_is_chosen_beforehand_where_the_link_names_it(asked: Questionnaire) -> None:
    page = html.fromstring(Client().get(f"{HERE}{asked.pk}/?department=wjw").content.decode())
    assert page.xpath("//select[@name='department']/option[@selected]/@value") == ["wjw"]
    page = html.fromstring(Client().get(f"{HERE}{asked.pk}/?department=nothing").content.decode())
    assert page.xpath("//select[@name='department']/option[@selected]/@value") in ([""], [])


def test_a_link_about_a_body_leads_to_the_form_about_it(asked: Questionnaire) -> None:
    page = html.fromstring(Client().get(f"{HERE}?department=jyj").content.decode())
    assert f"{HERE}{asked.pk}/?department=jyj" in page.xpath("//main//h3/a/@href")
    page = html.fromstring(Client().get(HERE).content.decode())
    assert f"{HERE}{asked.pk}/" in page.xpath("//main//h3/a/@href")


def test_what_was_answered_stays_beside_what_is_missing(asked: Questionnaire) -> None:
    client = Client()
    stars, _, words = asked.questions.order_by("position")
    response = client.post(
        f"{HERE}{asked.pk}/",
        form_of(client, asked, **{f"q{stars.pk}": "", f"q{words.pk}": "字体再大些", "department": ""}),
    )
    text = response.content.decode()
    assert set(response.context["form"].errors) == {f"q{stars.pk}", "department"}
    assert "请选择要评议的机构" in text and "字体再大些" in text and not Ballot.objects.exists()


def test_a_form_sent_twice_is_thanked_twice_and_counted_once(asked: Questionnaire) -> None:
    client = Client()
    data = form_of(client, asked)
    for _ in range(2):
        assert client.post(f"{HERE}{asked.pk}/", data).headers["Location"] == f"{HERE}{asked.pk}/thanks/"
    assert Ballot.objects.count() == 1


def test_a_form_that_is_not_ours_is_shown_again(asked: Questionnaire) -> None:
    client = Client()
    for said in ({"ticket": "x"}, {"proof": "bm90aGluZw=="}):
        response = client.post(f"{HERE}{asked.pk}/", form_of(client, asked, **said))
        assert "请再提交一次" in response.content.decode() and not Ballot.objects.exists()


def test_one_address_hands_in_only_so_many_about_a_body_and_in_all(asked: Questionnaire, settings: Settings) -> None:
    settings.BALLOTS_PER_BODY_UNPROVEN, settings.BALLOTS_PER_HOUR_UNPROVEN = 2, 3
    client = Client()
    for _ in range(2):
        assert client.post(f"{HERE}{asked.pk}/", form_of(client, asked)).status_code == 302
    response = client.post(f"{HERE}{asked.pk}/", form_of(client, asked))
    assert response.status_code == 429 and "开启浏览器的 JavaScript" in response.content.decode()
    assert client.post(f"{HERE}{asked.pk}/", form_of(client, asked, department="wjw")).status_code == 302
    assert client.post(f"{HERE}{asked.pk}/", form_of(client, asked, department="qxq")).status_code == 429
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert other.post(f"{HERE}{asked.pk}/", form_of(other, asked, department="qxq")).status_code == 302
    assert Ballot.objects.count() == 4


def test_one_address_without_a_proof_makes_no_result_alone(asked: Questionnaire, settings: Settings) -> None:
    assert settings.BALLOTS_PER_BODY_UNPROVEN < LEAST
    client = Client()
    for _ in range(LEAST + 1):
        client.post(f"{HERE}{asked.pk}/", form_of(client, asked))
    assert Ballot.objects.count() == settings.BALLOTS_PER_BODY_UNPROVEN
    with pytest.raises(TooOften) as refused:
        limits.take("127.0.0.1", asked.pk, Ballot.objects.all()[0].department_id, is_proven=False, at=NOW)
    assert refused.value.until > NOW + timedelta(hours=23)
    for _ in range(settings.BALLOTS_PER_BODY):  # a family or an office, each with a proof
        limits.take("127.0.0.1", asked.pk, Ballot.objects.all()[0].department_id, is_proven=True, at=NOW)


def test_those_with_a_proof_leave_room_for_those_without(asked: Questionnaire, settings: Settings) -> None:
    for body in range(settings.BALLOTS_PER_HOUR_UNPROVEN):
        limits.take("192.0.2.8", asked.pk, 1000 + body, is_proven=True, at=NOW)
    assert limits.take("192.0.2.8", asked.pk, 2000, is_proven=False, at=NOW)


def test_words_that_come_too_late_are_given_back(cast: Cast, asked: Questionnaire) -> None:
    client = Client()
    said = form_of(client, asked, **{f"q{asked.questions.get(kind='text').pk}": "字体<再>大些"})
    evaluation.close(actor=cast.qianqi, row=asked, at=NOW)
    response = client.post(f"{HERE}{asked.pk}/", said)
    assert response.status_code == 409 and "字体&lt;再&gt;大些" in response.content.decode()


def test_the_result_says_until_when_one_could_answer(cast: Cast, asked: Questionnaire) -> None:
    assert asked.ended_on == TODAY + timedelta(days=5)
    evaluation.close(actor=cast.qianqi, row=asked, at=NOW + timedelta(days=2))
    evaluation.publish(actor=cast.qianqi, row=asked, at=NOW + timedelta(days=3))
    asked.refresh_from_db()
    assert asked.ended_on == timezone.localdate(NOW + timedelta(days=2)) < asked.closes_on
    assert f"至 {date_cn_short(asked.ended_on)}" in Client().get(f"{HERE}{asked.pk}/results/").content.decode()


def test_what_was_refused_uses_up_no_turn(
    asked: Questionnaire, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BALLOTS_PER_BODY_UNPROVEN = settings.BALLOTS_PER_HOUR_UNPROVEN = 1
    client = Client()

    def refuse(**_: object) -> None:
        raise evaluation.Incomplete("有的回答与问题不符，请重新填写。")

    with monkeypatch.context() as patch:
        patch.setattr(evaluation, "cast", refuse)
        assert client.post(f"{HERE}{asked.pk}/", form_of(client, asked)).status_code == 409
    assert client.post(f"{HERE}{asked.pk}/", form_of(client, asked)).status_code == 302


def test_before_and_after_its_days_the_page_says_so(cast: Cast, asked: Questionnaire) -> None:
    soon = opened(cast, opens_on=TODAY + timedelta(days=2), closes_on=TODAY + timedelta(days=9), at=NOW)
    assert "现在不在评议期内" in Client().get(f"{HERE}{soon.pk}/").content.decode()
    assert f"{HERE}{soon.pk}/" not in Client().get(HERE).content.decode()
    evaluation.close(actor=cast.qianqi, row=asked, at=NOW)
    assert "结果汇总后公布" in Client().get(f"{HERE}{asked.pk}/").content.decode()
    assert Client().post(f"{HERE}{asked.pk}/", {}).status_code == 409
    assert Client().get(f"{HERE}{asked.pk}/results/").status_code == 404


@pytest.mark.law("条例§50")
def test_the_published_result_is_drawn_and_words_stay_inside(cast: Cast, asked: Questionnaire) -> None:
    for stars in (5, 4, 4, 4, 3):
        vote(asked, cast.jyj, stars, 1, "某人态度不好", at=NOW)
    vote(asked, cast.wjw, 1, 0, at=NOW)
    evaluation.close(actor=cast.qianqi, row=asked, at=NOW)
    evaluation.publish(actor=cast.qianqi, row=asked, at=NOW)
    text = Client().get(f"{HERE}{asked.pk}/results/").content.decode()
    assert "平均 4.00 分" in text and "<svg" in text and "共收到 6 份" in text
    assert "某人态度不好" not in text
    assert "市卫生健康委员会" in text.partition("回答不足 5 个的机构")[2]
    assert "查看评议结果" in Client().get(f"{HERE}{asked.pk}/").content.decode()
    assert f"{HERE}{asked.pk}/results/" in Client().get(HERE).content.decode()


def test_a_draft_is_nobodys_business(cast: Cast) -> None:
    row = evaluation.compose(
        actor=cast.qianqi, title="草稿", intro="", opens_on=TODAY, closes_on=TODAY, bodies=[], at=NOW
    )
    for tail in ("", "thanks/", "results/"):
        assert Client().get(f"{HERE}{row.pk}/{tail}").status_code == 404
    assert "现在没有正在进行的评议" in Client().get(HERE).content.decode()
