"""The numbers of a quarter: those of the annual report and of the figures, words of many, repetitions as numbers."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from reports.annual.counting import table3, table4
from reports.annual.tables import TOTAL
from reports.figures.behind import cases_behind
from reports.figures.counting import Span
from reports.figures.measures import Measure, Stock
from reports.figures.periods import quarter_of
from reports.figures.services import count_months
from reports.models import MonthlyFigure
from reports.quarterly.counting import bodies_of, figures_of
from reports.quarterly.subjects import Asked, frequent_words, repeats
from reports.quarterly.wording import PARTS, changed, texts_of, total_of
from requests_app.models import InformationRequest
from search.text import segmenter
from tests.reports.figures.filling import fill
from tests.requests_app.casework import Office, at

TODAY = date(2026, 12, 20)
NOW = timezone.make_aware(datetime(2026, 12, 20, 9))
THIRD = quarter_of(2026, 3, TODAY)


@pytest.fixture
def years(office: Office) -> Office:
    cast = office.cast
    fill(cast, [cast.jyj, cast.wjw, cast.qxq_jyj], count=1500, first=date(2025, 5, 1), last=TODAY)
    return office


@pytest.mark.django_db
@pytest.mark.law("条例§46", "条例§47")
def test_four_quarters_are_the_annual_report(years: Office) -> None:
    root = years.cast.szf
    bodies = bodies_of(root, is_consolidated=True)
    quarters = [quarter_of(2026, number, date(2027, 1, 9)) for number in (1, 2, 3, 4)]
    found = [figures_of(root, each, is_consolidated=True, at=NOW) for each in quarters]
    rows, remedies = table3(bodies, 2026), table4(bodies, 2026)
    assert sum(total_of(each, Measure.CHANNEL) for each in found) == rows["new_received"][TOTAL] > 500
    assert sum(total_of(each, Measure.OUTCOME) for each in found) == rows["total_processed"][TOTAL]
    assert (found[0]["carried"], found[3]["open"]) == (rows["carried_over"][TOTAL], rows["carried_forward"][TOTAL])
    assert [each["open"] for each in found[:3]] == [each["carried"] for each in found[1:]]
    assert sum(found[3]["pending"].values()) == sum(row["pending"] for row in remedies.values()) > 0
    assert found[2]["before"]["received"] == total_of(found[1], Measure.CHANNEL)
    assert found[2]["before"]["open"] == found[1]["open"]


@pytest.mark.django_db
def test_three_months_of_figures_are_the_quarter(years: Office) -> None:
    count_months(THIRD.keys, at=NOW)
    for body in (years.cast.jyj, None):
        found = figures_of(body or years.cast.szf, THIRD, is_consolidated=body is None, at=NOW)
        for measure in (Measure.CHANNEL, Measure.OUTCOME, Measure.ANSWERED, Measure.WORKDAYS, Measure.REMEDY):
            kept = MonthlyFigure.objects.filter(department=body, measure=measure).values_list("value", flat=True)
            assert total_of(found, measure) == sum(kept), measure


@pytest.mark.django_db
def test_every_number_of_the_quarter_has_its_cases(years: Office) -> None:
    jyj = years.cast.jyj
    found = figures_of(jyj, THIRD, is_consolidated=False, at=NOW)
    span = Span((jyj.pk,), THIRD.first, THIRD.last, NOW)
    for measure in (Measure.CHANNEL, Measure.OUTCOME, Measure.ANSWERED, Measure.WORKDAYS, Measure.APPLICANT):
        for key, number in found["counts"][measure.value].items():
            assert cases_behind(span, measure, key).count() == number, (measure, key)
    assert cases_behind(span, Stock.CARRIED).count() == found["carried"]
    assert cases_behind(span, Stock.OPEN).count() == found["open"]


@pytest.mark.django_db
def test_of_whom_an_analysis_speaks(years: Office) -> None:
    cast = years.cast
    assert bodies_of(cast.jyj, is_consolidated=False) == (cast.jyj.pk,)
    assert set(bodies_of(cast.qxq, is_consolidated=True)) == {cast.qxq.pk, cast.qxq_jyj.pk}
    assert cast.jyj_bgs.pk not in bodies_of(cast.szf, is_consolidated=True)


@pytest.mark.django_db
def test_who_was_erased_is_counted_and_not_read(office: Office) -> None:
    day = date(2026, 8, 4)
    for number in range(3):
        office.confirmed(day, title="学位预警名单", id_number=f"1101051949123100{number}X", id_kind="passport")
    found = figures_of(office.cast.jyj, THIRD, is_consolidated=False, at=NOW)
    assert dict(found["words"]) == {"学位": 3, "预警": 3}
    assert found["repeats"] == {"matters": 1, "cases": 3, "applicants": 0, "cases_of_applicants": 0}
    InformationRequest.objects.update(anonymised_at=at(day + timedelta(days=1)), matter_key="")
    found = figures_of(office.cast.jyj, THIRD, is_consolidated=False, at=NOW)
    assert found["words"] == [] and total_of(found, Measure.CHANNEL) == 3


# --- words and repetitions ---------------------------------------------------------------------------------------------


def asked(*rows: tuple[str, str]) -> list[Asked]:
    return [Asked(who, matter, matter) for who, matter in rows]


def words(*rows: tuple[str, str], without: tuple[str, ...] = ()) -> dict[str, int]:
    return dict(frequent_words(asked(*rows), segmenter(), without=without))


def test_a_word_needs_three_applications_of_three_applicants() -> None:
    matter = "书院路小学扩建"
    assert words(("甲", matter), ("乙", matter)) == {}
    assert words(("甲", matter), ("甲", matter), ("甲", matter), ("乙", matter)) == {}  # one who insists
    assert words(("", matter), ("", matter), ("", matter)) == {}  # perhaps one person
    found = words(("甲", matter), ("乙", matter), ("丙", matter))
    assert found["扩建"] == 3 and found["小学"] == 3


def test_words_of_every_application_numbers_and_single_letters_are_left_out() -> None:
    matter = "申请公开云岚市2025年校车运营有关信息的文件ABC"
    found = words(*[(who, matter) for who in "甲乙丙"], without=("云岚市", "云岚"))
    assert {"校车", "运营"} <= set(found)
    assert not {"申请", "公开", "信息", "文件", "2025", "年", "的", "abc", "云岚", "云岚市"} & set(found)


def test_a_word_repeated_in_one_application_counts_once_and_the_most_frequent_come_first() -> None:
    found = frequent_words(
        asked(("甲", "食堂食堂食堂"), ("乙", "食堂检查"), ("丙", "食堂检查"), ("丁", "检查食堂")), segmenter()
    )
    assert found == [("食堂", 4), ("检查", 3)]


@pytest.mark.law("条例§36")
def test_repetitions_are_numbers_and_nothing_else() -> None:
    rows = [*[("甲", "一")] * 5, ("乙", "一"), ("丙", "二"), ("", "三"), ("", "三"), ("丁", "")]
    found = repeats(asked(*rows))
    assert (found.matters, found.cases, found.applicants, found.cases_of_applicants) == (2, 8, 1, 5)


# --- sentences ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(4, 3, "比上一季度增加 1 件（33.3%）"), (3, 4, "比上一季度减少 1 件（25.0%）"), (3, 3, "与上一季度持平"),
     (10, 3, "比上一季度增加 7 件（233.3%）"), (5, 0, "上一季度为 0 件"), (0, 0, "与上一季度持平")],
)  # fmt: skip
def test_a_change_is_said_in_words(now: int, before: int, said: str) -> None:
    assert changed(now, before, "上一季度") == said


@pytest.mark.django_db
def test_every_part_has_its_paragraph_out_of_the_numbers(years: Office) -> None:
    found = figures_of(years.cast.szf, THIRD, is_consolidated=True, at=NOW)
    texts = texts_of(found, [found["words"][0][0]])
    assert set(texts) == set(PARTS) and texts["problems"] == ""
    received = total_of(found, Measure.CHANNEL)
    assert f"本季度收到政府信息公开申请 {received:,} 件，比上一季度" in texts["overview"]
    assert "按时率" in texts["timing"] and "上一季度" in texts["timing"] and "个工作日" in texts["timing"]
    assert "予以公开" in texts["results"] and "自然人" in texts["structure"]
    assert "行政复议：新收" in texts["remedies"] and "季末尚未审结" in texts["remedies"]
    assert f"“{found['words'][0][0]}”" in texts["subjects"] and "相同内容的申请" in texts["subjects"]


@pytest.mark.django_db
def test_a_quarter_without_applications_has_sentences_too(office: Office) -> None:
    texts = texts_of(figures_of(office.cast.jyj, THIRD, is_consolidated=False, at=NOW), ["没有的词"])
    assert texts["structure"] == "本季度没有收到申请。" and texts["results"] == "本季度没有办结的申请。"
    assert "没有因政府信息公开申请引起" in texts["remedies"] and "没有作出答复" in texts["timing"]
    assert "没有相同内容的申请" in texts["subjects"] and "没有的词" not in texts["subjects"]
