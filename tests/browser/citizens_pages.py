"""Citizens' pages, without an account and with one."""

from tests.browser.places import Place

A_DOCUMENT = "SELECT d.id FROM catalog_document d WHERE d.state = 'published' AND d.listed_at IS NOT NULL AND "
EXPLAINED = "SELECT r.target_id FROM catalog_documentrelation r WHERE r.kind = 'interprets' AND r.target_id = d.id"
ATTACHED = "SELECT a.document_id FROM catalog_attachment a WHERE a.document_id = d.id"
LONGEST = "ORDER BY (SELECT -length(b.text) FROM catalog_documentbody b WHERE b.document_id = d.id)"
WITH_TABLE = "d.id IN (SELECT document_id FROM catalog_documentbody WHERE html LIKE '%<table%') ORDER BY d.id"
A_PUBLIC_ASSESSMENT = "SELECT min(id) FROM reports_assessment WHERE public_at IS NOT NULL"
A_QUESTIONNAIRE = "SELECT min(id) FROM reports_questionnaire WHERE state = "
COUNTED = "on=2026-09-14&who_1=third_party&sent_1=2026-09-16&returned_1=2026-09-22"

# What anybody may read.
PUBLIC = {
    "home": Place("/"),
    "list": Place("/documents/"),
    "search": Place("/documents/?q=补贴"),
    "filtered search": Place("/documents/?q=补贴&validity=valid"),
    "nothing found": Place("/documents/?q=火星移民&validity=repealed"),
    "document": Place("/documents/{}/", f"{A_DOCUMENT} EXISTS ({EXPLAINED}) AND EXISTS ({ATTACHED}) ORDER BY d.id"),
    "longest document": Place("/documents/{}/", f"{A_DOCUMENT} 1 {LONGEST}"),
    "table document": Place("/documents/{}/", f"{A_DOCUMENT} {WITH_TABLE}"),
    "repealed document": Place("/documents/{}/", f"{A_DOCUMENT} d.validity = 'repealed' ORDER BY d.id"),
    "amended document": Place("/documents/{}/", f"{A_DOCUMENT} d.validity = 'amended' ORDER BY d.id"),
    "interpretation": Place("/documents/{}/", f"{A_DOCUMENT} d.interpretation_kind != '' ORDER BY d.id"),
    "withdrawn document": Place(
        "/documents/{}/", "SELECT id FROM catalog_document WHERE state = 'withdrawn' ORDER BY id"
    ),
    "archived document": Place("/documents/{archived}/"),
    "taken-down document": Place("/documents/{taken down}/", status=410),
    "beside": Place(
        "/documents/{}/beside/{}/",
        "SELECT target_id, source_id FROM catalog_documentrelation WHERE kind = 'interprets' ORDER BY id",
    ),
    "columns": Place("/columns/"),
    "column": Place("/columns/normative/"),
    "key area": Place("/areas/elderly/"),
    "departments": Place("/departments/"),
    "department": Place("/departments/jyj/"),
    "enterprise": Place("/departments/gsgs/"),
    "interpretations": Place("/interpretations/"),
    "guide": Place("/guide/"),
    "annual reports": Place("/annual-reports/"),
    "annual report": Place("/annual-reports/{annual year}/wjw/"),
    "annual report of a government": Place("/annual-reports/{annual year}/szf/all/"),
    "data": Place("/data/"),
    "figures": Place("/data/figures/"),
    "figures of a body": Place("/data/figures/?department=jyj"),
    "quarterly analyses": Place("/data/quarterly/"),
    "quarterly analysis": Place("/data/quarterly/{published analysis}/"),
    "clean-ups": Place("/cleanup/"),
    "clean-up": Place("/cleanup/{result}/"),
    "directories": Place("/directory/"),
    "directory": Place("/directory/jyj/"),
    "institutions": Place("/institutions/"),
    "institution": Place("/institutions/jyj/"),
    "guides": Place("/guides/"),
    "guide of a body": Place("/guides/jyj/"),
    "gazette": Place("/gazette/"),
    "gazette issue": Place("/gazette/{}/{}/", "SELECT year, number FROM disclosure_gazette ORDER BY id"),
    "plans": Place("/plans/"),
    "plans of a year": Place("/plans/{}/", "SELECT year FROM reports_workplan WHERE state = 'closed'"),
    "plan": Place("/plans/{}/{}/", "SELECT year, id FROM reports_workplan WHERE state = 'issued'"),
    "apply": Place("/apply/"),
    "deadline": Place(f"/apply/deadline/?channel=in_person&{COUNTED}"),
    "deadline refused": Place("/apply/deadline/?channel=in_person&on=1999-01-01"),
    "apply online": Place("/apply/online/who/"),
    "follow": Place("/apply/follow/"),
    "open an account": Place("/accounts/new/"),
    "results of assessments": Place("/data/assessments/"),
    "result of an assessment": Place("/data/assessments/{}/", A_PUBLIC_ASSESSMENT),
    "evaluations": Place("/evaluation/"),
    "evaluate": Place("/evaluation/{}/?department=jyj", f"{A_QUESTIONNAIRE} 'open'"),
    "choose a body to evaluate": Place("/evaluation/{}/", f"{A_QUESTIONNAIRE} 'open'"),
    "thanks for an evaluation": Place("/evaluation/{}/thanks/", f"{A_QUESTIONNAIRE} 'open'"),
    "results of an evaluation": Place("/evaluation/{}/results/", f"{A_QUESTIONNAIRE} 'published'"),
    "site map": Place("/sitemap/"),
    "accessibility": Place("/accessibility/"),
    "sign-in": Place("/accounts/login/"),
    "not found": Place("/nowhere/", status=404),
}
# What needs a draft in the browser, or an account. 张三 has an application of his own and three gathered ones.
OWN = {
    "apply: how to reach": Place("/apply/online/reach/", who="writing"),
    "apply: the body": Place("/apply/online/body/", who="writing"),
    "apply: what": Place("/apply/online/what/", who="writing"),
    "apply: which way": Place("/apply/online/way/", who="writing"),
    "apply: files": Place("/apply/online/files/", who="writing"),
    "apply: check": Place("/apply/check/", who="writing"),
    "receipt": Place("/apply/receipt/", who="zhangsan"),
    "my applications": Place("/apply/mine/", who="zhangsan"),
    "my new application": Place("/apply/follow/{own}/", who="zhangsan"),
    "my answered application": Place("/apply/follow/{answered}/", who="zhangsan"),
    "my application to correct": Place("/apply/follow/{to correct}/", who="zhangsan"),
    "correct it": Place("/apply/follow/{to correct}/correct/", who="zhangsan"),
    "write to the officer": Place("/apply/follow/{own}/message/", who="zhangsan"),
    "complain": Place("/apply/follow/{answered}/complain/", who="zhangsan"),
    "my letter": Place("/apply/follow/{answered}/", who="zhangsan", link='/apply/follow/[^"]*/take/[^"]*/'),
    "change the password": Place("/accounts/password/change/", who="zhangsan"),
    "say the password again": Place("/accounts/reauthenticate/", who="zhangsan"),
    "sign out": Place("/accounts/logout/", who="zhangsan"),
    "second factor": Place("/accounts/2fa/", who="zhangsan"),
    "begin a second factor": Place("/accounts/2fa/totp/activate/", who="zhangsan"),
    "asked for the code": Place("/accounts/2fa/authenticate/", who="between"),
    "say the code again": Place("/accounts/2fa/reauthenticate/", who="chenliu"),
    "end the second factor": Place("/accounts/2fa/totp/deactivate/", who="chenliu"),
    "recovery codes": Place("/accounts/2fa/recovery-codes/", who="chenliu"),
    "new recovery codes": Place("/accounts/2fa/recovery-codes/generate/", who="chenliu"),
}
# Every component once; its headings are samples.
STYLEGUIDE = {"style guide": Place("/styleguide/")}
