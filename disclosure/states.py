"""What may happen to a document next; pure. Later capabilities add the reviews between draft and published."""

from catalog.states import DocumentState
from workflow.transitions import NEW, Transition, TransitionTable

PUBLISH_AT_SOURCE = "publish_at_source"
LAND_AS_DRAFT = "land_as_draft"
WITHDRAW = "withdraw"
TAKE_DOWN = "take_down"
EXPLAIN_TAKE_DOWN = "explain_take_down"

DOCUMENTS = TransitionTable(
    noun="该文件",
    rows=(
        Transition(
            source=NEW,
            action=PUBLISH_AT_SOURCE,
            target=DocumentState.PUBLISHED,
            role="importer",
            article="条例§19、§23：已在源站主动公开的信息迁入本平台继续公开，依据和批准人按批次载明一次",
            needs=("approver", "ground"),
        ),
        Transition(
            source=NEW,
            action=LAND_AS_DRAFT,
            target=DocumentState.DRAFT,
            role="importer",
            article="条例§16、§17：公开属性未定或者不属主动公开的，未经审查不得公开",
            needs=("approver", "ground"),
        ),
        Transition(
            source=DocumentState.PUBLISHED,
            action=WITHDRAW,
            target=DocumentState.WITHDRAWN,
            role="withdrawer",
            article="条例§6、§18：发布有误或者动态调整为不再公开的，撤下并说明原因，原址保留",
            needs=("reason",),
        ),
        Transition(
            source=DocumentState.PUBLISHED,
            action=TAKE_DOWN,
            target=DocumentState.TAKEN_DOWN,
            role="taker_down",
            article="条例§14、§17：发现涉密等不得公开的内容，一人即可先行下架，事后补充说明",
        ),
        Transition(
            source=DocumentState.WITHDRAWN,
            action=TAKE_DOWN,
            target=DocumentState.TAKEN_DOWN,
            role="taker_down",
            article="条例§14、§17：已撤下的，标题和原因也不得公开时，同样可以紧急下架",
        ),
    ),
    states=dict(DocumentState.choices),
    actions={
        PUBLISH_AT_SOURCE: "按源站公开导入",
        LAND_AS_DRAFT: "导入为草稿",
        WITHDRAW: "撤下",
        TAKE_DOWN: "紧急下架",
        EXPLAIN_TAKE_DOWN: "补充下架说明",
    },
    roles={
        "importer": "机构管理员、系统管理员",
        "withdrawer": "签发、机构管理员",
        "taker_down": "公开机构负责人、签发、系统管理员",
    },
    facts={"approver": "批准人", "ground": "依据", "reason": "原因"},
)
