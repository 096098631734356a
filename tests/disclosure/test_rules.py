"""Who may: every sentence agrees with its queryset twin, for everybody and everything."""

from accounts.models import Department
from catalog.models import Document
from disclosure import rules
from disclosure.models import ImportRun
from tests.cast import Cast
from tests.make import make_document, make_run


def test_documents_visible_agree_with_their_twin(cast: Cast) -> None:
    for department in cast.departments.values():
        make_document(department)
        make_document(department, disclosure_attribute="withheld")
    for name, user in cast.people.items():
        visible = set(rules.documents_visible_to(user))
        for document in Document.objects.select_related("department"):
            assert (document in visible) is rules.can_see_document(user, document), name


def test_importable_departments_and_runs_agree_with_their_twins(cast: Cast) -> None:
    runs = [make_run(department, department.code) for department in cast.departments.values()]
    for name, user in cast.people.items():
        importable, visible = set(rules.departments_importable_by(user)), set(rules.runs_visible_to(user))
        for department in Department.objects.all():
            assert (department in importable) is rules.can_import_into(user, department), name
        for run in runs:
            assert (run in visible) is rules.can_see_run(user, run), name
    assert ImportRun.objects.count() == len(runs)


def test_clerks_do_not_import_and_administrators_only_into_their_department(cast: Cast) -> None:
    assert not rules.departments_importable_by(cast.lisi).exists()
    assert set(rules.departments_importable_by(cast.wushi)) == {cast.jyj, cast.jyj_bgs}
    assert not rules.departments_importable_by(cast.fenger).exists(), "auditors change nothing"
    assert rules.can_import_into(cast.zhengyi, cast.wjw)


def test_approvers_offered_are_those_who_may_approve_somewhere(cast: Cast) -> None:
    offered = set(rules.approvers_for(cast.zhengyi))
    for user in (person for person in cast.people.values() if person.is_authenticated):
        somewhere = any(rules.can_approve_import(user, department) for department in Department.objects.all())
        assert (user in offered) is somewhere, user


def test_a_person_called_system_is_not_the_system(cast: Cast) -> None:
    cast.zhangsan.username = rules.SYSTEM_USERNAME
    cast.zhangsan.save()
    assert not rules.departments_importable_by(cast.zhangsan).exists()
