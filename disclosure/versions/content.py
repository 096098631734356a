"""A version's content: from a document, for an editor, and as the catalogue takes it; what is still missing."""

from datetime import date, datetime
from typing import Any

from accounts.models import Department
from catalog.content import DocumentContent, number_columns
from catalog.models import Column, Document, DocumentRelation
from catalog.states import DisclosureAttribute, DocumentState, InterpretationKind, RelationKind, Validity
from disclosure.grounds import GROUNDS
from disclosure.models import Revision
from disclosure.states import RevisionState

NORMATIVE = "normative"
UNTITLED, UNDECIDED = "（未命名）", "公开属性待认定"
REFERENCES = ("column_id", "topic_id", "genre_id", "key_area_id")
WORDS = ("document_number", "issuers_text", "summary", "keywords")
DAYS = ("formed_on", "effective_on", "expires_on")
EFFECTS = (RelationKind.REPEALS, RelationKind.AMENDS, RelationKind.RELATED)


def blank_content(department: Department, *, interpretation: bool = False) -> dict[str, Any]:
    """What a new draft starts from."""
    slug = "interpretation" if interpretation else "notices"
    column = Column.objects.filter(slug=slug).first() or Column.objects.filter(is_active=True).first()
    return {
        **dict.fromkeys((*REFERENCES, *DAYS)),
        **dict.fromkeys(WORDS, ""),
        "column_id": column.pk if column else None,
        "is_normative": False,
        "effects": [],
    }


def content_of_document(document: Document) -> tuple[dict[str, Any], dict[str, Any]]:
    """(fields, content) of a version that says what the document says now."""
    body = getattr(document, "body", None)
    relations = DocumentRelation.objects.filter(source=document)
    fields = {
        **_decided_before(document),
        "title": document.title,
        "html": body.html if body else "",
        "text": body.text if body else "",
        "attribute": document.disclosure_attribute if document.state != DocumentState.DRAFT else "",
        "reason": document.attribute_reason,
        "interpretation_kind": document.interpretation_kind,
        "interprets_id": relations.filter(kind=RelationKind.INTERPRETS).values_list("target_id", flat=True).first(),
        "formed_or_changed_on": document.formed_on if document.state == DocumentState.DRAFT else None,
    }
    content = {name: getattr(document, name) for name in (*REFERENCES, *WORDS)}
    content |= {name: day.isoformat() if (day := getattr(document, name)) else None for name in DAYS}
    content["is_normative"] = document.column.slug == NORMATIVE
    effects = relations.filter(kind__in=EFFECTS).values_list("kind", "target_id")
    content["effects"] = [[kind, target] for kind, target in effects]
    return fields, content


def _decided_before(document: Document) -> dict[str, Any]:
    """解读三同步: what the last finished version decided holds for the next one until somebody decides otherwise."""
    names = ("ground", "is_policy", "plan", "elements", "waiver", "waived_by_id")
    finished = document.revisions.filter(state__in=[RevisionState.PUBLISHED, RevisionState.FILED])
    return finished.order_by("-number").values(*names).first() or {}


def shown_of(revision: Revision) -> dict[str, Any]:
    """What a document that was never public or filed shows of its draft on the lists of desks."""
    attribute, said = revision.attribute, revision.content
    number = said.get("document_number") or ""
    return {
        "title": revision.title or UNTITLED,
        "column_id": said.get("column_id") or revision.document.column_id,
        "document_number": number,
        "number_key": number_columns(number)[0],
        "number_tail": number_columns(number)[1],
        "disclosure_attribute": attribute or DisclosureAttribute.ON_REQUEST,
        "attribute_reason": revision.reason if attribute else UNDECIDED,
    }


def to_content(revision: Revision, *, published_at: datetime | None) -> DocumentContent:
    """The version as the catalogue takes it; what identifies the document at its source stays."""
    document, said = revision.document, revision.content
    effective_on = _day(said, "effective_on")
    return DocumentContent(
        title=revision.title,
        department_id=revision.department_id,
        column_id=said["column_id"],
        html=revision.html,
        text=revision.text,
        topic_id=said.get("topic_id"),
        genre_id=said.get("genre_id"),
        key_area_id=said.get("key_area_id"),
        document_number=said.get("document_number") or "",
        issuers_text=said.get("issuers_text") or "",
        summary=said.get("summary") or "",
        keywords=said.get("keywords") or "",
        formed_on=_day(said, "formed_on"),
        effective_on=effective_on,
        expires_on=_day(said, "expires_on"),
        interpretation_kind=revision.interpretation_kind,
        published_at=published_at,
        disclosure_attribute=revision.attribute,
        attribute_reason=revision.reason,
        validity=_validity(document, effective_on, published_at),
        source_url=document.source_url,
        source_key=document.source_key,
    )


def _day(said: dict[str, Any], name: str) -> date | None:
    return date.fromisoformat(said[name]) if said.get(name) else None


def _validity(document: Document, effective_on: date | None, published_at: datetime | None) -> str:
    """A document published for the first time is in force, or not yet; later its relations and dates decide."""
    if document.validity != Validity.UNSTATED or published_at is None:
        return Validity.UNSTATED
    return Validity.PENDING if effective_on and effective_on > published_at.date() else Validity.VALID


def needs_change_note(revision: Revision) -> bool:
    """条例§6: what the public has read is not changed without telling it."""
    return revision.number > 1 and revision.document.state == DocumentState.PUBLISHED


def missing_for_submission(revision: Revision) -> list[str]:
    """国办发〔2016〕80号: why a draft cannot be handed in, each a short Chinese phrase; empty when it can."""
    return [words for _, words in missing_fields(revision)]


def missing_fields(revision: Revision) -> list[tuple[str, str]]:
    """(field, phrase) of `missing_for_submission`; the field is empty where no single one is meant."""
    ground = GROUNDS.get(revision.ground)
    said = revision.content
    wanted = [
        (revision.title.strip(), "title", "没有标题"),
        (said.get("column_id"), "column", "没有选择栏目"),
        (revision.text.strip() or revision.files.exists(), "body", "没有正文，也没有附件"),
        (revision.attribute, "attribute", "没有认定公开属性"),
        (ground, "ground", "没有选择公开属性的依据"),
        (ground is None or ground.attribute == revision.attribute, "ground", "所选依据与公开属性不一致"),
        (
            revision.attribute in ("", DisclosureAttribute.PROACTIVE) or revision.reason.strip(),
            "reason",
            "认定为依申请公开、不予公开的，须说明理由",
        ),
        (revision.formed_or_changed_on, "formed_or_changed_on", "没有填写形成或者变更日期"),
        (
            not needs_change_note(revision) or revision.change_note.strip(),
            "change_note",
            "没有填写向公众说明的修改情况",
        ),
    ]
    missing = [(name, words) for given, name, words in wanted if not given]
    unconfirmed = revision.confirmations.filter(confirmed_on=None).values_list("body", flat=True)
    missing += [("", f"涉及{body}，尚未沟通确认") for body in unconfirmed]
    public = revision.document.state == DocumentState.PUBLISHED
    if public and revision.attribute not in ("", DisclosureAttribute.PROACTIVE):
        missing.append(("attribute", "已公开的文件不再公开的，请办理撤下，不能改公开属性"))
    return missing + _missing_of_interpretations(revision)


def _missing_of_interpretations(revision: Revision) -> list[tuple[str, str]]:
    """解读三同步: the plan and the text of the interpretation are drafted together with the policy."""
    if revision.interprets_id is not None:
        is_chosen = revision.interpretation_kind in InterpretationKind.values
        return [] if is_chosen else [("interpretation_kind", "没有选择解读形式")]
    if not revision.is_policy or revision.attribute != DisclosureAttribute.PROACTIVE or revision.waiver:
        return []
    return [] if revision.plan.strip() else [("plan", "属于政策文件，没有填写解读方案")]
