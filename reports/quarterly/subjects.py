"""What applications are about and what comes again: words that many applicants use, and numbers of repetitions.

Matters are applicants' own words and personal data until shown otherwise: a word is looked at only when at least three
applications of at least three different applicants contain it, and is published only when the writer ticks it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from search.text import Segmenter

LEAST_CASES = LEAST_APPLICANTS = 3
MOST_WORDS = 40
OFTEN = 5
"""So many applications of one applicant in a quarter are counted as frequent."""
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")
# Words of every application, and of the form it is made in.
COMMON = frozenset(
    """
    申请 公开 信息 政府 信息公开 政府信息 公开信息 获取 提供 查阅 查询 复制 复印 复印件 纸质 电子版 电子 原件 扫描件
    关于 有关 相关 以及 其他 全部 所有 具体 情况 内容 事项 问题 材料 资料 文件 文本 全文 附件 记录 名单 清单 目录 数据
    通知 公告 通报 意见 办法 规定 决定 批复 批准 答复 说明 报告 方案 标准 依据 结果 名称 时间 日期 年度 季度 月份 期间
    本人 本机关 单位 部门 机关 机构 公司 有限公司 企业 个人 我们 他们 需要 希望 请求 要求 了解 涉及 包括 包含 截至 至今
    以来 目前 现在 今年 去年 本市 全市 本区 全区 各区 各县 各区县 区县 市级 人民政府 工作 开展 进行 实施 办理 作出 形成
    """.split()
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One application: who asks (a keyed hash, empty where unknown), what for, and the key of the same words."""

    applicant: str
    matter: str
    matter_key: str


@dataclass(frozen=True, slots=True)
class Repeats:
    """条例§36: how many matters were asked for more than once, in how many applications; how many applicants came often,
    with how many."""

    matters: int
    cases: int
    applicants: int
    cases_of_applicants: int


def frequent_words(
    asked: Iterable[Asked], segmenter: Segmenter, *, without: Iterable[str] = ()
) -> list[tuple[str, int]]:
    """(word, applications), the most frequent first."""
    left_out, cases = COMMON | set(without), Counter[str]()
    people: dict[str, set[str]] = defaultdict(set)
    for each in asked:
        for word in set(segmenter.query_terms(each.matter)):
            if _HAN.fullmatch(word) and word not in left_out:
                cases[word] += 1
                people[word].add(each.applicant)
    found = [
        (word, count) for word, count in cases.items() if count >= LEAST_CASES and len(people[word]) >= LEAST_APPLICANTS
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS]


def repeats(asked: Iterable[Asked]) -> Repeats:
    """Numbers only; who is unknown comes once."""
    rows = list(asked)
    matters = [count for key, count in Counter(each.matter_key for each in rows).items() if key and count > 1]
    people = [count for who, count in Counter(each.applicant for each in rows).items() if who and count >= OFTEN]
    return Repeats(len(matters), sum(matters), len(people), sum(people))
