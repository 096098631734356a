"""The way of a document to the public: who may, what is missing, what the public reads afterwards."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from accounts.services import grant_role
from catalog.models import Document, FacetCount
from disclosure.grounds import GROUNDS, grounds_of
from disclosure.models import DepartmentRule, DocumentEvent, Revision
from disclosure.services import system_actor
from disclosure.versions import services as revising
from disclosure.versions import timed
from disclosure.versions.content import missing_for_submission
from tests.cast import Cast
from tests.disclosure.drafting import Way, fresh
from workflow.services import Incomplete, Lost, WrongPerson, WrongState


@pytest.fixture
def way(cast: Cast) -> Way:
    return Way(cast)


@pytest.mark.law("条例§17", "条例§19")
def test_four_people_bring_a_document_to_the_public(way: Way) -> None:
    document = way.published(title="关于校园食堂管理的通知")
    assert (document.state, document.disclosure_attribute) == ("published", "proactive")
    assert document.index_number and document.published_at == document.listed_at
    assert "关于校园食堂管理的通知" in Client().get("/documents/").content.decode()
    actions = DocumentEvent.objects.filter(subject_type="disclosure.revision").values_list("action", flat=True)
    assert list(actions) == ["start", "submit", "pass_review", "clear", "approve"]
    assert FacetCount.objects.get(dimension="all").count == 1


def test_nothing_of_a_draft_is_public_before_the_signature(way: Way) -> None:
    revision = way.to_approval(way.draft(title="尚未签发的通知"))
    visitor = Client()
    assert "尚未签发" not in visitor.get("/documents/").content.decode()
    assert visitor.get(f"/documents/{revision.document_id}/").status_code == 404
    assert not FacetCount.objects.filter(count__gt=0).exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"title": " "}, "没有标题"),
        ({"attribute": "", "ground": ""}, "没有认定公开属性"),
        ({"ground": ""}, "没有选择公开属性的依据"),
        ({"ground": "14_secret"}, "所选依据与公开属性不一致"),
        ({"attribute": "withheld", "ground": "16_process", "reason": " "}, "须说明理由"),
        ({"attribute": "on_request", "ground": "13"}, "须说明理由"),
        ({"words": " "}, "没有正文"),
        ({"formed_or_changed_on": None}, "没有填写形成或者变更日期"),
        ({"is_policy": True}, "没有填写解读方案"),
    ],
)
def test_a_draft_that_lacks_something_is_not_taken(way: Way, said: dict[str, object], words: str) -> None:
    revision = way.draft(**said)
    with pytest.raises(Incomplete, match=words):
        way.submitted(revision)
    assert fresh(revision).state == "draft"


@pytest.mark.law("条例§14", "条例§16")
def test_what_is_withheld_is_filed_and_never_public(way: Way) -> None:
    revision = way.draft(attribute="withheld", ground="16_process", reason="会议讨论记录")
    revision = way.cleared(way.reviewed(way.submitted(revision)), conclusion="not_public")
    way.sign(revision)
    document = Document.objects.get()
    assert (document.state, document.listed_at, document.disclosure_attribute) == ("filed", None, "withheld")
    assert fresh(revision).state == "filed"
    assert Client().get(document.url).status_code == 404


def test_a_review_that_says_not_public_never_lets_a_proactive_text_pass(way: Way) -> None:
    revision = way.reviewed(way.submitted(way.draft()))
    with pytest.raises(Incomplete, match="不能通过保密审查"):
        way.clear(revision, conclusion="not_public")
    with pytest.raises(Incomplete, match="审查表编号"):
        way.clear(revision, form_number=" ")
    with pytest.raises(Incomplete, match="还没有到"):
        way.clear(revision, reviewed_on=timezone.localdate() + timedelta(days=1))


def test_nobody_reviews_or_signs_their_own_text(way: Way, cast: Cast) -> None:
    submitted = way.submitted(way.draft())
    with pytest.raises(WrongPerson):
        revising.pass_review(actor=cast.lisi, revision=submitted, at=timezone.now())
    revision = way.reviewed(submitted)
    with pytest.raises(WrongState, match="只有“签发”时可以"):
        revising.approve(actor=cast.wangwu, revision=revision, at=timezone.now())
    revision = way.cleared(revision)
    with pytest.raises(WrongPerson):
        revising.approve(actor=cast.sunba, revision=revision, at=timezone.now())


def test_one_person_never_takes_two_steps_of_one_text(way: Way, cast: Cast) -> None:
    grant_role(actor=cast.wushi, user=cast.sunba, role=Role.APPROVER, department=cast.jyj, at=timezone.now())
    revision = way.to_approval(way.draft())
    with pytest.raises(WrongPerson, match="须由其他人员办理"):
        revising.approve(actor=cast.sunba, revision=revision, at=timezone.now())


def test_what_is_sent_back_says_why_and_is_reviewed_anew(way: Way, cast: Cast) -> None:
    revision = way.to_approval(way.draft())
    with pytest.raises(Incomplete, match="原因"):
        revising.send_back(actor=cast.wangwu, revision=revision, reason=" ", at=timezone.now())
    revising.send_back(actor=cast.wangwu, revision=revision, reason="请核对标准", at=timezone.now())
    revision = way.save(fresh(revision), words="更正后的正文。")
    assert revision.opinions.last().text == "请核对标准"
    revision = way.reviewed(way.submitted(revision))
    way.clear(revision)
    way.sign(fresh(revision))
    assert Document.objects.get().state == "published"


def test_a_change_after_the_secrecy_review_needs_another_one(way: Way) -> None:
    revision = way.to_approval(way.draft())
    Revision.objects.filter(pk=revision.pk).update(edition=revision.edition + 1)
    with pytest.raises(Incomplete, match="没有对这一稿的保密审查记录"):
        way.sign(fresh(revision))


def test_the_second_of_two_is_told_who_was_first(way: Way, cast: Cast) -> None:
    revision = way.submitted(way.draft())
    way.reviewed(revision)
    with pytest.raises(Lost, match="孙八已于"):
        revising.pass_review(actor=cast.sunba, revision=revision, at=timezone.now())


def test_an_older_window_does_not_overwrite_a_newer_text(way: Way) -> None:
    revision = way.draft()
    way.save(revision, words="新的正文。")
    with pytest.raises(revising.Conflict):
        way.save(revision, words="旧窗口里的正文。")
    assert fresh(revision).text == "新的正文。"


def test_a_policy_waits_for_its_interpretation_and_both_go_out_together(way: Way) -> None:
    policy = way.to_approval(way.draft(title="养老补贴办法", is_policy=True, plan="发布图解和问答"))
    with pytest.raises(Incomplete, match="解读材料尚未审查完毕"):
        way.sign(policy)
    explained = way.draft(
        title="《养老补贴办法》解读", interprets=policy.document, interpretation_kind="qa", column="interpretation"
    )
    way.to_approval(explained)
    way.sign(policy)
    both = Document.objects.order_by("pk")
    assert [row.state for row in both] == ["published", "published"]
    page = Client().get(both[0].url).content.decode()
    assert "《养老补贴办法》解读" in page


def test_an_approver_may_waive_an_interpretation_and_nobody_else(way: Way, cast: Cast) -> None:
    policy = way.to_approval(way.draft(is_policy=True, plan="不另行解读"))
    with pytest.raises(PermissionDenied):
        revising.waive_interpretation(actor=cast.sunba, revision=policy, waiver="internal", at=timezone.now())
    revising.waive_interpretation(actor=cast.wangwu, revision=policy, waiver="internal", at=timezone.now())
    way.sign(fresh(policy))
    assert fresh(policy).state == "published" and fresh(policy).waived_by == cast.wangwu


@pytest.mark.law("条例§11")
def test_a_body_that_is_involved_confirms_before_the_text_goes_on(way: Way, cast: Cast) -> None:
    revision = way.draft()
    now = timezone.now()
    revising.confirm(actor=cast.lisi, revision=revision, body="市卫生健康委员会", on=None, evidence="", at=now)
    with pytest.raises(Incomplete, match="市卫生健康委员会，尚未沟通确认"):
        way.submitted(revision)
    today = timezone.localdate(now)
    revising.confirm(actor=cast.lisi, revision=revision, body="市卫生健康委员会", on=today, evidence="复函", at=now)
    assert way.submitted(revision).state == "in_review"


def test_a_new_version_replaces_what_the_public_reads_only_once_signed(way: Way, cast: Cast) -> None:
    document = way.published(words="第一版。\n不变的一段。")
    revision = revising.start_version(actor=cast.lisi, document=document, at=timezone.now(), is_erratum=True)
    with pytest.raises(Incomplete, match="没有填写向公众说明的修改情况"):
        way.submitted(way.save(revision, words="第二版。\n不变的一段。"))
    revision = way.save(fresh(revision), words="第二版。\n不变的一段。", change_note="更正补贴标准")
    revision = way.to_approval(revision)
    assert "第一版。" in Client().get(document.url).content.decode()
    first_at = document.published_at
    way.sign(revision)
    document.refresh_from_db()
    assert document.published_at == first_at and document.version > 1
    change = document.changes.get()
    assert (change.is_erratum, change.note) == (True, "更正补贴标准")
    assert change.differences == [["第一版。", "第二版。"]]
    assert "第二版。" in Client().get(document.url).content.decode()


def test_one_document_has_one_open_version(way: Way, cast: Cast) -> None:
    document = way.published()
    revising.start_version(actor=cast.lisi, document=document, at=timezone.now())
    with pytest.raises(WrongState, match="第 2 版正在“起草”"):
        revising.start_version(actor=cast.lisi, document=document, at=timezone.now())


def test_a_signed_hour_comes_once_also_after_a_pause(way: Way) -> None:
    revision = way.to_approval(way.draft())
    now = timezone.now()
    way.sign(revision, publish_at=now + timedelta(hours=2))
    assert timed.publish_due(at=now + timedelta(hours=1)) == 0
    assert Document.objects.get().state == "draft"
    assert timed.publish_due(at=now + timedelta(hours=3)) == 1
    assert timed.publish_due(at=now + timedelta(hours=3)) == 0
    document = Document.objects.get()
    assert (document.state, document.published_at) == ("published", now + timedelta(hours=3))
    last = DocumentEvent.objects.filter(subject_type="catalog.document").order_by("number").last()
    assert last is not None and last.actor == system_actor()


def test_a_department_may_leave_out_the_first_review_but_not_the_secrecy_review(way: Way, cast: Cast) -> None:
    DepartmentRule.objects.create(department=cast.jyj, with_review=False)
    revision = way.submitted(way.draft())
    assert revision.state == "in_secrecy"
    way.sign(way.cleared(revision))
    assert Document.objects.get().state == "published"


def test_a_public_document_is_not_made_secret_by_a_revision(way: Way, cast: Cast) -> None:
    document = way.published()
    revision = revising.start_version(actor=cast.lisi, document=document, at=timezone.now())
    revision = way.save(revision, attribute="withheld", ground="15", reason="个人隐私", change_note="x")
    with pytest.raises(Incomplete, match="请办理撤下"):
        way.submitted(revision)


def test_withheld_information_is_released_by_a_version_of_its_own(way: Way, cast: Cast) -> None:
    revision = way.draft(attribute="withheld", ground="16_process", reason="过程性信息")
    way.sign(way.cleared(way.reviewed(way.submitted(revision)), conclusion="not_public"))
    document = Document.objects.get()
    released = revising.start_conversion(actor=cast.lisi, document=document, reason="已经办结", at=timezone.now())
    assert (released.attribute, released.due_on is not None) == ("proactive", True)
    assert (released.ground, released.reason) == ("", "")  # what held for withholding it does not hold any more
    way.sign(way.to_approval(way.save(released, ground="19")))
    document.refresh_from_db()
    assert (document.state, document.disclosure_attribute) == ("published", "proactive")


@pytest.mark.law("条例§10")
def test_another_department_neither_writes_nor_reviews(way: Way, cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        revising.start(actor=cast.zhaoliu, department=cast.jyj, at=timezone.now())
    revision = way.draft()
    with pytest.raises(PermissionDenied):
        way.save(revision, actor=cast.zhaoliu)


def test_the_clock_is_the_law_s_or_the_department_s_shorter_one(way: Way, cast: Cast) -> None:
    assert str(way.draft().due_on) == "2026-03-30"
    assert way.draft(attribute="withheld", ground="15", reason="x").due_on is None
    assert str(way.draft(column="normative").due_on) == "2026-03-02"
    assert str(way.draft(from_meeting=True).due_on) == "2026-03-09"
    DepartmentRule.objects.create(department=cast.jyj, normative_same_day=False)
    assert str(way.draft(column="normative").due_on) == "2026-03-30"


def test_a_later_version_keeps_what_was_decided(way: Way, cast: Cast) -> None:
    policy = way.to_approval(way.draft(is_policy=True, plan="发布图解"))
    revising.waive_interpretation(actor=cast.wangwu, revision=policy, waiver="urgent", at=timezone.now())
    revising.approve(actor=cast.wangwu, revision=fresh(policy), at=timezone.now())
    document = Document.objects.get(pk=policy.document_id)
    later = revising.start_version(actor=cast.lisi, document=document, at=timezone.now())
    assert later.is_policy and later.plan == "发布图解" and later.ground == fresh(policy).ground
    assert later.waiver == "urgent" and later.waived_by == cast.wangwu


def test_what_is_not_formed_yet_is_not_handed_in(way: Way, cast: Cast) -> None:
    draft = way.draft()
    Revision.objects.filter(pk=draft.pk).update(formed_or_changed_on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(Incomplete, match="日期还没有到"):
        revising.submit(actor=cast.lisi, revision=fresh(draft), at=timezone.now())


@pytest.mark.law("条例§6")
def test_the_public_is_told_only_of_changes_to_what_it_has_read(way: Way, cast: Cast) -> None:
    filed = way.to_approval(way.draft(attribute="on_request", ground="13", reason="涉及特定申请人"))
    way.sign(filed)
    document = Document.objects.get(pk=filed.document_id)
    later = revising.start_version(actor=cast.lisi, document=document, at=timezone.now())
    assert not [words for words in missing_for_submission(later) if "修改情况" in words]
    later = revising.start_version(actor=cast.lisi, document=way.published(title="已公开"), at=timezone.now())
    assert [words for words in missing_for_submission(later) if "修改情况" in words]


@pytest.mark.law("条例§13", "条例§14", "条例§15", "条例§16", "条例§20", "条例§21")
@pytest.mark.parametrize("attribute", ["proactive", "on_request", "withheld"])
def test_a_ground_carries_its_own_attribute_and_no_other(way: Way, cast: Cast, attribute: str) -> None:
    articles = {"proactive": {"19", "20", "21"}, "on_request": {"13"}, "withheld": {"14", "15", "16"}}
    assert {code.partition("_")[0] for code, _ in grounds_of(attribute)} == articles[attribute]
    draft = way.draft(attribute=attribute, reason="说明")
    for code, ground in GROUNDS.items():
        missing = missing_for_submission(way.save(fresh(draft), attribute=attribute, reason="说明", ground=code))
        assert ("所选依据与公开属性不一致" in missing) == (ground.attribute != attribute), code
