"""The desks' pages, each with somebody who works there."""

from tests.browser.places import Place

FIGURES, QUARTERLY = "/desk/reports/figures/", "/desk/reports/quarterly/"
DOCUMENTS, REGISTERS, REQUESTS = "/desk/documents/", "/desk/documents/registers/", "/desk/requests/"
REPORTS = "/desk/reports/"
PLANS, WATCH = "/desk/reports/plans/", "/desk/reports/watch/"
A_PLAN = "SELECT min(id) FROM reports_workplan WHERE state = "
A_TASK = "SELECT min(t.id) FROM reports_task t JOIN reports_workplan p ON p.id = t.plan_id WHERE "
LED_BY_BUREAU = (
    f"{A_TASK} p.state = 'issued' AND t.lead_id = (SELECT id FROM accounts_department WHERE code = 'jyj') AND "
)
SCORECARDS, PROBLEMS = "/desk/reports/scorecards/", "/desk/reports/problems/"
EVALUATION = "/desk/reports/evaluation/"
A_REVISION = "SELECT min(id) FROM disclosure_revision WHERE state = "
A_CASE = "SELECT min(id) FROM requests_app_informationrequest WHERE state = "
A_LETTER = "SELECT min(id) FROM requests_app_letter WHERE state = "
PUBLISHED = "SELECT min(id) FROM catalog_document WHERE state = 'published' AND department_id = "
OF_BUREAU = "(SELECT id FROM accounts_department WHERE code = 'jyj')"
AN_ASSESSMENT = "SELECT min(id) FROM reports_assessment WHERE state = "
RESULTS = (
    "SELECT min(reports_result.id) FROM reports_result JOIN reports_scorecard ON card_id = reports_scorecard.id "
    f"JOIN reports_assessment ON assessment_id = reports_assessment.id WHERE department_id = {OF_BUREAU} AND state = "
)
A_RESULT = (
    f"{RESULTS} 'announced' AND reports_result.deducted > 0 "
    "AND reports_result.id NOT IN (SELECT result_id FROM reports_objection)"
)
A_PROBLEM = "SELECT min(id) FROM reports_problem WHERE state = "
HANDLED = f"{A_CASE} 'handling' AND kind = 'information'"

DESK = {
    "desk": Place("/desk/", who="lisi"),
    # people
    "people": Place("/desk/people/", who="wushi"),
    "new person": Place("/desk/people/new/", who="wushi"),
    "record of people": Place("/desk/people/record/", who="zhengyi"),
    "my account": Place("/desk/people/mine/", who="lisi"),
    "person": Place("/desk/people/{}/", "SELECT id FROM accounts_user WHERE username = 'lisi'", "wushi"),
    # documents
    "documents": Place(DOCUMENTS, who="wushi"),
    "a document's desk": Place(f"{DOCUMENTS}{{}}/", f"{PUBLISHED} {OF_BUREAU}", "wangwu"),
    "withdraw": Place(f"{DOCUMENTS}{{}}/withdraw/", f"{PUBLISHED} {OF_BUREAU}", "wangwu"),
    "archive": Place(f"{DOCUMENTS}{{}}/archive/", f"{PUBLISHED} {OF_BUREAU}", "wangwu"),
    "take down": Place(f"{DOCUMENTS}{{}}/take-down/", f"{PUBLISHED} {OF_BUREAU}", "wangwu"),
    "explain a takedown": Place(f"{DOCUMENTS}{{taken down}}/explain/", who="wangwu"),
    "versions": Place(f"{DOCUMENTS}{{with a version}}/versions/", who="lisi"),
    "imports": Place(f"{DOCUMENTS}imports/", who="zhengyi"),
    "import": Place(f"{DOCUMENTS}imports/{{}}/", "SELECT min(id) FROM disclosure_importrun", "zhengyi"),
    "overview of publishing": Place(f"{DOCUMENTS}overview/", who="wangwu"),
    # drafts and reviews
    "drafts": Place(f"{DOCUMENTS}drafts/", who="lisi"),
    "new draft": Place(f"{DOCUMENTS}drafts/new/", who="lisi"),
    "draft": Place(f"{DOCUMENTS}drafts/{{}}/", f"{A_REVISION} 'draft'", "lisi"),
    "next version": Place(f"{DOCUMENTS}drafts/{{next version}}/", who="lisi"),
    "draft in review": Place(f"{DOCUMENTS}drafts/{{}}/", f"{A_REVISION} 'in_review'", "lisi"),
    "preview": Place(f"{DOCUMENTS}drafts/{{}}/preview/", f"{A_REVISION} 'draft'", "lisi"),
    "drop a draft": Place(f"{DOCUMENTS}drafts/{{}}/drop/", f"{A_REVISION} 'draft'", "lisi"),
    "rule of the department": Place(f"{DOCUMENTS}rule/", who="wangwu"),
    "reviews": Place(f"{DOCUMENTS}review/", who="sunba"),
    "review": Place(f"{DOCUMENTS}review/{{}}/", f"{A_REVISION} 'in_review'", "sunba"),
    "secrecy review": Place(f"{DOCUMENTS}review/{{}}/", f"{A_REVISION} 'in_secrecy'", "zhoujiu"),
    "signature": Place(f"{DOCUMENTS}review/{{}}/", f"{A_REVISION} 'in_approval'", "wangwu"),
    # rounds
    "rounds": Place(f"{DOCUMENTS}rounds/", who="wangwu"),
    "open a round": Place(f"{DOCUMENTS}rounds/open/", who="wangwu"),
    "round": Place(f"{DOCUMENTS}rounds/{{round}}/", who="wangwu"),
    "item of a round": Place(f"{DOCUMENTS}rounds/{{round}}/items/{{item}}/", who="wangwu"),
    "publish a result": Place(f"{DOCUMENTS}rounds/{{result}}/publish/", who="wangwu"),
    "offers": Place(f"{DOCUMENTS}rounds/offers/", who="wangwu"),
    "offer": Place(f"{DOCUMENTS}rounds/offers/{{offer}}/", who="wangwu"),
    # registers
    "registers": Place(REGISTERS, who="wangwu"),
    "registers of the city": Place(f"{REGISTERS}check/", who="qianqi"),
    "gazettes": Place(f"{REGISTERS}gazette/", who="qianqi"),
    "new gazette": Place(f"{REGISTERS}gazette/new/", who="qianqi"),
    "gazette to edit": Place(f"{REGISTERS}gazette/{{}}/", "SELECT min(id) FROM disclosure_gazette", "qianqi"),
    "watch": Place(f"{REGISTERS}watch/", who="qianqi"),
    "promises": Place(f"{REGISTERS}watch/promises/", who="qianqi"),
    "guide to edit": Place(f"{REGISTERS}jyj/guide/", who="wangwu"),
    "institution to edit": Place(f"{REGISTERS}jyj/institution/", who="wangwu"),
    "version of a guide": Place(f"{REGISTERS}jyj/guide/1/", who="wangwu"),
    "directory to edit": Place(f"{REGISTERS}jyj/directory/", who="wangwu"),
    "new entry": Place(f"{REGISTERS}jyj/directory/new/", who="wangwu"),
    "entry": Place(
        f"{REGISTERS}jyj/directory/{{}}/",
        f"SELECT min(id) FROM disclosure_directoryentry WHERE department_id = {OF_BUREAU}",
        "wangwu",
    ),
    "register's gaps": Place(f"{REGISTERS}jyj/check/", who="wangwu"),
    "exempt list": Place(f"{REGISTERS}jyj/exempt/", who="wangwu"),
    # applications
    "ledger": Place(f"{REQUESTS}?tab=all", who="lisi"),
    "overview of applications": Place(f"{REQUESTS}overview/", who="wangwu"),
    "overview of the city's applications": Place(f"{REQUESTS}overview/", who="qianqi"),
    "counter": Place(f"{REQUESTS}counter/", who="lisi"),
    "counter's form": Place(f"{REQUESTS}counter/?channel=oral", who="lisi"),
    "counter's receipt": Place(f"{REQUESTS}counter/{{at the counter}}/receipt/", who="lisi"),
    "case to confirm": Place(f"{REQUESTS}{{}}/", f"{A_CASE} 'submitted'", "lisi"),
    "case in hand": Place(f"{REQUESTS}{{}}/", "SELECT case_id FROM requests_app_consultation ORDER BY id", "lisi"),
    "case answered": Place(f"{REQUESTS}{{}}/", f"{A_CASE} 'delivered'", "wangwu"),
    "case as supervised": Place(f"{REQUESTS}{{}}/", HANDLED, "qianqi"),
    "look at the applicant": Place(f"{REQUESTS}{{}}/unmask/", HANDLED, "lisi"),
    "decide": Place(f"{REQUESTS}{{}}/decide/", HANDLED, "lisi"),
    "confirm": Place(f"{REQUESTS}{{}}/confirm/", f"{A_CASE} 'submitted'", "lisi"),
    "ask for a correction": Place(f"{REQUESTS}{{}}/correction/", HANDLED, "lisi"),
    "consult": Place(f"{REQUESTS}{{}}/consult/", HANDLED, "lisi"),
    "fee": Place(f"{REQUESTS}{{}}/fee/", HANDLED, "lisi"),
    "split": Place(f"{REQUESTS}{{}}/split/", HANDLED, "lisi"),
    "inquire": Place(f"{REQUESTS}{{}}/inquire/", HANDLED, "qianqi"),
    "letters to sign": Place(f"{REQUESTS}letters/to-sign/", who="wangwu"),
    "letter to sign": Place(f"{REQUESTS}letters/{{}}/", f"{A_LETTER} 'in_approval'", "wangwu"),
    "letter": Place(f"{REQUESTS}letters/{{}}/", f"{A_LETTER} 'served'", "lisi"),
    "letter as paper": Place(f"{REQUESTS}letters/{{}}/paper/", f"{A_LETTER} 'served'", "lisi"),
    "reminders": Place(f"{REQUESTS}reminders/", who="lisi"),
    "recounts": Place(f"{REQUESTS}recounts/", who="lisi"),
    # annual reports
    "annual reports at the desk": Place(f"{REPORTS}annual/", who="qianqi"),
    "annual report in draft": Place(f"{REPORTS}annual/{{annual draft}}/", who="lisi"),
    "texts of an annual report": Place(f"{REPORTS}annual/{{annual draft}}/texts/", who="lisi"),
    "figures of an annual report": Place(f"{REPORTS}annual/{{annual draft}}/figures/", who="lisi"),
    "drop an annual report": Place(f"{REPORTS}annual/{{annual draft}}/drop/", who="lisi"),
    "annual report of the city at the desk": Place(f"{REPORTS}annual/{{annual whole}}/", who="qianqi"),
    "applications behind a figure": Place(
        f"{REPORTS}annual/{{annual draft}}/cell/?table=table3&row=new_received&column=total", who="lisi"
    ),
    "documents behind a figure": Place(
        f"{REPORTS}annual/{{annual draft}}/cell/?table=table2&row=reg_docs&column=valid", who="lisi"
    ),
    "remedies behind a figure": Place(
        f"{REPORTS}annual/{{annual draft}}/cell/?table=table4&row=reconsideration&column=total", who="lisi"
    ),
    "collected reports": Place(f"{REPORTS}annual/collected/", who="qianqi"),
    "collected report": Place(f"{REPORTS}annual/collected/{{collected}}/", who="qianqi"),
    # statistics
    "figures of an office": Place(FIGURES, who="wangwu"),
    "figures of the city": Place(FIGURES, who="qianqi"),
    "cases behind a figure": Place(f"{FIGURES}cases/?measure=channel&key=online&department=jyj", who="lisi"),
    "analyses": Place(QUARTERLY, who="lisi"),
    "new analysis": Place(f"{QUARTERLY}begin/", who="lisi"),
    "analysis": Place(f"{QUARTERLY}{{analysis}}/", who="lisi"),
    "analysis to write": Place(f"{QUARTERLY}{{analysis}}/write/", who="lisi"),
    "analysis to sign": Place(f"{QUARTERLY}{{analysis}}/publish/", who="wangwu"),
    "analysis to correct": Place(f"{QUARTERLY}{{published analysis}}/revise/", who="wangwu"),
    # plans and trainings
    "tasks": Place(PLANS, who="lisi"),
    "tasks of the city": Place(f"{PLANS}?tab=all", who="qianqi"),
    "new plan": Place(f"{PLANS}new/", who="qianqi"),
    "plan to follow": Place(f"{PLANS}{{}}/", f"{A_PLAN} 'issued'", "qianqi"),
    "plan on paper": Place(f"{PLANS}{{}}/", f"{A_PLAN} 'draft'", "qianqi"),
    "head of a plan": Place(f"{PLANS}{{}}/head/", f"{A_PLAN} 'draft'", "qianqi"),
    "import tasks": Place(f"{PLANS}{{}}/import/", f"{A_PLAN} 'draft'", "qianqi"),
    "issue a plan": Place(f"{PLANS}{{}}/step/issuance/", f"{A_PLAN} 'draft'", "qianqi"),
    "new task": Place(f"{PLANS}{{}}/tasks/new/", f"{A_PLAN} 'draft'", "qianqi"),
    "task on paper": Place(f"{PLANS}tasks/{{}}/edit/", f"{A_TASK} p.state = 'draft'", "qianqi"),
    "task": Place(f"{PLANS}tasks/{{}}/", f"{LED_BY_BUREAU} t.state = 'open' AND t.kind = 'task'", "lisi"),
    "briefings": Place(f"{PLANS}tasks/{{}}/", f"{LED_BY_BUREAU} t.kind = 'briefing'", "lisi"),
    "report progress": Place(f"{PLANS}tasks/{{}}/act/report/", f"{LED_BY_BUREAU} t.state = 'open'", "lisi"),
    "move a deadline": Place(f"{PLANS}tasks/{{}}/act/deadline/", f"{LED_BY_BUREAU} t.state = 'open'", "qianqi"),
    "confirm a task": Place(f"{PLANS}tasks/{{}}/act/confirm/", f"{LED_BY_BUREAU} t.state = 'reported'", "qianqi"),
    "correct progress": Place(
        f"{PLANS}progress/{{}}/correct/",
        f"SELECT min(id) FROM reports_progress WHERE task_id = ({LED_BY_BUREAU} t.state = 'open' AND t.kind = 'task')",
        "lisi",
    ),
    "trainings": Place("/desk/reports/trainings/", who="qianqi"),
    "new training": Place("/desk/reports/trainings/new/", who="lisi"),
    "training": Place(
        "/desk/reports/trainings/{}/", f"SELECT min(id) FROM reports_training WHERE department_id = {OF_BUREAU}", "lisi"
    ),
    # the watch
    "watch of the city": Place(WATCH, who="qianqi"),
    "watch of a body": Place(WATCH, who="wangwu"),
    "what is watched": Place(f"{WATCH}kinds/late_task/", who="qianqi"),
    "acknowledge": Place(f"{WATCH}kinds/late_task/acknowledge/?department=jyj", who="wangwu"),
    "failed jobs": Place(f"{WATCH}jobs/", who="zhengyi"),
    # scorecards
    "assessments at the desk": Place(SCORECARDS, who="qianqi"),
    "assessments of one's own body": Place(SCORECARDS, who="wangwu"),
    "open an assessment": Place(f"{SCORECARDS}open/", who="qianqi"),
    "assessment to judge": Place(f"{SCORECARDS}{{open assessment}}/", who="qianqi"),
    "assessment announced": Place(f"{SCORECARDS}{{}}/", f"{AN_ASSESSMENT} 'announced'", "qianqi"),
    "ranking of an assessment": Place(f"{SCORECARDS}{{}}/", f"{AN_ASSESSMENT} 'published'", "wangwu"),
    "announce an assessment": Place(f"{SCORECARDS}{{open assessment}}/announce/", who="qianqi"),
    "publish an assessment": Place(f"{SCORECARDS}{{}}/publish/", f"{AN_ASSESSMENT} 'announced'", "qianqi"),
    "indicators of an assessment": Place(f"{SCORECARDS}{{open assessment}}/indicators/", who="qianqi"),
    "judge an indicator": Place(f"{SCORECARDS}{{open assessment}}/indicators/{{judged indicator}}/", who="qianqi"),
    "scorecard": Place(f"{SCORECARDS}{{}}/cards/jyj/", f"{AN_ASSESSMENT} 'announced'", "wangwu"),
    "result": Place(f"{SCORECARDS}results/{{}}/", A_RESULT, "wangwu"),
    "files beside a result": Place(f"{SCORECARDS}results/{{}}/prove/", f"{RESULTS} 'open'", "qianqi"),
    "object to a result": Place(f"{SCORECARDS}results/{{}}/object/", A_RESULT, "wangwu"),
    "objections": Place(f"{SCORECARDS}objections/", who="qianqi"),
    "objection": Place(f"{SCORECARDS}objections/{{}}/", "SELECT min(id) FROM reports_objection", "qianqi"),
    "sets of indicators": Place(f"{SCORECARDS}sets/", who="qianqi"),
    "new set of indicators": Place(f"{SCORECARDS}sets/new/", who="qianqi"),
    "set of indicators": Place(f"{SCORECARDS}sets/{{draft set}}/", who="qianqi"),
    "describe a set": Place(f"{SCORECARDS}sets/{{draft set}}/edit/", who="qianqi"),
    "new section": Place(f"{SCORECARDS}sets/{{draft set}}/sections/new/", who="qianqi"),
    "section": Place(f"{SCORECARDS}sets/{{draft set}}/sections/{{section}}/", who="qianqi"),
    "new indicator": Place(f"{SCORECARDS}sets/{{draft set}}/indicators/new/", who="qianqi"),
    "indicator": Place(f"{SCORECARDS}sets/{{draft set}}/indicators/{{draft indicator}}/", who="qianqi"),
    # problems
    "problems": Place(PROBLEMS, who="qianqi"),
    "new problem": Place(f"{PROBLEMS}new/", who="qianqi"),
    "where problems come from": Place(f"{PROBLEMS}sources/", who="qianqi"),
    "problem": Place(f"{PROBLEMS}{{}}/", f"{A_PROBLEM} 'open'", "wangwu"),
    "report measures": Place(f"{PROBLEMS}{{}}/report/", f"{A_PROBLEM} 'open'", "wangwu"),
    "problem with files": Place(
        f"{PROBLEMS}{{}}/",
        "SELECT min(problem_id) FROM reports_problemremark WHERE id IN (SELECT remark_id FROM reports_proof)",
        "qianqi",
    ),
    "remove a file": Place("/desk/reports/proofs/{}/remove/", "SELECT min(id) FROM reports_proof", "qianqi"),
    "close a problem": Place(f"{PROBLEMS}{{}}/close/", f"{A_PROBLEM} 'reported'", "qianqi"),
    # questionnaires
    "questionnaires": Place(EVALUATION, who="qianqi"),
    "new questionnaire": Place(f"{EVALUATION}new/", who="qianqi"),
    "questionnaire": Place(f"{EVALUATION}{{draft questionnaire}}/", who="qianqi"),
    "describe a questionnaire": Place(f"{EVALUATION}{{draft questionnaire}}/edit/", who="qianqi"),
    "answers in words": Place(
        f"{EVALUATION}{{}}/words/", "SELECT min(id) FROM reports_questionnaire WHERE state = 'published'", "qianqi"
    ),
    "new question": Place(f"{EVALUATION}{{draft questionnaire}}/questions/new/", who="qianqi"),
    "question": Place(f"{EVALUATION}{{draft questionnaire}}/questions/{{question}}/", who="qianqi"),
    # days and messages
    "calendar of due days": Place("/desk/calendar/", who="lisi"),
    "calendar of the city": Place("/desk/calendar/2027/", who="qianqi"),
    "messages": Place("/desk/notices/", who="lisi"),
    "which messages": Place("/desk/notices/preferences/", who="lisi"),
    "deliveries": Place("/desk/notices/deliveries/", who="zhengyi"),
    "send again": Place("/desk/notices/deliveries/{delivery}/resend/", who="zhengyi"),
    "working days": Place("/desk/workdays/2026/", who="lisi"),
    "load a calendar": Place("/desk/workdays/import/", who="zhengyi"),
}
