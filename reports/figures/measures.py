"""What is counted month by month, and the words for it. Pure: the one source of labels, keys and of the page's glossary."""

import re
from dataclasses import dataclass

from django.db.models import TextChoices

from disclosure.deadlines import PUBLICATION_WORKDAYS
from requests_app.deadlines import REPLY_WORKDAYS
from requests_app.models import ApplicantType, Channel, RemedyKind, RemedyResult
from requests_app.outcomes import OUTCOMES, Family


class Measure(TextChoices):
    """One way of counting; its keys tell apart what is counted."""

    PUBLISHED = "published", "主动公开"
    TIMELINESS = "timeliness", "公开是否及时"
    POLICIES = "policies", "政策解读"
    CHANNEL = "channel", "收到（按申请方式）"
    APPLICANT = "applicant", "收到（按申请人类型）"
    OUTCOME = "outcome", "办结（按处理决定）"
    ANSWERED = "answered", "答复是否按时"
    WORKDAYS = "workdays", "办理用时"
    LENGTHENED = "lengthened", "延长和扣除"
    REMEDY = "remedy", "复议和诉讼"
    RATING = "rating", "满意度"


class Stock(TextChoices):
    """What is in hand on a day: no sum of months."""

    CARRIED = "carried", "期初结转"
    OPEN = "open", "期末在办"


ALL = ""
"""The key of a measure's own total, where it is kept beside its parts: documents by column have many."""
SAME_DAY, IN_TIME, LATE = "same_day", "in_time", "late"
EXPLAINED, WAIVED, WITHOUT = "explained", "waived", "without"
ON_TIME = "on_time"
EXTENDED, PAUSED = "extended", "paused"
UNDECIDED = "none"
MOST_DAYS = 9999
_DAYS = re.compile(r"\d{1,4}(-\d{1,4})?", re.ASCII)
FAMILY = "family."
FAMILIES = {family.value: family.label for family in Family if family != Family.RECTIFICATION}
STARS = range(1, 6)
MONTHS_KEPT_CURRENT = 24
"""So many are counted anew every night; what happens to older ones later does not change their numbers."""
LEAST_RATINGS = 5
"""Fewer ratings are not published: they would say what a single applicant thinks."""

KEYS: dict[Measure, dict[str, str]] = {
    Measure.TIMELINESS: {SAME_DAY: "当日公开", IN_TIME: "期限内公开", LATE: "逾期公开"},
    Measure.POLICIES: {EXPLAINED: "有解读", WAIVED: "免予解读", WITHOUT: "没有解读"},
    Measure.CHANNEL: dict(Channel.choices),
    Measure.APPLICANT: dict(ApplicantType.choices),
    Measure.OUTCOME: {code: outcome.label for code, outcome in OUTCOMES.items() if outcome.row},
    Measure.ANSWERED: {ON_TIME: "按时答复", LATE: "逾期答复"},
    Measure.LENGTHENED: {EXTENDED: "延长期限", PAUSED: "扣除征求意见等时间"},
    Measure.REMEDY: {
        f"{kind.value}.{result.value}": f"{kind.label}：{result.label}"
        for kind in RemedyKind
        for result in RemedyResult
        if result != RemedyResult.UNFINISHED
    },
    Measure.RATING: {str(stars): f"{stars} 分" for stars in STARS},
}
# What the applications behind a number did, as a heading says it.
BEHIND: dict[Measure | Stock, str] = {
    Measure.CHANNEL: "收到的申请",
    Measure.APPLICANT: "收到的申请",
    Measure.OUTCOME: "办结的申请",
    Measure.ANSWERED: "答复的申请",
    Measure.WORKDAYS: "答复的申请",
    Measure.LENGTHENED: "办结的申请",
    Measure.REMEDY: "审结复议、诉讼的申请",
    Measure.RATING: "得到评价的申请",
    Stock.CARRIED: "期初结转的申请",
    Stock.OPEN: "期末在办的申请",
}
# Measures of applications: their numbers lead to cases; those of documents to the public list.
OF_CASES = frozenset(set(Measure) - {Measure.PUBLISHED, Measure.TIMELINESS, Measure.POLICIES})


def key_label(measure: Measure | Stock, key: str) -> str:
    """A key in words; working days are numbers, families of decisions stand above the decisions."""
    if measure == Measure.WORKDAYS:
        return f"{days_words(key)} 个工作日"
    if key.startswith(FAMILY):
        return Family(key.removeprefix(FAMILY)).label
    return KEYS.get(measure, {}).get(key, "") if isinstance(measure, Measure) else ""


def is_key(measure: Measure | Stock, key: str) -> bool:
    """Whether a measure has this key; every measure can be asked for as a whole."""
    if key == ALL:
        return True
    if measure == Measure.WORKDAYS:
        return bool(_DAYS.fullmatch(key))
    if measure == Measure.OUTCOME and (key.startswith(FAMILY) or key == UNDECIDED):
        return key == UNDECIDED or key.removeprefix(FAMILY) in FAMILIES
    return isinstance(measure, Measure) and key in KEYS.get(measure, {})


def days_of(key: str) -> tuple[int, int]:
    """The working days that a key of `Measure.WORKDAYS` means: one number, or 21-25."""
    first, _, last = key.partition("-")
    return int(first), int(last or first)


def days_words(key: str) -> str:
    """20; 21 至 25; 41 以上."""
    first, last = days_of(key)
    return f"{first}" if first == last else f"{first} 以上" if last >= MOST_DAYS else f"{first} 至 {last}"


def outcomes_of(key: str) -> list[str]:
    """The decisions that a key of `Measure.OUTCOME` means: one, all of a family, or none yet."""
    if key.startswith(FAMILY):
        return [code for code, outcome in OUTCOMES.items() if outcome.row and outcome.family == key[len(FAMILY) :]]
    return ["" if key == UNDECIDED else key]


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of the glossary: what is counted, from which day, what is left out, on which rule it rests."""

    slug: str
    name: str
    what: str
    day: str
    left_out: str
    basis: str = ""


TERMS = (
    Term(
        "published",
        "公开",
        "列入公开目录、现在可以查阅的文件和解读，一件计一次，计入发布单位；内设机构的计入所属单位。",
        "列入公开目录之日。",
        f"已经撤下、移交档案馆的，从原来的月份里减去；原来的月份在 {MONTHS_KEPT_CURRENT} 个月以前、不再重新统计的，不减。",
        "条例第十九条、第二十条",
    ),
    Term(
        "timeliness",
        "按期公开",
        f"有公开期限的文件，在期限届满以前公开的：一般为形成或者变更之日起 {PUBLICATION_WORKDAYS} 个工作日，本机关另有更短期限的按其规定。"
        "“当日公开”指形成或者变更的当天公开。",
        "公开之日。",
        "从其他平台迁入的文件没有登记期限，不计。",
        "条例第二十六条",
    ),
    Term(
        "policies",
        "解读率",
        "现行有效版本属于应当解读的政策文件，已经公布解读的所占的比例；签发时免予解读的单独列出，不算有解读。",
        "政策文件现行版本公开之日；是否有解读，以统计时为准。",
        "从其他平台迁入的文件没有标明是否应当解读，不计。",
    ),
    Term(
        "received",
        "收到申请",
        "首次收到的政府信息公开申请；一件申请拆分办理的，按拆分后的件数计；并案办理的，只计并入的一件。",
        "首次收到之日：当面提交的为提交之日，挂号信、快件为签收之日，网上、传真、平信、电子邮件为双方确认之日。补正不改变这一天。",
        "还没有与申请人确认的、登记后作废的、申请更正本人信息的（条例第四十一条），不计。",
        "条例第三十一条，与年度报告“本年新收”同一口径",
    ),
    Term(
        "ended",
        "办结",
        "作出处理决定、结束办理的申请，按决定的类别列入全国统一的年度报告表格；区分处理的只计“部分公开”。",
        "答复之日；没有答复而结束的（例如申请人撤回），为结束之日。",
        "与“收到申请”相同。",
        "条例第三十六条至第三十九条，与年度报告“本年度办理结果”同一口径",
    ),
    Term(
        "ontime",
        "按时率",
        f"作出答复的申请中，在期限届满以前答复的所占的比例。期限一般为 {REPLY_WORKDAYS} 个工作日，依法延长、补正重新计算、征求意见扣除的，按调整以后的期限。",
        "答复之日：邮寄、电子方式为发出之日，当面交付为交付之日。",
        "申请人撤回等没有答复的，不计。",
        "条例第三十三条",
    ),
    Term(
        "workdays",
        "办理用时",
        "从起算之日的次日数到答复之日的工作日，扣除征求第三方和其他机关意见的时间；补正、缴费以后重新起算的，从重新起算之日数起。中位数指一半的申请不超过的天数。",
        "答复之日。",
        "没有答复的，不计。",
        "条例第三十三条、第三十条",
    ),
    Term(
        "remedy",
        "复议和诉讼",
        "因申请的办理引起的行政复议、行政诉讼中已经审结的，按结果列出。",
        "审结之日。",
        "尚未审结的，不计。",
        "条例第五十一条，与年度报告表四同一口径",
    ),
    Term(
        "rating",
        "满意度",
        "申请人在答复以后的评价，一至五分，一件申请评价一次。",
        "评价之日。",
        f"所选时段里一个机关或者全市的评价不足 {LEAST_RATINGS} 条的，不公布；由此能够推算出来的，全市的数字也不含这些机关。",
    ),
)
