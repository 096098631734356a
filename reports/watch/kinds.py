"""What the watch looks at; pure."""

from django.db import models


class WatchKind(models.TextChoices):
    """Something that should worry somebody, in the order of the page."""

    EMPTY = "empty", "空白栏目"
    STALE = "stale", "栏目超期未更新"
    DEAD_LINK = "dead_link", "链接失效"
    LATE_DRAFT = "late_draft", "超期未公开"
    PUBLISHED_LATE = "published_late", "本月逾期公开"
    LATE_REPLY = "late_reply", "申请超期未答复"
    DUE_TODAY = "due_today", "申请今天到期"
    LATE_CONFIRM = "late_confirm", "收到申请逾期未确认"
    LATE_CORRECTION = "late_correction", "补正通知逾期"
    LATE_INQUIRY = "late_inquiry", "督办逾期未回复"
    LATE_REPORT = "late_report", "年度报告超期未公布"
    LATE_TASK = "late_task", "任务超期"
    LATE_PROBLEM = "late_problem", "问题超期未整改"
    SHORT_QUOTA = "short_quota", "新闻发布未达计划场次"
    FAILED_JOB = "failed_job", "后台任务失败"
    UNDELIVERED = "undelivered", "消息未送达"
    SILENT_PROCESS = "silent_process", "后台进程没有响应"
    SEARCH_LAG = "search_lag", "检索更新滞后"


_K = WatchKind
GROUPS: tuple[tuple[str, tuple[WatchKind, ...]], ...] = (
    ("信息公开", (_K.EMPTY, _K.STALE, _K.DEAD_LINK, _K.LATE_DRAFT, _K.PUBLISHED_LATE)),
    ("依申请公开", (_K.LATE_REPLY, _K.DUE_TODAY, _K.LATE_CONFIRM, _K.LATE_CORRECTION, _K.LATE_INQUIRY)),
    ("统计与考核", (_K.LATE_REPORT, _K.LATE_TASK, _K.LATE_PROBLEM, _K.SHORT_QUOTA)),
    ("系统运行", (_K.FAILED_JOB, _K.UNDELIVERED, _K.SILENT_PROCESS, _K.SEARCH_LAG)),
)
# Of no body: the portal's own running, which system administrators look after.
RUNNING = frozenset({_K.FAILED_JOB, _K.UNDELIVERED, _K.SILENT_PROCESS, _K.SEARCH_LAG})
OF_BODIES = tuple(kind for kind in WatchKind if kind not in RUNNING)
# Heads of the columns of the table of bodies.
SHORT = {
    _K.EMPTY: "空白栏目", _K.STALE: "栏目超期", _K.DEAD_LINK: "链接失效", _K.LATE_DRAFT: "超期未公开",
    _K.PUBLISHED_LATE: "逾期公开", _K.LATE_REPLY: "超期未答复", _K.DUE_TODAY: "今天到期", _K.LATE_CONFIRM: "逾期未确认",
    _K.LATE_CORRECTION: "补正逾期", _K.LATE_INQUIRY: "督办逾期", _K.LATE_REPORT: "年报超期", _K.LATE_TASK: "任务超期", _K.LATE_PROBLEM: "整改超期",
    _K.SHORT_QUOTA: "场次不足",
}  # fmt: skip
# Due today is no lateness yet, and what was published late is over: neither makes a body worse than another.
MILD = frozenset({_K.DUE_TODAY, _K.PUBLISHED_LATE})
JOBS = {
    "extract_text": "提取附件文字",
    "import_documents": "批量导入",
    "notices.deliver": "发送消息",
    "watch_links": "栏目和链接巡查",
    "remind_of_due_days": "公开期限提醒",
    "request_reminders": "申请期限提醒",
    "request_refresh": "申请期限逐日计算",
    "request_recount": "工作日历变动后重算期限",
    "request_clean": "清理申请草稿和无主文件",
    "annual_report_reminders": "年度报告提醒",
    "count_figures": "统计数据按月计数",
    "plan_reminders": "任务和新闻发布提醒",
    "watch_count": "运行监测逐日计数",
    "scorecards_compute": "考核指标计算",
    "problem_reminders": "问题整改提醒",
}

PROCESSES = {"worker": "后台任务", "scheduler": "定时调度", "indexer": "检索更新"}


def job_label(kind: str) -> str:
    """What a job of this kind does, in words."""
    return JOBS.get(kind, "其他后台任务")
