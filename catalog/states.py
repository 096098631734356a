"""Enumerations of the catalogue; pure. Labels are the law's own words."""

from django.db import models


class DocumentState(models.TextChoices):
    """Where a document stands. Which move leads where is decided in `disclosure.states`."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    FILED = "filed", "已留存"
    WITHDRAWN = "withdrawn", "已撤下"
    ARCHIVED = "archived", "已移交档案馆"
    TAKEN_DOWN = "taken_down", "紧急下架"
    DROPPED = "dropped", "已作废"


# Was public, and its page is not shown any more; its address stays.
GONE = (DocumentState.WITHDRAWN, DocumentState.ARCHIVED, DocumentState.TAKEN_DOWN)


class DisclosureAttribute(models.TextChoices):
    """公开属性, decided at the source (条例§16, 国办发〔2016〕80号)."""

    PROACTIVE = "proactive", "主动公开"
    ON_REQUEST = "on_request", "依申请公开"
    WITHHELD = "withheld", "不予公开"


class Validity(models.TextChoices):
    """有效性 of a document."""

    VALID = "valid", "有效"
    AMENDED = "amended", "已修改"
    EXPIRED = "expired", "失效"
    REPEALED = "repealed", "废止"
    INVALID = "invalid", "宣布失效"
    PENDING = "pending", "尚未生效"
    UNSTATED = "unstated", "未标注"


class InterpretationKind(models.TextChoices):
    """How an interpretation explains; empty for ordinary documents."""

    QA = "qa", "文字问答"
    FIGURE = "figure", "图解"
    MEDIA = "media", "音视频"
    EXPERT = "expert", "专家解读"
    LEADER = "leader", "负责人解读"
    PRESS = "press", "新闻发布会"


class RelationKind(models.TextChoices):
    """What one document does to another; read source → target."""

    INTERPRETS = "interprets", "解读"
    AMENDS = "amends", "修改"
    REPEALS = "repeals", "废止"
    RELATED = "related", "相关"


# Numbers of the enumerations in the search engines' integer columns. Never renumber: indexes hold them.
ACCESS_CODES = {DisclosureAttribute.PROACTIVE: 1, DisclosureAttribute.ON_REQUEST: 2, DisclosureAttribute.WITHHELD: 3}
VALIDITY_CODES = {
    Validity.VALID: 1,
    Validity.AMENDED: 2,
    Validity.EXPIRED: 3,
    Validity.REPEALED: 4,
    Validity.PENDING: 5,
    Validity.UNSTATED: 6,
    Validity.INVALID: 7,
}

# No longer in force: by its own date, by another document, or because a clean-up said so.
OVER = frozenset({Validity.EXPIRED, Validity.REPEALED, Validity.INVALID})
# What a document becomes when another one in force does this to it, and from which validities it still can.
EFFECTS = {
    RelationKind.REPEALS: (Validity.REPEALED, frozenset(Validity) - {Validity.REPEALED, Validity.INVALID}),
    RelationKind.AMENDS: (Validity.AMENDED, frozenset({Validity.VALID, Validity.UNSTATED})),
}
