"""The record of what is done in this room."""

from workflow.models import Event


class ReportEvent(Event):
    """One thing done to a report, an analysis, a scorecard or a plan (条例§46, §49)."""

    class Meta(Event.Meta):
        verbose_name = verbose_name_plural = "统计考核办理记录"
