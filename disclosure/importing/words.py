"""Words of real portals and what they mean here. Pure."""

import re

from catalog.states import DisclosureAttribute, Validity

VALIDITIES: dict[str, Validity] = {
    **dict.fromkeys(("有效", "现行有效", "继续有效", "保留"), Validity.VALID),
    **dict.fromkeys(("已修改", "已修订", "部分修改", "部分有效", "部分失效", "修改", "修订"), Validity.AMENDED),
    **dict.fromkeys(("失效", "已失效", "无效", "过期"), Validity.EXPIRED),
    **dict.fromkeys(("废止", "已废止", "宣布废止", "撤销"), Validity.REPEALED),
    **dict.fromkeys(("宣布失效", "已宣布失效"), Validity.INVALID),
    **dict.fromkeys(("尚未生效", "未生效", "尚未施行", "未施行"), Validity.PENDING),
}
ATTRIBUTES: dict[str, DisclosureAttribute] = {
    **dict.fromkeys(("主动公开", "公开", "全文公开", "proactive"), DisclosureAttribute.PROACTIVE),
    **dict.fromkeys(("依申请公开", "依申请", "on_request"), DisclosureAttribute.ON_REQUEST),
    **dict.fromkeys(("不予公开", "不公开", "免予公开", "withheld"), DisclosureAttribute.WITHHELD),
}
# Words of a column's name on a real portal → our column; the first that occurs wins.
COLUMNS = (
    ("解读", "interpretation"),
    ("年度报告", "annual"),
    ("年报", "annual"),
    ("指南", "rules"),
    ("公开制度", "rules"),
    ("规章", "regulation"),
    ("法规", "regulation"),
    ("规范性文件", "normative"),
    ("机构", "org"),
    ("职能", "org"),
    ("规划", "plan"),
    ("计划", "plan"),
    ("统计", "stats"),
    ("行政许可", "permit"),
    ("审批", "permit"),
    ("处罚", "punish"),
    ("强制", "punish"),
    ("预算", "budget"),
    ("决算", "budget"),
    ("收费", "fees"),
    ("采购", "procurement"),
    ("重大项目", "projects"),
    ("重大建设项目", "projects"),
    ("应急", "emergency"),
    ("监督检查", "inspection"),
    ("招考", "recruit"),
    ("招聘", "recruit"),
    ("录用", "recruit"),
    ("征地", "land"),
    ("征收", "land"),
    ("通知公告", "notices"),
    ("公示公告", "notices"),
    ("公告公示", "notices"),
)
DEFAULT_COLUMN = "policy"
# Last words of titles → genre; longer ones first.
_GENRES = (
    ("会议纪要", "会议纪要"),
    ("纪要", "会议纪要"),
    ("解读", "政策解读"),
    ("一图读懂", "政策解读"),
    ("命令", "命令"),
    ("决定", "决定"),
    ("公告", "公告"),
    ("通告", "通告"),
    ("通知", "通知"),
    ("通报", "通报"),
    ("议案", "议案"),
    ("报告", "报告"),
    ("请示", "请示"),
    ("批复", "批复"),
    ("意见", "意见"),
    ("复函", "函"),
    ("函", "函"),
    ("令", "命令"),
)
OTHER_GENRE = "其他"
_TAIL = re.compile(r"(?:[（(〔\[【][^（）()〔〕\[\]【】]*[）)〕\]】]|[\s》〉”\"’。.！!、，,])+$")
_SEPARATORS = re.compile(r"[\\/＼／>＞→|｜;；]+|--+")
_BRACKETS = str.maketrans({"(": "（", ")": "）", ",": "、", "，": "、"})


def genre_of(title: str) -> str:
    """Genre by the last word of a title (…的通知), as real portals do; 其他 when it has none."""
    words = _TAIL.sub("", title)
    for word, genre in _GENRES:
        if words.endswith(word):
            return genre
    if "解读" in title[-8:] or title.startswith(("一图读懂", "图解")):
        return "政策解读"
    return OTHER_GENRE


def column_of(name: str) -> str | None:
    """Our column for a column's name elsewhere; None when no word is known."""
    return next((slug for word, slug in COLUMNS if word in name), None)


def topic_path(text: str) -> tuple[str, ...]:
    """Parts of a topic as written anywhere (separators \\ / > and others, any brackets), folded for comparing."""
    parts = (folded_topic(part) for part in _SEPARATORS.split(text))
    return tuple(part for part in parts if part)


def folded_topic(name: str) -> str:
    """A topic's name without spaces, with one kind of brackets and commas."""
    return "".join(name.split()).translate(_BRACKETS)
