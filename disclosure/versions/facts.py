"""The metadata of a version in words, for pages, comparison and the whole file."""

from typing import Any

from django.db.models import QuerySet

from catalog.models import Column, Document, Genre, KeyArea, Topic
from catalog.states import RelationKind
from disclosure.grounds import ELEMENTS, GROUNDS
from disclosure.models import Revision

KINDS_OF_EFFECT = dict(RelationKind.choices)


def facts_of(revision: Revision) -> dict[str, str]:
    """The metadata of a version in words, label → value, in the order of the page; empty values stay out."""
    said = revision.content
    facts = {
        "发布机构": revision.department.name,
        **_references(said),
        "发文字号": said.get("document_number"),
        "发文机关": said.get("issuers_text"),
        "成文日期": said.get("formed_on"),
        "施行日期": said.get("effective_on"),
        "失效日期": said.get("expires_on"),
        "内容概述": said.get("summary"),
        "关键词": said.get("keywords"),
        "行政规范性文件": "是" if said.get("is_normative") else "",
        "对其他文件的影响": _effects(said),
        "公开属性": revision.get_attribute_display(),
        "认定依据": ground.label if (ground := GROUNDS.get(revision.ground)) else "",
        "理由": revision.reason,
        "形成或者变更日期": revision.formed_or_changed_on and revision.formed_or_changed_on.isoformat(),
        "会议决定事项": "是" if revision.from_meeting else "",
        "政策文件": "应当解读" if revision.is_policy else "",
        "解读方案": revision.plan,
        "免予解读": revision.get_waiver_display() if revision.waiver else "",
        "解读的文件": revision.interprets.title if revision.interprets else "",
        "解读形式": revision.get_interpretation_kind_display(),
        "解读要素": "、".join(ELEMENTS.get(key, str(key)) for key in revision.elements),
        "修改情况说明": ("更正：" if revision.is_erratum else "") + revision.change_note,
    }
    return {label: str(value) for label, value in facts.items() if value}


def _references(said: dict[str, Any]) -> dict[str, str]:
    """Names of the column, topic, genre and key area."""
    models: dict[str, tuple[str, QuerySet[Any]]] = {
        "栏目": ("column_id", Column.objects.all()),
        "主题分类": ("topic_id", Topic.objects.select_related("parent")),
        "体裁": ("genre_id", Genre.objects.all()),
        "重点领域": ("key_area_id", KeyArea.objects.all()),
    }
    named = {label: found.filter(pk=said.get(name) or 0).first() for label, (name, found) in models.items()}
    return {label: str(row) for label, row in named.items() if row is not None}


def _effects(said: dict[str, Any]) -> str:
    effects = said.get("effects") or []
    titles = dict(Document.objects.filter(pk__in=[target for _, target in effects]).values_list("pk", "title"))
    return "；".join(f"{KINDS_OF_EFFECT.get(kind, kind)}《{titles.get(target, target)}》" for kind, target in effects)


def differing_facts(old: Revision, new: Revision) -> list[tuple[str, str, str]]:
    """(label, old, new) of the metadata that differ, title and attachments included."""
    before, after = _all_facts(old), _all_facts(new)
    labels = dict.fromkeys([*before, *after])
    return [(label, a, b) for label in labels if (a := before.get(label, "")) != (b := after.get(label, ""))]


def _all_facts(revision: Revision) -> dict[str, str]:
    files = "；".join(revision.files.values_list("title", flat=True))
    return {"标题": revision.title, **facts_of(revision), "附件": files}
