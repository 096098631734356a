"""The record of a case in words: every event with what it was, who noted it, and the day it counts from. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from requests_app.clock_words import CLOCK_WORDS
from requests_app.models import CaseEvent, Letter, ThirdOpinion
from requests_app.states import CASES, CHANGE, CLOCK, CORRECT_DATE, LETTERS, UNMASK

# What a change was about, by the fact that stands in its event.
CHANGES = {
    "override": "决定因重大公共利益公开",
    "note": "填写内部备注",
    "contact": "填写联系记录",
    "message": "申请人留言",
    "complaint": "申请人投诉",
    "complaint_answer": "答复投诉",
    "suggests_publication": "申请人建议主动公开",
    "dropped": "撤销征求意见",
    "consultation": "准备征求意见",
    "excessive": "认定申请的数量、频次",
    "taken": "下载材料",
    "removed": "删除材料",
    "file": "上传材料",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the record. ``about`` names the letter it belongs to; ``corrected`` says what became of a wrong day."""

    number: int
    label: str
    about: str
    actor: str
    at: datetime
    on: date
    is_dated: bool
    corrected: str = ""

    @property
    def differs(self) -> bool:
        """Whether the day that counts is not the day of entry."""
        return self.is_dated and self.on != timezone.localdate(self.at)


def entries(events: Iterable[CaseEvent], of_letters: Iterable[CaseEvent], letters: Iterable[Letter]) -> list[Entry]:
    """The record of a case and of its letters, newest first."""
    rows, titles = list(events), {letter.pk: letter.title for letter in letters}
    corrected = {row.facts["corrects"]: _became(row.facts) for row in rows if "corrects" in row.facts}
    found = [(row.at, row.pk, _entry(row, corrected.get(row.number, ""))) for row in rows]
    found += [(row.at, row.pk, _of_letter(row, titles)) for row in of_letters]
    return [entry for *_, entry in sorted(found, key=lambda each: each[:2], reverse=True)]


def dated_choices(events: Iterable[CaseEvent]) -> list[tuple[int, str]]:
    """What can be put right: events whose day the clock counts with."""
    rows = list(events)
    struck = {row.facts["corrects"] for row in rows if "corrects" in row.facts and row.facts.get("to") is None}
    return [
        (row.number, f"{row.on:%Y-%m-%d}　{CLOCK_WORDS.get(row.facts['clock'], row.facts['clock'])}")
        for row in rows
        if row.facts.get("clock") and row.number not in struck
    ]


def _became(facts: Mapping[str, Any]) -> str:
    return f"已更正为 {facts['to']}" if facts.get("to") else "已撤销"


def _entry(row: CaseEvent, corrected: str) -> Entry:
    is_dated = bool(row.facts.get("clock"))
    return Entry(row.number, label_of(row), "", str(row.actor), row.at, row.on, is_dated, corrected)


def _of_letter(row: CaseEvent, titles: Mapping[int, str]) -> Entry:
    label = LETTERS.actions.get(row.action, row.action)
    return Entry(row.number, label, titles.get(row.subject_id, ""), str(row.actor), row.at, row.on, False)


def label_of(row: CaseEvent) -> str:
    """What was done, in the law's words."""
    facts = row.facts
    if row.action == CHANGE:
        return next((words for name, words in CHANGES.items() if name in facts), CASES.actions[CHANGE])
    if row.action == UNMASK:
        return CASES.actions[UNMASK]
    if row.action == CORRECT_DATE:
        return "撤销一项日期" if facts.get("to") is None else f"更正日期为 {facts['to']}"
    label = CASES.actions.get(row.action, row.action)
    if row.action == CLOCK:
        label = CLOCK_WORDS.get(facts.get("clock", ""), label)
    if facts.get("opinion"):
        label = f"{label}：{ThirdOpinion(facts['opinion']).label}"
    return label
