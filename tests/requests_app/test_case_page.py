"""The page of one application: who sees what of it, what is masked, what comes next, and what it costs to show."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from requests_app import sealed_files
from requests_app.cases import services as register
from requests_app.handling import consulting, enclosing, services, writing
from requests_app.models import Applicant, CaseEvent, CaseFile, FileRole, InformationRequest, Unmasking
from tests.requests_app.casework import ID_NUMBER, Office, at, fresh
from workflow.services import Refused

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SECRETS = (ID_NUMBER, "13800001234", "zhangsan@example.cn", "书院路8号")


def recently(days: int = 6) -> date:
    """A day not long ago: pages read the clock."""
    return timezone.localdate() - timedelta(days=days)


def url(case: InformationRequest) -> str:
    return reverse("requests_desk:case", args=[case.pk])


def kept(case: InformationRequest, role: FileRole, by: User, name: str = "张三的身份证.pdf") -> CaseFile:
    file = sealed_files.keep(SimpleUploadedFile(name, PDF), name)
    return enclosing.add_file(actor=by, case=case, role=role, kept=file, at=timezone.now())


# --- who sees it ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lisi", 200), ("wangwu", 200), ("qianqi", 200), ("fenger", 200), ("sunba", 404), ("zhaoliu", 404),
        ("zhengyi", 404), ("root", 404), ("zhangsan", 404),
    ],
)  # fmt: skip
def test_the_case_opens_for_its_department_and_for_who_oversees(
    office: Office, signed_in: SignedIn, who: str, status: int
) -> None:
    case = office.handling(recently())
    assert signed_in(getattr(office.cast, who)).get(url(case)).status_code == status


def test_a_visitor_signs_in_first(office: Office, client: Client) -> None:
    assert client.get(url(office.handling(recently()))).status_code == 302


@pytest.mark.parametrize("who", ["lisi", "wangwu"])
def test_a_handler_sees_the_name_and_the_rest_masked(office: Office, signed_in: SignedIn, who: str) -> None:
    page = signed_in(getattr(office.cast, who)).get(url(office.handling(recently()))).content.decode()
    assert "张三" in page
    assert "138****1234" in page
    assert not any(secret in page for secret in SECRETS)


@pytest.mark.parametrize("who", ["qianqi", "fenger", "sunba"])
def test_who_does_not_handle_it_sees_no_name_and_no_data(office: Office, signed_in: SignedIn, who: str) -> None:
    case = office.answered(office.handling(recently()), recently(3))
    services.ask_to_co_handle(actor=office.cast.lisi, case=case, person=office.cast.sunba, at=timezone.now())
    services.add_note(actor=office.cast.lisi, case=case, text="与张三通话", at=timezone.now())
    client = signed_in(getattr(office.cast, who))
    letter = case.letters.get()
    pages = [client.get(url(case)), client.get(reverse("requests_desk:letter", args=[letter.pk]))]
    pages.append(client.get(reverse("requests_desk:letter_paper", args=[letter.pk])))
    for answer in pages:
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "138****" not in text
        assert not any(secret in text for secret in SECRETS)
        if who != "sunba":  # a co-handler reads colleagues' notes
            assert "张三" not in text
    assert client.get(reverse("requests_desk:letter_docx", args=[letter.pk])).status_code == 403


# --- looking at what is masked ---------------------------------------------------------------------------------------------


def test_unmasking_needs_a_reason_and_shows_once(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    where = reverse("requests_desk:unmask", args=[case.pk])
    assert client.get(where).status_code == 200
    refused = client.post(where, {"reason": " "})
    assert refused.status_code == 422
    assert not Unmasking.objects.exists()
    answer = client.post(where, {"reason": "电话核实"})
    text = answer.content.decode()
    assert all(secret in text for secret in SECRETS)
    assert "no-store" in answer["Cache-Control"]
    assert Unmasking.objects.get().reason == "电话核实"
    assert CaseEvent.objects.filter(action="unmask").count() == 1
    again = client.get(url(case)).content.decode()
    assert not any(secret in again for secret in SECRETS)
    assert "电话核实" in again


def test_a_third_party_is_named_in_full_to_who_handles_the_case_only(office: Office, signed_in: SignedIn) -> None:
    case = office.handling(recently())
    said = {"kind": "third_party", "name": "欧阳明远", "at": timezone.now()}
    row = consulting.begin(actor=office.cast.lisi, case=case, **said)
    letter = writing.write_consultation(actor=office.cast.lisi, consultation=row, matter="名单", at=said["at"])
    pages = [url(case), reverse("requests_desk:letter", args=[letter.pk])]
    for who, is_named in (("lisi", True), ("qianqi", False), ("fenger", False)):
        client = signed_in(getattr(office.cast, who))
        found = ["欧阳明远" in client.get(page).content.decode() for page in pages]
        assert found == [is_named, is_named], who


def test_one_number_under_two_names_is_told(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    same = office.handling(recently())
    assert "此前登记的名称不同" not in client.get(url(case)).content.decode()
    Applicant.objects.filter(case=same).update(name="章三")
    text = client.get(url(case)).content.decode()
    assert "此前登记的名称不同：章三" in text


@pytest.mark.law("条例§30")
def test_until_when_a_correction_may_be_asked_for(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    early, late = office.handling(recently(0)), office.handling(recently(30))
    assert "以前一次告知（条例第三十条）" in client.get(url(early)).content.decode()
    assert "以前一次告知（条例第三十条）" not in client.get(url(late)).content.decode()


def test_who_was_asked_is_numbered_in_the_order_of_asking(office: Office, signed_in: SignedIn) -> None:
    other, case = office.handling(recently()), office.handling(recently())
    for one in (other, case):
        row = consulting.begin(actor=office.cast.lisi, case=one, kind="agency", name="市发改委", at=timezone.now())
        letter = writing.write_consultation(
            actor=office.cast.lisi, consultation=row, matter="立项批复", at=timezone.now()
        )
        office.out(letter, recently(0))
    assert row.pk != 1
    assert "（1）征求意见" in signed_in(office.cast.lisi).get(url(case)).content.decode()


@pytest.mark.law("条例§31")
def test_a_confirmation_that_is_late_is_marked(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    late, in_time = office.submitted(recently(20)), office.submitted(recently(0))
    assert "已过期" in client.get(url(late)).content.decode()
    assert "已过期" not in client.get(url(in_time)).content.decode()


def test_reasons_given_in_handling_are_for_handlers(office: Office, signed_in: SignedIn) -> None:
    case = office.in_person(recently())
    fields = {"event": 1, "to": recently(5), "reason": "申请人属低保家庭，来信在途", "at": timezone.now()}
    register.correct_date(actor=office.cast.lisi, case=case, **fields)
    assert "低保家庭" in signed_in(office.cast.lisi).get(url(case)).content.decode()
    assert "低保家庭" not in signed_in(office.cast.qianqi).get(url(case)).content.decode()


def test_who_confirms_a_receipt_sees_whom_to_call(office: Office, signed_in: SignedIn) -> None:
    case = office.submitted(recently(0))
    page = signed_in(office.cast.lisi).get(reverse("requests_desk:act", args=[case.pk, "confirm"])).content.decode()
    assert "申请人留的电话是 138****1234" in page


@pytest.mark.parametrize(("who", "status"), [("qianqi", 403), ("fenger", 403), ("zhaoliu", 404)])
def test_who_does_not_handle_it_cannot_unmask(office: Office, signed_in: SignedIn, who: str, status: int) -> None:
    case = office.handling(recently())
    where = reverse("requests_desk:unmask", args=[case.pk])
    answer = signed_in(getattr(office.cast, who)).post(where, {"reason": "想看"})
    assert answer.status_code == status
    assert not any(secret in answer.content.decode() for secret in SECRETS)
    assert not Unmasking.objects.exists()


# --- what stands on it -------------------------------------------------------------------------------------------------------


def test_open_steps_are_offered_and_the_others_say_why(office: Office, signed_in: SignedIn) -> None:
    case = office.confirmed(recently())
    page = signed_in(office.cast.lisi).get(url(case))
    open_ones = {step.slug for _, steps in page.context["groups"] for step in steps}
    assert {"claim", "transfer", "withdraw"} <= open_ones
    closed = {step.slug: step.reason for step in page.context["closed"]}
    assert "已登记" in closed["extension"] or "办理中" in closed["extension"]
    assert "负责人" in closed["void"]
    assert [step.slug for step in page.context["next_steps"]] == ["claim"]


def test_a_supervisor_may_only_inquire(office: Office, signed_in: SignedIn) -> None:
    page = signed_in(office.cast.qianqi).get(url(office.handling(recently())))
    assert {step.slug for _, steps in page.context["groups"] for step in steps} == {"inquire"}


@pytest.mark.law("条例§33")
def test_the_derivation_is_the_clocks_own(office: Office, signed_in: SignedIn) -> None:
    case = office.handling(recently())
    page = signed_in(office.cast.lisi).get(url(case))
    assert page.context["clock"].due_on == case.due_on
    assert page.context["clock_words"].words in page.content.decode()
    assert page.context["months"]


def test_a_corrected_day_says_so_in_the_record(office: Office, signed_in: SignedIn) -> None:
    case, client = office.in_person(recently()), signed_in(office.cast.lisi)
    to = recently(7)
    said = {"event": 1, "to": to.isoformat(), "reason": "登记时看错日期"}
    answer = client.post(reverse("requests_desk:act", args=[case.pk, "correct-date"]), said)
    assert answer.status_code == 302
    assert fresh(case).received_on == to
    assert f"已更正为 {to}" in client.get(url(case)).content.decode()


def test_remedies_run_from_service(office: Office, signed_in: SignedIn) -> None:
    case = office.answered(office.handling(recently()), recently(3))
    page = signed_in(office.cast.lisi).get(url(case))
    assert [period.label for period in page.context["periods"]] == ["申请行政复议", "提起行政诉讼"]


# --- files -------------------------------------------------------------------------------------------------------------------


def test_a_file_is_decrypted_for_who_may_read_it_and_noted(office: Office, signed_in: SignedIn) -> None:
    case, cast = office.handling(recently()), office.cast
    services.ask_to_co_handle(actor=cast.lisi, case=case, person=cast.sunba, at=timezone.now())
    proof = CaseFile.objects.get(pk=kept(case, FileRole.INTERNAL, cast.lisi).pk)
    CaseFile.objects.filter(pk=proof.pk).update(role=FileRole.PROOF)
    where = reverse("requests_desk:file", args=[case.pk, proof.pk])
    answer = signed_in(cast.lisi).get(where)
    assert answer.content == PDF
    assert "attachment" in answer["Content-Disposition"]
    assert CaseEvent.objects.filter(facts__taken=True).count() == 1
    statuses = {who: signed_in(getattr(cast, who)).get(where).status_code for who in ("qianqi", "sunba", "zhaoliu")}
    assert statuses == {"qianqi": 403, "sunba": 403, "zhaoliu": 404}
    page = signed_in(cast.qianqi).get(url(case)).content.decode()
    assert "身份证.pdf" not in page


@pytest.mark.law("条例§37")
def test_a_redacted_copy_says_what_is_covered_and_stands_by_its_original(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    original = kept(case, FileRole.ORIGINAL, office.cast.lisi, "名单.pdf")
    where = reverse("requests_desk:act", args=[case.pk, "file"])
    said = {"role": "released", "original": original.pk}
    refused = client.post(where, {**said, "upload": SimpleUploadedFile("名单（遮盖）.pdf", PDF)})
    assert refused.status_code == 422
    assert "请写明遮盖了哪些内容" in refused.content.decode()
    same = client.post(where, {**said, "upload": SimpleUploadedFile("名单（遮盖）.pdf", PDF), "redaction": "姓名"})
    assert (same.status_code, "与原件完全相同" in same.content.decode()) == (409, True)
    covered = PDF + b"% covered\n"
    taken = {**said, "upload": SimpleUploadedFile("名单（遮盖）.pdf", covered), "redaction": "学生姓名"}
    assert client.post(where, taken).status_code == 302
    files = dict(client.get(url(case)).context["files"])
    assert [copy.redaction for copy in files["拟提供信息的原件"][0].copies] == ["学生姓名"]


def test_a_file_that_is_no_file_of_ours_is_refused_beside_the_form(office: Office, signed_in: SignedIn) -> None:
    case = office.handling(recently())
    where = reverse("requests_desk:act", args=[case.pk, "file"])
    said = {"role": "internal", "upload": SimpleUploadedFile("a.exe", b"MZ\x90\x00" + b"\x00" * 200)}
    answer = signed_in(office.cast.lisi).post(where, said)
    assert answer.status_code == 409
    assert not CaseFile.objects.exists()


def test_released_files_are_frozen_with_the_answer_and_removable_before(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    wrong = kept(case, FileRole.RELEASED, office.cast.lisi)
    assert client.get(reverse("requests_desk:remove_file", args=[case.pk, wrong.pk])).status_code == 405
    assert client.post(reverse("requests_desk:remove_file", args=[case.pk, wrong.pk])).status_code == 302
    assert not case.files.filter(erased_at=None).exists()
    right = kept(case, FileRole.RELEASED, office.cast.lisi)
    office.answered(case, recently(3))
    answer = client.post(reverse("requests_desk:remove_file", args=[case.pk, right.pk]))
    assert answer.status_code == 409
    with pytest.raises(Refused, match="不能再变动"):
        kept(fresh(case), FileRole.RELEASED, office.cast.lisi)


# --- what it costs -----------------------------------------------------------------------------------------------------------


def _queries(client: Client, case: InformationRequest) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url(case)).status_code == 200
    return len(seen)


def test_the_page_costs_the_same_with_one_letter_and_with_ten(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)

    def ask(n: int) -> None:
        letter = writing.ask_correction(
            actor=office.cast.lisi, case=fresh(case), points=[f"第{n}点"], workdays=10, at=at(recently(3))
        )
        letter.refresh_from_db()
        services.add_note(actor=office.cast.lisi, case=case, text=f"备注{n}", at=timezone.now())
        kept(case, FileRole.INTERNAL, office.cast.lisi)

    ask(0)
    _queries(client, case)
    one = _queries(client, case)
    for n in range(9):
        ask(n + 1)
    assert case.letters.count() == 10
    assert _queries(client, case) == one
    assert one <= 60
