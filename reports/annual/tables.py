"""What an annual report consists of, 条例§50 and its national form (国办公开办函〔2021〕30号): texts, rows, columns, groups.

Pure data and the shape figures have everywhere else: `Figures`. Table three takes its rows from `requests_app.outcomes`,
so that what a letter was counted as and what the report prints are one table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from requests_app.outcomes import ROWS

EARLIEST, LATEST = 2008, 2100  # years a report can be of: the regulation came into force in 2008

# Columns of table three, by the names that published figures are exchanged under.
COLUMNS = {
    "natural_person": "自然人",
    "commercial": "商业企业",
    "research": "科研机构",
    "public_welfare": "社会公益组织",
    "legal_service": "法律服务机构",
    "other_org": "其他",
}
TOTAL = "total"
COLUMN_LABELS = {**COLUMNS, TOTAL: "总计"}

# Rows of table three: the name in exchanged figures, and the path in `requests_app.outcomes`.
PATHS = {
    "new_received": "newReceived",
    "carried_over": "carriedOver",
    "granted": "granted",
    "partial": "partialGrant",
    "denied_state_secret": "denied.stateSecret",
    "denied_law_forbidden": "denied.lawForbidden",
    "denied_three_safety_one_stability": "denied.safetyStability",
    "denied_third_party": "denied.thirdPartyRights",
    "denied_internal_affairs": "denied.internalAffairs",
    "denied_process": "denied.processInfo",
    "denied_enforcement_file": "denied.enforcementCase",
    "denied_admin_query": "denied.adminQuery",
    "unable_not_held": "unableToProvide.noInfo",
    "unable_need_create": "unableToProvide.needCreation",
    "unable_unclear": "unableToProvide.unclear",
    "nothandled_petition": "notProcessed.complaint",
    "nothandled_repeat": "notProcessed.repeat",
    "nothandled_publication": "notProcessed.publication",
    "nothandled_excessive": "notProcessed.massiveRequests",
    "nothandled_confirm": "notProcessed.confirmInfo",
    "other_no_correction": "other.overdueCorrection",
    "other_no_fee": "other.overdueFee",
    "other_other": "other.otherReasons",
    "total_processed": "totalProcessed",
    "carried_forward": "carriedForward",
}
NAME_OF = {path: name for name, path in PATHS.items()}
SINGLE = "other_single"
"""（六）其他处理 as one row: the form of 2019, and reports that still print it so."""
IN_PARTS = ("other_no_correction", "other_no_fee", "other_other")
SUMS = ("new_received", "carried_over", "total_processed", "carried_forward")
DECIDED = tuple(name for name in PATHS if name not in SUMS)
"""What is summed up to （七）总计, in the form of 2021."""
_WORDS = {row.path: row.label for row in ROWS}
ROW_LABELS = {name: _WORDS[path] for name, path in PATHS.items()} | {SINGLE: "（六）其他处理"}

# Table two (条例§20(1), (5), (6), (8)): what is made, repealed and valid; numbers of decisions; fees in 10,000 yuan.
MADE = {"made": "本年制发件数", "repealed": "本年废止件数", "valid": "现行有效件数"}
RULES = {"regulations": "规章", "reg_docs": "行政规范性文件"}
COUNTS = {"permits": "行政许可", "penalties": "行政处罚", "coercion": "行政强制"}
FEES = "fees_wan"
FEES_LABEL = "行政事业性收费（万元）"
SINGLES = {**COUNTS, FEES: FEES_LABEL}
ITEMS = {**RULES, **SINGLES}

# Table four: reconsideration, litigation at once, litigation after reconsideration; four results and their total.
GROUPS = {
    "reconsideration": "行政复议",
    "litigation_direct": "未经复议直接起诉",
    "litigation_after_review": "复议后起诉",
}
RESULTS = {"maintained": "结果维持", "corrected": "结果纠正", "other": "其他结果", "pending": "尚未审结"}
RESULT_LABELS = {**RESULTS, TOTAL: "总计"}

# Texts of a report (law.md §2.1): five parts of 一、总体情况, then 五 and 六.
OVERALL = "一、总体情况"
PARTS = {
    "publishing": "（一）主动公开",
    "applications": "（二）依申请公开",
    "management": "（三）政府信息管理",
    "platform": "（四）政府信息公开平台建设",
    "supervision": "（五）监督保障",
}
PROBLEMS, OTHERS = "problems", "others"
TEXTS = {**PARTS, PROBLEMS: "五、存在的主要问题及改进情况", OTHERS: "六、其他需要报告的事项"}
TABLE_TITLES = {
    "table2": "二、主动公开政府信息情况",
    "table3": "三、收到和处理政府信息公开申请情况",
    "table4": "四、政府信息公开行政复议、行政诉讼情况",
}
# Who may not make rules (规章): everybody below provinces and cities with districts, by the words a report states its level in.
NO_RULE_MAKING = frozenset({"省级部门", "市级部门", "县级部门", "部门", "县级", "县区", "县区或部门", "乡镇"})

Number = int | Decimal
Row = Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Figures:
    """条例§50: all figures of one body's report of one year. A table that is not there is empty, never zeros.

    ``table3``: row → column → number of applications; ``table2``: item → number, or → kind → number for rules and
    normative documents; ``table4``: group → result → number of cases. ``totals`` are rows of which only the total could
    be read. ``unread`` are figures as they were printed, which are no numbers: (table, row, column, words). ``fees`` are
    information processing fees: how many were charged, and yuan.
    """

    agency: str
    year: int
    table2: Mapping[str, Number | Row] = field(default_factory=dict)
    table3: Mapping[str, Row] = field(default_factory=dict)
    table4: Mapping[str, Row] = field(default_factory=dict)
    totals: Row = field(default_factory=dict)
    unread: tuple[tuple[str, str, str, str], ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    level: str = ""
    fees: tuple[int, int] | None = None

    @property
    def decided_rows(self) -> tuple[str, ...]:
        """The rows that make up （七）总计, in the form this report has."""
        if SINGLE in self.table3 and not any(name in self.table3 for name in IN_PARTS):
            return (*(name for name in DECIDED if name not in IN_PARTS), SINGLE)
        return DECIDED
