"""A record with a state, its event model, and its table of transitions - for these tests only."""

from django.db import models

from workflow.models import Event
from workflow.transitions import NEW, Transition, TransitionTable


class Paper(models.Model):
    """Something that is drafted, checked and published."""

    title = models.CharField(max_length=40)
    state = models.CharField(max_length=20, default="draft")
    note = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "workflow_tests"

    def __str__(self) -> str:
        return self.title


class Batch(models.Model):
    """An import."""

    class Meta:
        app_label = "workflow_tests"

    def __str__(self) -> str:
        return f"{self.pk}"


class PaperEvent(Event):
    """What was done to papers and batches."""

    class Meta(Event.Meta):
        app_label = "workflow_tests"


MODELS = (Paper, Batch, PaperEvent)
TABLE = TransitionTable(
    rows=(
        Transition("draft", "submit", "review", "clerk", "条例§17"),
        Transition("review", "send_back", "draft", "reviewer", "条例§17", needs=("ground",)),
        Transition("review", "publish", "published", "approver", "条例§26", clock="stop", letter="none"),
        Transition(NEW, "import_published", "published", "approver", "条例§26", needs=("ground",)),
        Transition("draft", "import_published", "published", "approver", "条例§26"),
    ),
    noun="文件",
    states={"draft": "起草", "review": "审核", "published": "已公开"},
    actions={"submit": "提交", "send_back": "退回", "publish": "发布", "import_published": "导入"},
    roles={"clerk": "采编", "reviewer": "审核", "approver": "签发"},
    facts={"ground": "理由"},
)
