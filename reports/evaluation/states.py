"""What may happen to a questionnaire; pure."""

from django.db import models

from workflow.transitions import NEW, Transition, TransitionTable


class QuestionnaireState(models.TextChoices):
    """Where a questionnaire stands."""

    DRAFT = "draft", "编制中"
    OPEN = "open", "评议中"
    CLOSED = "closed", "已结束"
    PUBLISHED = "published", "结果已公布"


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    STARS = "stars", "五级评价"
    CHOICE = "choice", "单项选择"
    TEXT = "text", "文字意见"


# Nobody answers any more, and what was said stands.
OVER = (QuestionnaireState.CLOSED, QuestionnaireState.PUBLISHED)
COMPOSE, EDIT, DROP, OPEN, CLOSE, PUBLISH = (
    f"{verb}_questionnaire" for verb in ("compose", "edit", "drop", "open", "close", "publish")
)
QUESTIONNAIRES = TransitionTable(
    noun="该问卷",
    rows=(
        Transition(NEW, COMPOSE, QuestionnaireState.DRAFT, "supervisor", "条例§46：社会评议"),
        Transition(QuestionnaireState.DRAFT, OPEN, QuestionnaireState.OPEN, "supervisor", "条例§46"),
        Transition(QuestionnaireState.OPEN, CLOSE, QuestionnaireState.CLOSED, "supervisor", "到期自动结束"),
        Transition(QuestionnaireState.CLOSED, PUBLISH, QuestionnaireState.PUBLISHED, "supervisor", "条例§50"),
    ),
    states=dict(QuestionnaireState.choices),
    actions={COMPOSE: "新建", EDIT: "修改", DROP: "删除", OPEN: "开始评议", CLOSE: "结束评议", PUBLISH: "公布结果"},
    roles={"supervisor": "主管部门"},
)
