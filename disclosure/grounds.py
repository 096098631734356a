"""The fixed lists people choose from: grounds of a disclosure attribute, waivers of an interpretation. Pure."""

from dataclasses import dataclass

from catalog.states import DisclosureAttribute

PROACTIVE, ON_REQUEST, WITHHELD = (
    DisclosureAttribute.PROACTIVE,
    DisclosureAttribute.ON_REQUEST,
    DisclosureAttribute.WITHHELD,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground in law for one attribute. ``must`` tells a duty from discretion (条例§16 leaves a choice)."""

    attribute: str
    label: str
    must: bool = True


# 条例§19—§21, §13, §27, §14—§16: article by article; codes are stored, never renumber.
GROUNDS: dict[str, Ground] = {
    "19": Ground(PROACTIVE, "条例第十九条：涉及公众利益调整、需要公众广泛知晓或者需要公众参与决策"),
    "20_1": Ground(PROACTIVE, "条例第二十条第（一）项：行政法规、规章和规范性文件"),
    "20_2": Ground(PROACTIVE, "条例第二十条第（二）项：机关职能、机构设置、办公地址、办公时间、联系方式、负责人姓名"),
    "20_3": Ground(PROACTIVE, "条例第二十条第（三）项：国民经济和社会发展规划、专项规划、区域规划及相关政策"),
    "20_4": Ground(PROACTIVE, "条例第二十条第（四）项：国民经济和社会发展统计信息"),
    "20_5": Ground(PROACTIVE, "条例第二十条第（五）项：行政许可和其他对外管理服务事项的依据、条件、程序以及办理结果"),
    "20_6": Ground(
        PROACTIVE, "条例第二十条第（六）项：行政处罚、行政强制的依据、条件、程序以及有一定社会影响的处罚决定"
    ),
    "20_7": Ground(PROACTIVE, "条例第二十条第（七）项：财政预算、决算信息"),
    "20_8": Ground(PROACTIVE, "条例第二十条第（八）项：行政事业性收费项目及其依据、标准"),
    "20_9": Ground(PROACTIVE, "条例第二十条第（九）项：政府集中采购项目的目录、标准及实施情况"),
    "20_10": Ground(PROACTIVE, "条例第二十条第（十）项：重大建设项目的批准和实施情况"),
    "20_11": Ground(
        PROACTIVE, "条例第二十条第（十一）项：扶贫、教育、医疗、社会保障、促进就业等方面的政策、措施及其实施情况"
    ),
    "20_12": Ground(PROACTIVE, "条例第二十条第（十二）项：突发公共事件的应急预案、预警信息及应对情况"),
    "20_13": Ground(
        PROACTIVE, "条例第二十条第（十三）项：环境保护、公共卫生、安全生产、食品药品、产品质量的监督检查情况"
    ),
    "20_14": Ground(PROACTIVE, "条例第二十条第（十四）项：公务员招考的职位、名额、报考条件等事项以及录用结果"),
    "20_15": Ground(
        PROACTIVE, "条例第二十条第（十五）项：法律、法规、规章和国家有关规定规定应当主动公开的其他政府信息"
    ),
    "21": Ground(PROACTIVE, "条例第二十一条：市、县、乡镇结合本地方具体情况应当主动公开的政府信息"),
    "13": Ground(ON_REQUEST, "条例第十三条、第二十七条：除主动公开和不予公开的以外，依申请提供", must=False),
    "14_secret": Ground(WITHHELD, "条例第十四条：依法确定为国家秘密"),
    "14_law": Ground(WITHHELD, "条例第十四条：法律、行政法规禁止公开"),
    "14_safety": Ground(WITHHELD, "条例第十四条：公开后可能危及国家安全、公共安全、经济安全、社会稳定"),
    "15": Ground(WITHHELD, "条例第十五条：涉及商业秘密、个人隐私等，公开会对第三方合法权益造成损害"),
    "16_internal": Ground(WITHHELD, "条例第十六条第一款：人事管理、后勤管理、内部工作流程等内部事务信息", must=False),
    "16_process": Ground(WITHHELD, "条例第十六条第二款：讨论记录、过程稿、磋商信函、请示报告等过程性信息", must=False),
    "16_case": Ground(WITHHELD, "条例第十六条第二款：行政执法案卷信息", must=False),
}

WAIVERS: dict[str, str] = {
    "internal": "不涉及公众权利义务的工作部署",
    "appointment": "人事任免、表彰、机构调整等事项",
    "forwarding": "转发上级文件且上级已经解读",
    "self_evident": "内容简明，无需解读即可理解",
    "urgent": "应急处置急需，先行发布后补解读",
}

ELEMENTS: dict[str, str] = {
    "background": "背景依据",
    "goals": "目标任务",
    "content": "主要内容",
    "scope": "涉及范围",
    "standards": "执行标准",
    "cautions": "注意事项",
    "terms": "关键词诠释",
    "benefits": "惠民利民举措",
    "changes": "新旧政策差异",
}


def grounds_of(attribute: str) -> list[tuple[str, str]]:
    """条例§13, §14, §15, §16, §19, §20, §21: (code, words) of the grounds that carry ``attribute``."""
    return [(code, ground.label) for code, ground in GROUNDS.items() if ground.attribute == attribute]
