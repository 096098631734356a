"""Verbs on rounds: clean-up of normative documents (清理), yearly re-review of what is withheld, offers to publish."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import Department, User
from catalog.models import Document, DocumentQuerySet
from catalog.services import change_validity, relate
from catalog.states import OVER, DisclosureAttribute, DocumentState, RelationKind, Validity
from disclosure.models import ConversionOffer, DocumentEvent, OfferReason, Revision, Round, RoundItem
from disclosure.rounds import rules
from disclosure.rounds.states import (
    ACCEPT_CONVERSION,
    CLOSE_ROUND,
    CONCLUDE,
    CONCLUSIONS,
    DECLINE_CONVERSION,
    ENDING,
    FINAL,
    OPEN_ROUND,
    PUBLISH_RESULT,
    ROUNDS,
    Conclusion,
    RoundKind,
    RoundState,
)
from disclosure.states import OPEN_STATES
from disclosure.versions.rules import can_write_in
from search.services import record_changes
from workflow.evidence import digest
from workflow.services import Incomplete, Lost, Refused, WrongPerson, WrongState, move, place, record

NORMATIVE = "normative"
SLICE = 500
VALIDITY_SLICE = 100
# `disclosure.versions.services.start_conversion`, handed in by the views: called with actor, document, reason and at.
StartConversion = Callable[..., object]


class AlreadyOpen(Refused):
    """The department has an open round of this kind."""


# --- opening -----------------------------------------------------------------------------------------------------------


def open_cleanup(
    *,
    actor: User,
    department: Department,
    year: int,
    basis: str,
    at: datetime,
    title: str = "",
    closes_on: date | None = None,
) -> Round:
    """Begin a clean-up (law.md §6.7: rounds and their published result) with every published normative document.

    Those already 废止 or 宣布失效 are left out: nothing is left to conclude. Commits slice by slice: call it outside
    a transaction; what an interruption left out is taken up when the round is closed.
    """
    row = Round(kind=RoundKind.CLEANUP, department=department, title=title, year=year, basis=basis, closes_on=closes_on)
    return _open(row, actor, at)


def open_rereview(
    *,
    actor: User,
    department: Department,
    year: int,
    at: datetime,
    basis: str = "《中华人民共和国政府信息公开条例》第十八条",
    title: str = "",
    closes_on: date | None = None,
) -> Round:
    """条例§18: begin the yearly re-review of what a department withholds or gives on request only.

    Documents filed, and imported drafts that nobody works on. Commits slice by slice like `open_cleanup`.
    """
    row = Round(
        kind=RoundKind.REREVIEW, department=department, title=title, year=year, basis=basis, closes_on=closes_on
    )
    return _open(row, actor, at)


def _open(row: Round, actor: User, at: datetime) -> Round:
    kind, department = RoundKind(row.kind), row.department
    row.title = row.title.strip() or f"{department.name}{row.year}年{kind.label}"
    row.opened_by, row.opened_at = actor, at
    try:
        with transaction.atomic():
            place(
                row=row,
                table=ROUNDS,
                action=OPEN_ROUND,
                actor=actor,
                event_model=DocumentEvent,
                on=timezone.localdate(at),
                at=at,
                allowed=lambda _: rules.can_run_rounds_in(actor, department),
                facts={"kind": kind.value, "department": department.pk},
            )
    except IntegrityError as error:
        raise AlreadyOpen(f"{department.name}已有正在进行的{kind.label}，办结后才能开展下一轮。") from error
    take_up(row)
    return row


def take_up(row: Round) -> int:
    """Put the round's documents into it, a short transaction a slice; may be repeated. Returns how many were new."""
    done, last = 0, 0
    while keys := list(_documents_of(row).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:SLICE]):
        last = keys[-1]
        with transaction.atomic():
            known = set(row.items.filter(document__in=keys).values_list("document_id", flat=True))
            new = [RoundItem(round=row, document_id=key) for key in keys if key not in known]
            RoundItem.objects.bulk_create(new, ignore_conflicts=True)
        done += len(new)
    return done


def _documents_of(row: Round) -> DocumentQuerySet:
    """What a round goes through, as of its opening."""
    own = Document.objects.filter(department=row.department_id)
    if row.is_cleanup:
        published = own.filter(column__slug=NORMATIVE, state=DocumentState.PUBLISHED, listed_at__lte=row.opened_at)
        return published.exclude(validity__in=[Validity.REPEALED, Validity.INVALID])
    hidden = own.exclude(disclosure_attribute=DisclosureAttribute.PROACTIVE).filter(created_at__lte=row.opened_at)
    worked_on = Exists(Revision.objects.filter(document=OuterRef("pk")))
    return hidden.filter(Q(state=DocumentState.FILED) | (Q(state=DocumentState.DRAFT) & ~worked_on))


# --- concluding --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """What somebody says of a document."""

    conclusion: str
    reason: str
    replaced_by: Document | None = None


@transaction.atomic
def conclude(
    *,
    actor: User,
    item: RoundItem,
    conclusion: str,
    reason: str,
    at: datetime,
    replaced_by: Document | None = None,
    start_conversion: StartConversion | None = None,
) -> RoundItem:
    """条例§18: say what becomes of one document of a round, and do it.

    废止 and 宣布失效 are for those who sign and show at once wherever the document is cited; ``replaced_by`` is the
    public document that repeals it. `Lost` when somebody concluded after ``item`` was loaded.
    """
    # Locked, so that a round is not closed in between.
    row = Round.objects.select_for_update().get(pk=item.round_id)
    decision = Decision(conclusion, reason.strip()[:500], replaced_by)
    _check(decision, actor, row, item.document)
    values = {**vars(decision), "concluded_by": actor, "concluded_at": at}
    same = RoundItem.objects.filter(pk=item.pk, edition=item.edition).exclude(conclusion__in=FINAL)
    if not same.update(**values, edition=F("edition") + 1):
        raise _lost(item)
    _take_effect(decision, item.document, actor, start_conversion, at)
    record(
        subject=item.document,
        action=CONCLUDE[RoundKind(row.kind)],
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        facts={"round": row.pk, "conclusion": str(conclusion), "reason": digest(decision.reason)},
    )
    item.refresh_from_db()
    return item


def _check(decision: Decision, actor: User, row: Round, document: Document) -> None:
    conclusion = decision.conclusion
    if not rules.can_conclude_in(actor, row.department):
        raise PermissionDenied("您不能为该机构的文件作出结论。")
    if row.state != RoundState.OPEN:
        raise WrongState(f"本轮{row.get_kind_display()}{RoundState(row.state).label}，不能再作结论。")
    if conclusion not in CONCLUSIONS[row.kind]:
        raise Incomplete("请选择结论。")
    if conclusion in ENDING and not rules.can_sign_in(actor, row.department):
        raise WrongPerson("废止和宣布失效对外发生效力，由签发或者公开机构负责人作出结论。")
    if needs_reason(row.kind, conclusion) and not decision.reason:
        raise Incomplete("请写明理由。")
    if row.is_cleanup and conclusion == Conclusion.KEEP and document.validity in OVER:
        raise WrongState(f"该文件现为“{document.validity_label}”，不能结论为继续有效。")
    by = decision.replaced_by
    if by is not None and (problem := why_not_replaced(document, conclusion, by)):
        raise Incomplete(problem)


def needs_reason(kind: str, conclusion: str) -> bool:
    """条例§18: everything but 继续有效 is reasoned, above all that something stays withheld."""
    return kind == RoundKind.REREVIEW or conclusion != Conclusion.KEEP


def why_not_replaced(document: Document, conclusion: str, by: Document) -> str:
    """Why ``by`` cannot be named as the document that repeals; empty when it can."""
    if conclusion != Conclusion.REPEAL:
        return "只有结论为废止时填写依据文件。"
    if by.pk == document.pk:
        return "依据文件不能是该文件本身。"
    if by.state != DocumentState.PUBLISHED or by.listed_at is None:
        return "依据文件尚未公开，请在公开后填写，或者不填。"
    return ""


def _lost(item: RoundItem) -> Refused:
    now = RoundItem.objects.select_related("concluded_by", "round").get(pk=item.pk)
    if now.edition == item.edition:
        return WrongState(f"结论“{now.conclusion_label}”已经生效，不能改。")
    when = _moment(now.concluded_at)
    return Lost(f"{now.concluded_by}已于{when}作出结论“{now.conclusion_label}”，请刷新后再办。", None)


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y年%-m月%-d日 %H:%M}" if at else ""


def _take_effect(
    decision: Decision, document: Document, actor: User, start_conversion: StartConversion | None, at: datetime
) -> None:
    match decision.conclusion:
        case Conclusion.REPEAL if decision.replaced_by is not None:
            relate(source=decision.replaced_by, target=document, kind=RelationKind.REPEALS, at=at)
        case Conclusion.REPEAL:
            change_validity([document], Validity.REPEALED, at=at)
        case Conclusion.INVALID:
            change_validity([document], Validity.INVALID, at=at)
        case Conclusion.RELEASE:
            _release(actor, document, decision.reason, start_conversion, at)
        case Conclusion.DECLASSIFY:
            offer_conversion(document=document, why=OfferReason.DECLASSIFIED, at=at)


def _release(
    actor: User, document: Document, reason: str, start_conversion: StartConversion | None, at: datetime
) -> None:
    """条例§18: on to publication. Who does not draft leaves it to those who do, as an offer."""
    if Revision.objects.filter(document=document, state__in=OPEN_STATES).exists():
        return
    if start_conversion is not None and can_write_in(actor, document.department):
        start_conversion(actor=actor, document=document, reason=reason, at=at)
    else:
        offer_conversion(document=document, why=OfferReason.RELEASED, at=at)


# --- closing and publishing --------------------------------------------------------------------------------------------


def close(*, actor: User, round: Round, at: datetime) -> DocumentEvent:
    """End the work of a round. `Incomplete` while documents lack a conclusion."""
    is_next = round.state == RoundState.OPEN and rules.can_run_rounds_in(actor, round.department)
    if is_next:
        take_up(round)
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round.pk)
        waiting = round.items.filter(conclusion="").count()
        if is_next and waiting:
            raise Incomplete(f"还有 {waiting} 件没有结论，全部作出结论后才能办结。")
        return _moved(round, CLOSE_ROUND, actor, at, {"closed_at": at})


def publish_result(*, actor: User, round: Round, at: datetime, document: Document | None = None) -> DocumentEvent:
    """条例§19, §23: make the result of a clean-up public; ``document`` is the public notice about it, if there is one.

    What was kept and bore no mark is 有效 from now on, since the result says so.
    """
    if not round.is_cleanup:
        raise WrongState("评估的结论是内部办理记录，不向社会公布。")
    if round.state == RoundState.CLOSED and rules.can_run_rounds_in(actor, round.department):
        _mark_kept(round, at)
    with transaction.atomic():
        event = _moved(round, PUBLISH_RESULT, actor, at, {"published_at": at, "result_document": document})
        record_changes([])
    return event


def _mark_kept(row: Round, at: datetime) -> None:
    unmarked = Document.objects.filter(
        round_items__round=row, round_items__conclusion=Conclusion.KEEP, validity=Validity.UNSTATED
    )
    while documents := list(unmarked.order_by("pk")[:VALIDITY_SLICE]):
        change_validity(documents, Validity.VALID, at=at)


def _moved(row: Round, action: str, actor: User, at: datetime, changes: dict[str, object]) -> DocumentEvent:
    return move(
        subject=row,
        table=ROUNDS,
        action=action,
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        allowed=lambda _: rules.can_run_rounds_in(actor, row.department),
        facts={},
        changes=changes,
    )


# --- offers to publish -------------------------------------------------------------------------------------------------


@transaction.atomic
def offer_conversion(*, document: Document, why: str, at: datetime) -> ConversionOffer | None:
    """条例§44: several applications asked for it, or it was released: have its department consider publishing it.

    One open offer a document: asked again, it only counts. None for what is public already.
    """
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if locked.disclosure_attribute == DisclosureAttribute.PROACTIVE:
        return None
    offer, made = ConversionOffer.objects.get_or_create(
        document=locked, settled_at=None, defaults={"why": OfferReason(why), "at": at}
    )
    if not made:
        ConversionOffer.objects.filter(pk=offer.pk).update(count=F("count") + 1)
        offer.refresh_from_db()
    return offer


@transaction.atomic
def settle_offer(
    *,
    actor: User,
    offer: ConversionOffer,
    accept: bool,
    reason: str,
    at: datetime,
    start_conversion: StartConversion | None = None,
) -> ConversionOffer:
    """条例§44: begin the conversion to publication, or decline with a reason. `Lost` when somebody was first."""
    document, reason = offer.document, reason.strip()[:500]
    if not rules.can_conclude_in(actor, document.department):
        raise PermissionDenied("您不能办理该机构的提示。")
    if not reason:
        raise Incomplete("请写明理由。")
    values = {"settled_at": at, "settled_by": actor, "accepted": accept, "reason": reason}
    if not ConversionOffer.objects.filter(pk=offer.pk, settled_at=None).update(**values):
        now = ConversionOffer.objects.select_related("settled_by").get(pk=offer.pk)
        raise Lost(f"{now.settled_by}已于{_moment(now.settled_at)}办理，请刷新。", None)
    if accept and start_conversion is not None:
        start_conversion(actor=actor, document=document, reason=reason, at=at)
    record(
        subject=document,
        action=ACCEPT_CONVERSION if accept else DECLINE_CONVERSION,
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        facts={"offer": offer.pk, "reason": digest(reason)},
    )
    offer.refresh_from_db()
    return offer
