"""What several people asked for and got is offered for publication (条例§44)."""

from datetime import datetime

from disclosure.models import OfferReason
from disclosure.rounds.services import offer_conversion
from notices.services import notify
from requests_app import rules
from requests_app.cases.telling import MINE, case_url
from requests_app.models import InformationRequest
from requests_app.outcomes import OUTCOMES, Family

ENOUGH_APPLICANTS = 2
GIVEN = frozenset(code for code, outcome in OUTCOMES.items() if outcome.family in (Family.GRANTED, Family.PARTIAL))


def applicants_given(case: InformationRequest) -> int:
    """条例§44: how many different applicants got the same information from this body."""
    if not case.matter_key:
        return 0
    same = InformationRequest.objects.filter(
        matter_key=case.matter_key, department=case.department, outcome__in=GIVEN
    ).exclude(applicant__id_hash="")
    return same.values("applicant__id_hash").distinct().count()


def consider_publication(case: InformationRequest, *, at: datetime) -> None:
    """条例§44: asked for by several, or suggested by the applicant: its department considers publishing it.

    With the document known it stands on the desk of offers; without one the head is told which application it is.
    """
    if case.outcome not in GIVEN or case.outcome == "grant_already_public":
        return
    several = applicants_given(case) >= ENOUGH_APPLICANTS
    if not (several or case.suggests_publication):
        return
    document = case.decision.document
    if document is not None:
        offer_conversion(document=document, why=OfferReason.ASKED_OFTEN if several else OfferReason.SUGGESTED, at=at)
        return
    why = "已有多人申请同一信息并获得公开" if several else "申请人建议主动公开"
    notify(
        recipients=rules.heads_of(case.department),
        kind=MINE,
        subject=case,
        title=f"可以考虑主动公开：{case.number}",
        text=f"{why}，请考虑纳入主动公开范围（条例第四十四条）。",
        url=case_url(case),
        at=at,
    )
