"""Facts of a letter with everything in them, for tests to take things away from."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from requests_app.letters.facts import LetterFacts, Part
from requests_app.outcomes import OUTCOMES

FULL = LetterFacts(
    department_name="云岚市教育局",
    office_name="云岚市教育局办公室",
    office_address="云岚市青溪区学府路1号",
    phone="0000-1234567",
    review_body="云岚市人民政府",
    court="云岚市青溪区人民法院",
    city="云岚市",
    number="YJ2026-00012",
    applicant_name="张三",
    request_text="2025年全市“双减”专项督导报告",
    submitted_on=date(2026, 3, 2),
    first_received_on=date(2026, 3, 3),
    received_on=date(2026, 3, 12),
    steps_so_far=("2026年3月5日，本机关告知您补正申请内容。", "2026年3月12日，本机关收到您的补正材料。"),
    due_on=date(2026, 4, 10),
    old_due_on=date(2026, 4, 1),
    extension_workdays=7,
    correction_points=("写明所申请信息的文号", "写明所申请信息的形成年份；"),
    correction_workdays=10,
    correction_served_on=date(2026, 3, 5),
    correction_due_on=date(2026, 3, 19),
    answer_by_on=date(2026, 3, 20),
    withdrawn_on=date(2026, 3, 21),
    consulted_name="云岚市启明培训中心",
    consulted_as="第三方",
    consult_sent_on=date(2026, 3, 13),
    consult_due_on=date(2026, 4, 3),
    third_party_opinion="第三方不同意公开，认为其中的课程定价方法属于商业秘密",
    fee_amount=Decimal("880.00"),
    fee_lines=("31至100页，70页，每页10元，700元", "101至109页，9页，每页20元，180元"),
    fee_served_on=date(2026, 3, 16),
    payment_due_on=date(2026, 4, 13),
    payee="云岚市财政局非税收入专户，凭缴款码在代理银行缴纳",
    reason="经核对，其中的内容公开后会使督导方法失去作用",
    matter="督导报告中关于云岚市启明培训中心的记录",
    granted_text="《2025年全市“双减”专项督导报告》，共12页",
    parts=(Part("报告第三部分中的课程定价方法", "deny_third_party", "第三方不同意公开且有合理理由"),),
    publication_source="云岚市人民政府门户网站“政府信息公开”栏目",
    search_record="在本机关档案管理系统和公文处理系统中，以“双减”“专项督导”为关键词检索2025年形成的全部文件",
    redirect_body="云岚市人民政府教育督导委员会办公室",
    redirect_contact="云岚市青溪区学府路3号，电话0000-7654321",
    prior_number="云教公开复〔2025〕8号",
    prior_on=date(2025, 11, 20),
    special_law="《不动产登记暂行条例》第二十七条",
    secret_level="机密",
    secret_authority="云岚市教育局",
    secret_basis="《教育工作国家秘密范围的规定》",
    secret_until="20年",
    rectified_to="联系地址为云岚市青溪区学府路1号",
    delivery_form="纸质，邮寄",
)


def facts_for(outcome_code: str, **changes: Any) -> LetterFacts:
    """Full facts of an answer with this decision."""
    outcome = OUTCOMES[outcome_code]
    kind = outcome.kinds[0] if outcome.kinds else ""
    return replace(FULL, outcome_code=outcome_code, **{"ground_kind": kind, **changes})
