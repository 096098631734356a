"""Validity follows what other documents and dates do, and is shown wherever it matters."""

from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog import services
from catalog.models import Document
from catalog.states import RelationKind, Validity
from tests.catalog.make import Press

NOW = timezone.now()  # pages ask the clock themselves
LATER = timezone.localdate(NOW) + timedelta(days=40)


def validity(document: Document) -> str:
    return Document.objects.get(pk=document.pk).validity


def page(document: Document) -> str:
    return Client().get(document.url).content.decode()


def relate(source: Document, target: Document, kind: RelationKind = RelationKind.REPEALS) -> None:
    services.relate(source=source, target=target, kind=kind, at=NOW)


@pytest.mark.parametrize("before", ["valid", "amended", "pending", "unstated"])
def test_a_withdrawn_page_vouches_for_nothing(press: Press, before: str) -> None:
    document = press.document(validity=before, effective_on=date(2025, 1, 1))
    press.withdraw(document)
    text = page(document)
    assert "文件已撤下，不再标注" in text
    assert f"<dd>{Validity(before).label}" not in text and "起施行" not in text


def test_a_withdrawn_page_still_says_that_the_document_ended(press: Press) -> None:
    document = press.document(validity="repealed")
    press.withdraw(document)
    assert "<dd>废止" in page(document)


def test_a_document_repealed_by_a_withdrawn_one_stays_repealed_and_does_not_name_it(press: Press) -> None:
    old, new = press.document(validity="valid"), press.document(title="撤下的新办法")
    relate(new, old)
    press.withdraw(new)
    services.update_validities(at=NOW)
    assert validity(old) == Validity.REPEALED
    text = page(old)
    assert "起废止，内容仅供查考" in text and "撤下的新办法" not in text


def test_what_is_not_public_repeals_nothing_until_it_is(press: Press) -> None:
    old, draft = press.document(validity="valid"), press.document(title="未公开的办法", published_at=NOW + timedelta(1))
    relate(draft, old)
    assert validity(old) == Validity.VALID
    assert "未公开的办法" not in page(old)
    services.update_validities(at=NOW + timedelta(days=2))
    assert validity(old) == Validity.REPEALED


def test_a_repeal_takes_effect_on_its_day(press: Press) -> None:
    old, amended = press.document(validity="valid"), press.document(validity="valid")
    new = press.document(title="明年的办法", effective_on=LATER)
    relate(new, old)
    relate(new, amended, RelationKind.AMENDS)
    assert (validity(old), validity(amended)) == (Validity.VALID, Validity.VALID)
    assert f"本文件将被废止，自{LATER.year}年{LATER.month}月{LATER.day}日起" in page(old)
    on_the_day = timezone.make_aware(datetime.combine(LATER, time(0, 5)))
    assert services.update_validities(at=on_the_day) == 2
    assert (validity(old), validity(amended)) == (Validity.REPEALED, Validity.AMENDED)
    assert services.update_validities(at=on_the_day) == 0


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (RelationKind.AMENDS, Validity.EXPIRED, Validity.EXPIRED),
        (RelationKind.AMENDS, Validity.PENDING, Validity.PENDING),
        (RelationKind.AMENDS, Validity.INVALID, Validity.INVALID),
        (RelationKind.REPEALS, Validity.EXPIRED, Validity.REPEALED),
        (RelationKind.REPEALS, Validity.INVALID, Validity.INVALID),
    ],
)
def test_what_ended_is_not_revived_by_an_amendment(
    press: Press, kind: RelationKind, before: Validity, after: Validity
) -> None:
    target = press.document(validity=before)
    relate(press.document(), target, kind)
    assert validity(target) == after


def test_documents_that_cite_an_expired_one_show_it_and_are_taken_up_again(press: Press) -> None:
    old = press.document(validity="valid", expires_on=timezone.localdate(NOW) - timedelta(days=1))
    citing = press.document()
    relate(citing, old, RelationKind.RELATED)
    version = Document.objects.get(pk=citing.pk).version
    services.update_validities(at=NOW)
    assert validity(old) == Validity.EXPIRED
    assert "validity--expired" in page(citing)
    assert Document.objects.get(pk=citing.pk).version == version + 1


def test_a_document_that_began_and_ended_while_nothing_ran_is_expired(press: Press) -> None:
    document = press.document(validity="pending", effective_on=date(2026, 1, 1), expires_on=date(2026, 6, 30))
    services.update_validities(at=NOW)
    assert validity(document) == Validity.EXPIRED


def test_declared_invalid_is_told_from_expired(press: Press) -> None:
    invalid, expired = press.document(validity="invalid"), press.document(validity="expired")
    assert "本文件已被宣布失效" in page(invalid) and "validity--invalid" in page(invalid)
    assert "本文件已失效" in page(expired) and "宣布失效" not in page(expired)
