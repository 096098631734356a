"""Reads of letters: one for its page, those that wait for the head's signature, what issuing one will do."""

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import User
from disclosure.review.selectors import MOST_COUNTED, counted
from requests_app import rules
from requests_app.clock_words import CLOCK_WORDS
from requests_app.identity import mask_name
from requests_app.letters.kinds import KINDS
from requests_app.letters.paper import Paper, document_number
from requests_app.letters.services import Conflict, agency_word, gaps_of, paper_of_letter
from requests_app.models import CaseEvent, CaseFile, ConsultedKind, FileRole, Letter, RegisterCounter
from requests_app.states import LETTERS, LetterState
from workflow.services import lost

PAGE = 50


def letters_for(user: User) -> QuerySet[Letter]:
    """Letters of the cases the person may open."""
    return Letter.objects.filter(case__in=rules.cases_visible_to(user)).select_related(
        "case__department", "case__applicant", "case__officer", "case__wish", "drafted_by", "signed_by"
    )


def seen_mark(letter: Letter) -> str:
    """What a page keeps of the letter it shows."""
    return f"{letter.state}|{letter.edition}"


def check_seen(letter: Letter, seen: str) -> None:
    """Refused when the letter moved on or was changed since the page was shown."""
    if not seen or seen == seen_mark(letter):
        return
    if seen.partition("|")[0] == letter.state:
        raise Conflict("这份文书在您打开以后被修改过，请看过现在的内容再办理。")
    raise lost(letter, LETTERS, CaseEvent, advice="请看过现在的内容再办理。")


def paper_for(letter: Letter, *, is_handler: bool) -> Paper:
    """The paper; names of the applicant and of third parties are masked for who does not handle the case."""
    paper = paper_of_letter(letter)
    if is_handler:
        return paper
    applicant = getattr(letter.case, "applicant", None)
    third = letter.case.consultations.filter(kind=ConsultedKind.THIRD_PARTY).values_list("name", flat=True)
    names = [name for name in (applicant.name if applicant else "", *third) if name]

    def masked(text: str) -> str:
        for name in names:
            text = text.replace(name, mask_name(name))
        return text

    return replace(
        paper,
        title=masked(paper.title),
        salutation=masked(paper.salutation),
        paragraphs=tuple(masked(text) for text in paper.paragraphs),
        attachments=(),
        note="",
    )


@dataclass(frozen=True, slots=True)
class Effects:
    """What issuing will do: the number it will probably get, what the clock hears and when, what stands in the way."""

    number: str
    clock: tuple[str, ...]
    gaps: tuple[str, ...]


def effects_of(letter: Letter, *, today: date) -> Effects:
    """For the head, before signing (条例§45)."""
    kind, department = KINDS[letter.kind], letter.case.department
    given = RegisterCounter.objects.filter(department=department, year=today.year, word=kind.word)
    position = (given.values_list("last", flat=True).first() or 0) + 1
    number = document_number(agency_word(department.letter_word, department.name), kind.word, today.year, position)
    named = (("签发", kind.on_issue), ("送出", kind.on_send), ("送达", kind.on_serve))
    clock = tuple(f"{when}之日：{CLOCK_WORDS.get(name, name)}" for when, name in named if name)
    return Effects(number, clock, tuple(gap.rstrip("。") for gap in gaps_of(letter, today=today)))


def enclosed(letter: Letter) -> list[CaseFile]:
    """条例§37: what leaves with an answer, and the originals of redacted copies, for who signs it."""
    if not letter.outcome:
        return []
    roles = [FileRole.RELEASED, FileRole.ORIGINAL]
    found = letter.case.files.filter(role__in=roles, erased_at=None).select_related("original")
    return list(found.order_by("-role", "pk"))


def to_sign(user: User) -> QuerySet[Letter]:
    """Letters that wait for the person's signature as head (条例§33, §45)."""
    heads = list(rules.departments_headed_by(user).values_list("pk", flat=True))
    return Letter.objects.filter(state=LetterState.IN_APPROVAL, case__department__in=heads)


def to_sign_total(user: User) -> str:
    """How many wait, as desks show it."""
    return counted(to_sign(user).order_by()[:MOST_COUNTED].count())


def page_to_sign(user: User, *, after: str) -> tuple[list[Letter], str]:
    """One page, soonest due first, those without a day at the end, and where the next page begins."""
    found = to_sign(user).select_related("case__department", "case__officer", "drafted_by")
    day, key = _place(after)
    dated, undated = found.filter(case__due_on__isnull=False), found.filter(case__due_on=None)
    if key and day is None:
        dated, undated = dated.none(), undated.filter(pk__gt=key)
    elif key and day:
        dated = dated.filter(Q(case__due_on__gt=day) | Q(case__due_on=day, pk__gt=key))
    rows = list(dated.order_by("case__due_on", "pk")[: PAGE + 1])
    if len(rows) <= PAGE:
        rows += list(undated.order_by("pk")[: PAGE + 1 - len(rows)])
    if len(rows) <= PAGE:
        return rows, ""
    last = rows[PAGE - 1]
    return rows[:PAGE], f"{last.case.due_on or ''}_{last.pk}"


def _place(after: str) -> tuple[date | None, int]:
    day, _, key = after.partition("_")
    if not (key.isascii() and key.isdigit() and len(key) <= 18):
        return None, 0
    try:
        return (date.fromisoformat(day) if day else None), int(key)
    except ValueError:
        return None, 0
