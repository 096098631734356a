"""An own-made corpus, the source over it, and the mix of 200 questions: deterministic, needs neither models nor data."""

import gzip
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar

from search.engine import Doc
from tests.shared import SHARED

TODAY = date(2026, 11, 22).toordinal()
BODIES = [
    "市人民政府",
    "区人民政府",
    "县级以上人民政府",
    "市场监督管理部门",
    "生态环境主管部门",
    "教育行政部门",
    "建设单位",
    "用人单位",
    "社会保险经办机构",
    "居民委员会",
]
ACTS = [
    "应当依法公开政府信息",
    "应当加强安全生产监督管理",
    "负责受理不动产登记申请",
    "不得擅自改变土地用途",
    "组织开展行政执法检查",
    "应当自收到申请之日起二十个工作日内答复",
    "依照有关规定处以罚款",
    "建立健全应急管理制度",
    "按照规定缴纳社会保险费",
    "落实最低生活保障待遇",
    "推进医疗卫生服务体系建设",
    "规范公共资源交易行为",
    "编制并公布财政预算和决算",
    "保护公民个人信息",
]
WHERE = [
    "在本行政区域内",
    "会同有关部门",
    "根据实际需要",
    "对违反本办法规定的行为",
    "涉及公共利益调整的",
    "经本级人民政府批准",
    "除法律另有规定外",
    "按照2024年第16号公告",
    "自2025年1月1日起",
]
THINGS = [
    "政府信息公开",
    "不动产登记",
    "安全生产",
    "社会保险",
    "城市供水",
    "义务教育",
    "医疗保障",
    "公共资源交易",
    "养老服务",
    "生态环境保护",
    "住房公积金",
    "行政处罚裁量",
]
KINDS = ["办法", "实施细则", "条例", "通知", "公告", "意见", "规定"]
ISSUERS = ["云政发", "云政办发", "云教规", "云人社发", "云岚市人民政府令"]


def _body(rng: random.Random) -> str:
    count = rng.choice([1, 2, 4, 4, 8, 16])
    return "\n".join(
        f"第{number}条　{rng.choice(BODIES)}{rng.choice(WHERE)}{rng.choice(ACTS)}{rng.choice('，；、')}{rng.choice(ACTS)}。"
        for number in range(1, count + 1)
    )


def make(key: int, *, version: int = 1, title: str = "", body: str = "", access: int = 0) -> Doc:
    """Document number `key` of the corpus; the same key gives the same document."""
    rng = random.Random(key)
    day = date(2008, 1, 1).toordinal() + rng.randrange(TODAY - date(2008, 1, 1).toordinal())
    year, serial = date.fromordinal(day).year, rng.randrange(1, 90)
    return Doc(
        key=key,
        version=version,
        title=title or f"云岚市{rng.choice(THINGS)}{rng.choice(KINDS)}",
        body=body or _body(rng),
        number=rng.choice([f"{rng.choice(ISSUERS)}〔{year}〕{serial}号", f"云岚市人民政府令第{serial}号", ""]),
        index_number=f"11990000MB1763499T/{year}-{key:05d}",
        department=rng.randrange(1, 23),
        topic=rng.randrange(0, 60),
        column=rng.randrange(1, 22),
        genre=rng.randrange(1, 15),
        validity=rng.choice([1, 1, 1, 2, 3, 4, 6]),
        year=year,
        day=day,
        access=access or rng.choice([1, 1, 1, 1, 2, 3]),
        kind=rng.randrange(2),
        key_area=rng.randrange(13),
    )


def real(limit: int) -> list[Doc]:
    """Real laws, cut to size; none when the data is not beside the project."""
    path = SHARED / "documents/laws.jsonl.gz"
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for _, line in zip(range(limit), lines, strict=False)]
    return [make(100_000 + at, title=row["title"], body=row["body"][:900]) for at, row in enumerate(rows)]


class MemorySource:
    """Documents in a dictionary, in place of a database."""

    public = frozenset({1})
    documents: ClassVar[dict[int, Doc]] = {}
    indexed: ClassVar[dict[int, int]] = {}
    broken: ClassVar[set[int]] = set()
    changed: ClassVar[list[tuple[datetime, int]]] = []

    @classmethod
    def reset(cls, documents: Sequence[Doc] = ()) -> None:
        cls.documents = {doc.key: doc for doc in documents}
        cls.indexed, cls.broken, cls.changed = {}, set(), []

    def load(self, keys: Sequence[int]) -> list[Doc]:
        if self.broken.intersection(keys):
            raise ValueError("a broken row")
        return [self.documents[key] for key in keys if key in self.documents]

    def keys(self, after: int, limit: int) -> list[int]:
        return sorted(key for key in self.documents if key > after)[:limit]

    def changed_since(self, moment: datetime) -> Iterator[int]:
        return (key for at, key in self.changed if at >= moment)

    def stale(self, limit: int) -> list[int]:
        behind = {key for key, doc in self.documents.items() if self.indexed.get(key, 0) != doc.version}
        return sorted(behind | {key for key in self.indexed if key not in self.documents})[:limit]

    def mark_indexed(self, versions: Mapping[int, int]) -> None:
        self.indexed.update(versions)

    def mark_removed(self, keys: Sequence[int]) -> None:
        for key in keys:
            self.indexed.pop(key, None)

    def texts(self, keys: Sequence[int]) -> dict[int, tuple[str, str]]:
        return {key: (self.documents[key].title, self.documents[key].body) for key in keys if key in self.documents}

    def count(self) -> int:
        return len(self.documents)


def questions(documents: Sequence[Doc]) -> list[str]:
    """200 queries: subjects, several words, very common words, numbers, titles, fragments in quotes, exclusions."""
    rng = random.Random(20261122)
    mix = [rng.choice(THINGS) for _ in range(40)]
    mix += [f"{rng.choice(THINGS)} {rng.choice(BODIES)}" for _ in range(30)]
    mix += ["应当", "管理", "单位", "规定", "人民政府", "办法", "部门", "依法", "有关", "行政"] * 2
    mix += [rng.choice(documents).number or "〔2020〕5号" for _ in range(20)]
    mix += [rng.choice(documents).title for _ in range(20)]
    for _ in range(30):
        body = rng.choice(documents).body
        start = rng.randrange(max(1, len(body) - 12))
        mix.append(f"“{body[start : start + rng.randrange(2, 11)]}”")
    mix += [f"{rng.choice(KINDS)} -{rng.choice(THINGS)}" for _ in range(15)]
    mix += [f"{rng.choice(THINGS)} -“{rng.choice(ACTS)[:6]}”" for _ in range(10)]
    mix += [
        "低保",
        "低保 居民",
        "清冷的月光",
        '* AND ( "',
        "“2024年第16号”",
        "“6号公告”",
        "zhengfu",
        "-应当",
        "a:b",
        "[1 TO 2]",
        "云政发",
        "2020-5",
        "令第5号",
        "个人信息",
        "登记。",
    ]
    return mix
