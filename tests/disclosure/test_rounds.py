"""Clean-up rounds, the yearly re-review of what is withheld, and offers to publish."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import Department
from catalog.models import Document
from catalog.services import relate
from catalog.states import RelationKind, Validity
from disclosure.models import ConversionOffer, DocumentEvent, Revision, Round
from disclosure.rounds import rules
from disclosure.rounds import selectors as selectors_rounds
from disclosure.rounds import services as rounds
from disclosure.services import take_down_document, withdraw_document
from disclosure.versions.services import start_conversion
from search.services import stamp
from tests.cast import Cast
from tests.disclosure.make_rounds import NOW, cleanup, conclude, item_of, normative, rereview, validity, withheld
from tests.make import make_document
from workflow.services import Incomplete, Lost, WrongPerson, WrongState

# --- who ---------------------------------------------------------------------------------------------------------------


def test_every_sentence_about_rounds_agrees_with_its_twin(cast: Cast) -> None:
    for department in (cast.jyj, cast.jyj_bgs, cast.wjw):
        row = cleanup(cast, actor=cast.qianqi, department=department)
        rounds.offer_conversion(document=withheld(department), why="asked", at=row.opened_at)
    twins: list[tuple[Any, Any, Any]] = [
        (rules.can_sign_in, rules.departments_signed_for_by, Department),
        (rules.can_run_rounds_in, rules.departments_running_rounds, Department),
        (rules.can_conclude_in, rules.departments_concluded_in_by, Department),
        (rules.can_see_round, rules.rounds_visible_to, Round),
        (rules.can_see_offer, rules.offers_visible_to, ConversionOffer),
    ]
    for name, user in cast.people.items():
        for sentence, queryset, model in twins:
            found = set(queryset(user))
            for thing in model.objects.all():
                assert sentence(user, thing) is (thing in found), (sentence.__name__, name, thing)


def test_who_runs_who_concludes_and_who_only_reads(cast: Cast) -> None:
    row = cleanup(cast)
    runs = {name for name, user in cast.people.items() if rules.can_run_rounds_in(user, cast.jyj)}
    concludes = {name for name, user in cast.people.items() if rules.can_conclude_in(user, cast.jyj)}
    sees = {name for name, user in cast.people.items() if rules.can_see_round(user, row)}
    assert runs == {"wangwu", "qianqi"}
    assert concludes == {"lisi", "sunba", "wangwu"}
    assert sees == {"lisi", "sunba", "wangwu", "qianqi", "fenger"}


def test_rounds_are_opened_closed_and_published_only_by_those_who_run_them(cast: Cast) -> None:
    for who in (cast.lisi, cast.sunba, cast.zhaoliu, cast.fenger, cast.root):
        with pytest.raises(WrongPerson):
            cleanup(cast, actor=who)
    row = cleanup(cast)
    with pytest.raises(WrongPerson):
        rounds.close(actor=cast.lisi, round=row, at=NOW)
    rounds.close(actor=cast.qianqi, round=row, at=NOW)
    with pytest.raises(WrongPerson):
        rounds.publish_result(actor=cast.lisi, round=row, at=NOW)


# --- clean-up ----------------------------------------------------------------------------------------------------------


def test_a_cleanup_takes_up_the_departments_published_normative_documents(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(rounds, "SLICE", 2)
    wanted = {normative(cast.jyj).pk for _ in range(5)}
    normative(cast.wjw)
    normative(cast.jyj, column="policy")
    normative(cast.jyj, validity="repealed")
    normative(cast.jyj, validity="invalid")
    normative(cast.jyj, disclosure_attribute="withheld", attribute_reason="工作秘密")
    withdraw_document(actor=cast.wangwu, document=normative(cast.jyj), reason="有误", at=NOW)
    row = cleanup(cast)
    assert set(row.items.values_list("document_id", flat=True)) == wanted
    assert row.title == "市教育局2026年规范性文件清理"
    assert rounds.take_up(row) == 0
    assert [event.action for event in DocumentEvent.objects.filter(subject_id=row.pk, subject_type="disclosure.round")]


def test_there_is_one_open_round_of_a_kind(cast: Cast) -> None:
    cleanup(cast)
    with pytest.raises(rounds.AlreadyOpen, match="市教育局已有正在进行的规范性文件清理"):
        cleanup(cast)
    rereview(cast)
    cleanup(cast, actor=cast.qianqi, department=cast.wjw)
    assert Round.objects.count() == 3


@pytest.mark.parametrize(
    ("conclusion", "after"), [("keep", "valid"), ("amend", "valid"), ("repeal", "repealed"), ("invalid", "invalid")]
)
def test_a_conclusion_changes_the_validity_and_is_recorded(cast: Cast, conclusion: str, after: str) -> None:
    document = normative(cast.jyj)
    row = cleanup(cast)
    item = conclude(cast.wangwu, row, document, conclusion)
    assert (item.conclusion, item.concluded_by, item.concluded_at) == (conclusion, cast.wangwu, NOW)
    assert validity(document) == after
    event = DocumentEvent.objects.get(subject_type="catalog.document", subject_id=document.pk)
    assert (event.action, event.facts["round"], event.facts["conclusion"]) == ("conclude_cleanup", row.pk, conclusion)


def test_everyone_who_cites_a_repealed_document_shows_the_new_badge(cast: Cast) -> None:
    old, citing, explaining = normative(cast.jyj), normative(cast.jyj), normative(cast.jyj, interpretation_kind="qa")
    relate(source=citing, target=old, kind=RelationKind.RELATED, at=NOW)
    relate(source=explaining, target=old, kind=RelationKind.INTERPRETS, at=NOW)
    row = cleanup(cast)
    before, version = stamp(), Document.objects.get(pk=citing.pk).version
    assert "宣布失效" not in Client().get(citing.url).content.decode()
    conclude(cast.wangwu, row, old, "invalid")
    for page in (citing, explaining, old):
        assert "validity--invalid" in Client().get(page.url).content.decode()
    assert "本文件已被宣布失效" in Client().get(old.url).content.decode()
    assert stamp() > before
    assert Document.objects.get(pk=citing.pk).version == version + 1


def test_a_document_repealed_by_another_names_it(cast: Cast) -> None:
    old, new = normative(cast.jyj), normative(cast.jyj, title="新办法", effective_on=date(2026, 1, 1))
    conclude(cast.wangwu, cleanup(cast), old, "repeal", replaced_by=new)
    assert validity(old) == Validity.REPEALED
    assert "依据<a" in Client().get(old.url).content.decode()


def test_what_is_named_as_repealing_must_be_public_and_another_document(cast: Cast) -> None:
    old, hidden = normative(cast.jyj), withheld(cast.jyj)
    row = cleanup(cast)
    for by, conclusion in ((hidden, "repeal"), (old, "repeal"), (normative(cast.jyj), "invalid")):
        with pytest.raises(Incomplete, match="依据文件"):
            conclude(cast.wangwu, row, old, conclusion, replaced_by=by)
    assert validity(old) == Validity.VALID


def test_ending_a_documents_force_is_for_those_who_sign(cast: Cast) -> None:
    document = normative(cast.jyj)
    row = cleanup(cast)
    for who in (cast.lisi, cast.sunba):
        for conclusion in ("repeal", "invalid"):
            with pytest.raises(WrongPerson, match="签发"):
                conclude(who, row, document, conclusion)
    for who in (cast.zhaoliu, cast.qianqi, cast.fenger, cast.wushi):
        with pytest.raises(PermissionDenied):
            conclude(who, row, document, "keep")
    assert conclude(cast.lisi, row, document, "amend").conclusion == "amend"


def test_a_conclusion_needs_a_reason_and_one_of_its_kind(cast: Cast) -> None:
    document, expired = normative(cast.jyj), normative(cast.jyj, validity="expired")
    row = cleanup(cast)
    with pytest.raises(Incomplete, match="请写明理由"):
        conclude(cast.lisi, row, document, "amend", reason=" ")
    with pytest.raises(Incomplete, match="请选择结论"):
        conclude(cast.lisi, row, document, "release")
    with pytest.raises(WrongState, match="失效"):
        conclude(cast.lisi, row, expired, "keep")
    assert conclude(cast.lisi, row, document, "keep", reason="").conclusion == "keep"


def test_a_conclusion_may_be_changed_until_it_took_effect(cast: Cast) -> None:
    document = normative(cast.jyj)
    row = cleanup(cast)
    conclude(cast.lisi, row, document, "keep")
    conclude(cast.sunba, row, document, "amend")
    conclude(cast.wangwu, row, document, "repeal")
    with pytest.raises(WrongState, match="已经生效"):
        conclude(cast.wangwu, row, document, "amend")


def test_the_second_of_two_people_is_told_who_was_first(cast: Cast) -> None:
    document = normative(cast.jyj)
    row = cleanup(cast)
    loaded = item_of(row, document)
    conclude(cast.lisi, row, document, "keep")
    with pytest.raises(Lost, match="李四已于2026年11月22日 10:00作出结论“继续有效”"):
        rounds.conclude(actor=cast.wangwu, item=loaded, conclusion="repeal", reason="理由", at=NOW)
    assert validity(document) == Validity.VALID


def test_a_round_is_closed_only_when_every_document_has_its_conclusion(cast: Cast) -> None:
    first, _ = normative(cast.jyj), normative(cast.jyj)
    row = cleanup(cast)
    conclude(cast.lisi, row, first, "keep")
    with pytest.raises(Incomplete, match="还有 1 件没有结论"):
        rounds.close(actor=cast.wangwu, round=row, at=NOW)
    assert (row.state, Round.objects.get().state) == ("open", "open")
    for item in row.items.filter(conclusion=""):
        conclude(cast.lisi, row, item.document, "amend")
    rounds.close(actor=cast.wangwu, round=row, at=NOW)
    with pytest.raises(WrongState, match="已办结"):
        conclude(cast.lisi, row, first, "amend")
    with pytest.raises(WrongState):
        rounds.close(actor=cast.wangwu, round=row, at=NOW)


def test_what_an_interrupted_opening_left_out_is_found_when_closing(cast: Cast) -> None:
    document = normative(cast.jyj)
    row = cleanup(cast)
    row.items.all().delete()
    with pytest.raises(Incomplete, match="还有 1 件"):
        rounds.close(actor=cast.wangwu, round=row, at=NOW)
    assert item_of(row, document).conclusion == ""


# --- the public result -------------------------------------------------------------------------------------------------


def published(cast: Cast, *documents: tuple[Document, str]) -> Round:
    row = cleanup(cast)
    for document, conclusion in documents:
        conclude(cast.wangwu, row, document, conclusion)
    rounds.close(actor=cast.wangwu, round=row, at=NOW)
    rounds.publish_result(actor=cast.wangwu, round=row, at=NOW)
    return row


def test_the_result_is_public_as_page_list_and_table(cast: Cast) -> None:
    kept = normative(cast.jyj, title="=保留的办法", validity="unstated")
    gone = normative(cast.jyj, title="废止的办法", document_number="云教发〔2020〕5号")
    before = stamp()
    row = published(cast, (kept, "keep"), (gone, "repeal"))
    assert stamp() > before and validity(kept) == Validity.VALID
    page = Client().get(f"/cleanup/{row.pk}/").content.decode()
    for words in ("保留的办法", "继续有效", "废止的办法", "云教发〔2020〕5号", "validity--repealed"):
        assert words in page
    assert row.title in Client().get("/cleanup/").content.decode()
    table = b"".join(Client().get(f"/cleanup/{row.pk}/result.csv")).decode("utf-8-sig")
    assert "'=保留的办法" in table and "废止的办法,云教发〔2020〕5号" in table


def test_nothing_of_a_round_is_public_before_its_publication_and_nothing_of_a_rereview_ever(cast: Cast) -> None:
    document, secret = normative(cast.jyj), withheld(cast.jyj)
    row, internal = cleanup(cast), rereview(cast)
    conclude(cast.lisi, row, document, "keep")
    conclude(cast.lisi, internal, secret, "keep")
    rounds.close(actor=cast.wangwu, round=row, at=NOW)
    rounds.close(actor=cast.wangwu, round=internal, at=NOW)
    with pytest.raises(WrongState, match="不向社会公布"):
        rounds.publish_result(actor=cast.wangwu, round=internal, at=NOW)
    for pk in (row.pk, internal.pk, 999_999):
        assert Client().get(f"/cleanup/{pk}/").status_code == 404
        assert Client().get(f"/cleanup/{pk}/result.csv").status_code == 404
    assert Client().post(f"/cleanup/{row.pk}/").status_code == 405


def test_the_result_never_names_what_is_not_public_any_more(cast: Cast) -> None:
    shown, taken_down, replacing = (
        normative(cast.jyj),
        normative(cast.jyj, title="涉密"),
        normative(cast.jyj, title="甲"),
    )
    row = cleanup(cast)
    conclude(cast.wangwu, row, shown, "repeal", replaced_by=replacing)
    conclude(cast.wangwu, row, taken_down, "keep")
    conclude(cast.wangwu, row, replacing, "keep")
    rounds.close(actor=cast.wangwu, round=row, at=NOW)
    rounds.publish_result(actor=cast.wangwu, round=row, at=NOW)
    assert "由<a" in Client().get(f"/cleanup/{row.pk}/").content.decode()
    for document in (taken_down, replacing):
        take_down_document(actor=cast.wangwu, document=document, at=NOW)
    page = Client().get(f"/cleanup/{row.pk}/").content.decode()
    table = b"".join(Client().get(f"/cleanup/{row.pk}/result.csv")).decode()
    assert "涉密" not in page + table and "由<a" not in page
    assert shown.title in page


def test_a_long_result_is_paged(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(selectors_rounds, "RESULT_PAGE", 2)
    documents = [normative(cast.jyj) for _ in range(3)]
    row = published(cast, *((document, "keep") for document in documents))
    first = Client().get(f"/cleanup/{row.pk}/")
    assert documents[2].title not in first.content.decode()
    after = first.context["page"].after
    assert documents[2].title in Client().get(f"/cleanup/{row.pk}/?cursor={after}").content.decode()
    assert Client().get(f"/cleanup/{row.pk}/?cursor=x").status_code == 200
    assert b"".join(Client().get(f"/cleanup/{row.pk}/result.csv")).count(b"\r\n") == 4


# --- re-review ---------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§18")
def test_a_rereview_takes_up_what_is_withheld_or_on_request(cast: Cast) -> None:
    wanted = {withheld(cast.jyj).pk, withheld(cast.jyj, disclosure_attribute="on_request").pk}
    withheld(cast.wjw)
    normative(cast.jyj)
    make_document(cast.jyj, published_at=None, formed_on=None, at=NOW - timedelta(days=30))
    assert set(rereview(cast).items.values_list("document_id", flat=True)) == wanted


@pytest.mark.law("条例§18")
def test_keeping_something_withheld_needs_a_reason(cast: Cast) -> None:
    document = withheld(cast.jyj)
    row = rereview(cast)
    with pytest.raises(Incomplete, match="请写明理由"):
        conclude(cast.lisi, row, document, "keep", reason="")
    assert conclude(cast.lisi, row, document, "keep").conclusion_label == "维持原公开属性"
    assert not ConversionOffer.objects.exists()


@pytest.mark.law("条例§18")
def test_a_release_starts_the_conversion_in_one_step(cast: Cast) -> None:
    document = withheld(cast.jyj)
    conclude(cast.lisi, rereview(cast), document, "release", start_conversion=start_conversion)
    revision = Revision.objects.get(document=document)
    assert (revision.attribute, revision.formed_or_changed_on) == ("proactive", NOW.date())
    assert not ConversionOffer.objects.exists()


def test_a_release_by_somebody_who_does_not_draft_is_offered_to_those_who_do(cast: Cast) -> None:
    document = withheld(cast.jyj)
    conclude(cast.wangwu, rereview(cast), document, "release", start_conversion=start_conversion)
    assert not Revision.objects.exists()
    assert ConversionOffer.objects.get(document=document).why == "released"


def test_what_is_declassified_is_offered_for_publication(cast: Cast) -> None:
    document = withheld(cast.jyj)
    conclude(cast.lisi, rereview(cast), document, "declassify")
    assert ConversionOffer.objects.get(document=document).get_why_display() == "评估结论为解密"


# --- offers ------------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§44")
def test_an_offer_asked_for_again_only_counts(cast: Cast) -> None:
    document = withheld(cast.jyj)
    for _ in range(3):
        offer = rounds.offer_conversion(document=document, why="asked", at=NOW)
    assert offer is not None and offer.count == ConversionOffer.objects.get().count == 3
    assert rounds.offer_conversion(document=normative(cast.jyj), why="asked", at=NOW) is None


@pytest.mark.law("条例§44")
def test_an_offer_is_settled_once_with_a_reason(cast: Cast) -> None:
    offer = rounds.offer_conversion(document=withheld(cast.jyj), why="asked", at=NOW)
    assert offer is not None
    said: dict[str, Any] = {"offer": offer, "accept": False, "at": NOW}
    with pytest.raises(Incomplete):
        rounds.settle_offer(actor=cast.lisi, reason=" ", **said)
    with pytest.raises(PermissionDenied):
        rounds.settle_offer(actor=cast.zhaoliu, reason="仍属工作秘密", **said)
    rounds.settle_offer(actor=cast.lisi, reason="仍属工作秘密", **said)
    with pytest.raises(Lost, match="李四"):
        rounds.settle_offer(actor=cast.wangwu, reason="仍属工作秘密", **said)
    assert rounds.offer_conversion(document=offer.document, why="asked", at=NOW) != offer


def test_an_accepted_offer_starts_the_conversion_or_nothing_happens(cast: Cast) -> None:
    offer = rounds.offer_conversion(document=withheld(cast.jyj), why="asked", at=NOW)
    assert offer is not None
    said: dict[str, Any] = {"offer": offer, "accept": True, "reason": "可以公开", "at": NOW}
    with pytest.raises(PermissionDenied):
        rounds.settle_offer(actor=cast.wangwu, start_conversion=start_conversion, **said)
    assert ConversionOffer.objects.get().settled_at is None
    rounds.settle_offer(actor=cast.lisi, start_conversion=start_conversion, **said)
    assert Revision.objects.get().document == offer.document
