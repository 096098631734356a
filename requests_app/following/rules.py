"""Who may follow a case, and what an applicant may do with it now: sentences, and the reason why not."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from accounts.rules import Person
from requests_app.deadlines import Clock
from requests_app.models import InformationRequest
from requests_app.states import ANSWERED_STATES, OPEN_STATES, CaseState

CORRECT, REASONS, MESSAGE, WITHDRAW = "correct", "reasons", "message", "withdraw"
RATE, COMPLAIN, SUGGEST = "rate", "complain", "suggest"

_DASHES = re.compile("[\u2010-\u2015\u2212\u2500\u30fc\u4e00_]")
_NUMBER = re.compile(r"([A-Z][A-Z0-9-]*?)-?((?:19|20)[0-9]{2})-?([0-9]{1,7})", re.ASCII)


def read_number(typed: str) -> str:
    """The number as the register writes it, however it was typed: full-width, lower case, without dashes or zeros.

    Empty when it cannot be one.
    """
    if len(typed) > 100:
        return ""
    folded = "".join(_DASHES.sub("-", unicodedata.normalize("NFKC", typed)).upper().split())
    found = _NUMBER.fullmatch(folded)
    return f"{found[1]}-{found[2]}-{int(found[3]):05d}" if found else ""


def is_followed(case: InformationRequest, *, opened: Mapping[str, int], user: Person, minute: int) -> bool:
    """Opened in this browser with number and code and not left alone since, or gathered in the person's account.

    ``opened`` says of each case until which minute (since the epoch) it stays open.
    """
    return opened.get(str(case.pk), -1) >= minute or (user.is_authenticated and case.account_id == user.pk)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides which acts are open: the case, its clock, and what was asked and said before."""

    case: InformationRequest
    clock: Clock
    is_asked_for_reasons: bool = False
    is_rated: bool = False

    @property
    def is_late_to_correct(self) -> bool:
        """条例§30: the correction's own period is over."""
        return self.case.state == CaseState.AWAITING_CORRECTION and self.clock.stands == "abandoned"


def why_not(act: str, standing: Standing) -> str:
    """Why an act is not open to the applicant now; empty when it is. Nothing internal is told."""
    return _REASONS[act](standing)


def _correct(standing: Standing) -> str:
    """条例§30: only what was asked for is corrected; late it is taken in, too, and judged by the officer."""
    case = standing.case
    asked_late = case.state in OPEN_STATES and standing.clock.is_late_notice
    return "" if case.state == CaseState.AWAITING_CORRECTION or asked_late else "现在没有需要补正的内容。"


def _reasons(standing: Standing) -> str:
    """条例§35: the applicant says why there are so many applications, once asked."""
    if not standing.is_asked_for_reasons:
        return "机关没有要求您说明理由。"
    return "" if standing.case.state in OPEN_STATES else "申请已经办结，不再需要说明理由。"


def _message(standing: Standing) -> str:
    return "" if standing.case.state in OPEN_STATES else "申请已经办结，需要联系时请致电办理机关，或者提出投诉。"


def _withdraw(standing: Standing) -> str:
    state = standing.case.state
    if state in (CaseState.IN_APPROVAL, CaseState.ISSUED):
        return "答复正在制作，不能在这里撤回。请尽快给承办人员留言，或者致电办理机关。"
    return "" if state in OPEN_STATES else "申请已经办结，不能再撤回。"


def _rate(standing: Standing) -> str:
    if standing.is_rated:
        return "您已经评价过。"
    # What was withdrawn or merged may be in the archive, too, without ever having been answered.
    is_answered = standing.case.state in ANSWERED_STATES and standing.clock.replied_on is not None
    return "" if is_answered else "答复以后才能评价。"


def _complain(standing: Standing) -> str:
    """条例§51: who thinks the body does not do its duty may complain, while the case is open and after it."""
    return "这件登记已经作废，请联系办理机关。" if standing.case.state == CaseState.VOIDED else ""


def _suggest(standing: Standing) -> str:
    """条例§44: an applicant may suggest that what was asked for be published."""
    if standing.case.suggests_publication:
        return "您已经建议过主动公开。"
    ended = standing.case.state in (CaseState.CLOSED, CaseState.VOIDED)
    return "申请已经终止，不能再建议。" if ended else ""


_REASONS = {
    CORRECT: _correct,
    REASONS: _reasons,
    MESSAGE: _message,
    WITHDRAW: _withdraw,
    RATE: _rate,
    COMPLAIN: _complain,
    SUGGEST: _suggest,
}
