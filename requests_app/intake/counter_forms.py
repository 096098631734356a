"""Is what was written down at the counter well-formed (条例§29, §31, §40): one form, with the days of one door."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.forms import DepartmentChoice
from accounts.models import Department, User
from requests_app import rules
from requests_app.cases.application import Application, Days
from requests_app.deadline_forms import day_field
from requests_app.identity import (
    IdentityKind,
    clean_credit_code,
    clean_identity,
    clean_name,
    clean_phone,
)
from requests_app.intake.counter import Door, SpotAnswer, offices_of, spot_outcomes
from requests_app.intake.counter_files import ROLES, handed
from requests_app.models import ApplicantType, Assistance, CaseKind, WantedDelivery, WantedForm
from requests_app.sealed_files import Kept

MOST_ORGANISATION_CHARS = 120
DAYS = {
    "submitted_on": "提交之日",
    "posted_on": "交邮之日（邮戳）",
    "signed_on": "本机关签收之日",
    "arrived_on": "到达之日",
    "confirmed_on": "双方确认之日",
}
FIRST_DAYS = frozenset({"submitted_on", "signed_on", "arrived_on"})
REACHED_BY = {
    WantedDelivery.POST.value: "address",
    WantedDelivery.EMAIL.value: "email",
    WantedDelivery.FAX.value: "phone",
}
ANSWER = "answer"


def _words(label: str, most: int, *, rows: int = 0, required: bool = False, hint: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    said = {"required": f"请填写{label}。", "max_length": "最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"}
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=hint, widget=widget, error_messages=said
    )


def _choice(label: str, choices: Any, *, required: bool = True, hint: str = "", initial: str = "") -> forms.ChoiceField:
    said = {"required": f"请选择{label}。", "invalid_choice": f"请重新选择{label}。"}
    return forms.ChoiceField(
        label=label, choices=choices, required=required, help_text=hint, initial=initial, error_messages=said
    )


class CounterForm(forms.Form):
    """What came in. `application` and `days` once it is valid; ``files`` are those kept so far, by field."""

    department = DepartmentChoice(
        label="申请人写明的机关",
        queryset=Department.objects.none(),
        empty_label="请选择机关",
        error_messages={"required": "请选择申请人写明的机关。", "invalid_choice": "请重新选择机关。"},
    )
    evidence = _words("收件情况", 500, rows=2)
    read_back = _words(
        "宣读和签名情况",
        300,
        hint="先打印代填表，向申请人宣读，由其签名。例如：已宣读，申请人确认无误并签名，2026年3月2日。",
    )
    applicant_type = _choice("申请人类型", ApplicantType.choices, initial=ApplicantType.NATURAL_PERSON)
    name = _words("姓名或者名称", MOST_ORGANISATION_CHARS, required=True)
    id_kind = _choice("证件种类（自然人）", IdentityKind.choices, required=False, initial=IdentityKind.RESIDENT_ID)
    id_number = _words("证件号码（自然人）", 40, hint="来件没有的可以不填，受理以后通知补正。")
    credit_code = _words("统一社会信用代码（法人、其他组织）", 30)
    contact = _words("联系人（法人、其他组织）", 50)
    phone = _words("联系电话", 40)
    email = forms.EmailField(
        label="电子邮箱", required=False, max_length=120, error_messages={"invalid": "电子邮箱的写法不正确。"}
    )
    address = _words("通信地址", 200)
    kind = _choice("申请种类", CaseKind.choices, initial=CaseKind.INFORMATION)
    title = _words("信息名称", 200, hint="名称、文号、其他特征至少填一项（条例第二十九条），照申请人的原话填写。")
    document_number = _words("文号", 80)
    features = _words("其他特征性描述", 5000, rows=4)
    purpose = _words("用途", 1000, rows=2, hint="申请人自愿说明的才填，不得要求说明。")
    wanted_form = _choice("提供形式", WantedForm.choices, initial=WantedForm.PAPER)
    wanted_delivery = _choice("获取方式", WantedDelivery.choices, initial=WantedDelivery.POST)
    assistance = _choice("需要的帮助（条例第四十三条）", Assistance.choices, required=False)
    suggests_publication = forms.BooleanField(label="申请人建议主动公开", required=False)
    scan = forms.FileField(label="来件或者签名代填表的扫描件", required=False)
    envelope = forms.FileField(label="信封邮戳、签收单", required=False)
    proof = forms.FileField(label="身份证明", required=False, help_text="加密保存，只供本机关办理时查看。")
    attachment = forms.FileField(label="其他材料", required=False)
    office = forms.ModelChoiceField[Department](
        label="登记后转承办科室", queryset=Department.objects.none(), required=False, empty_label="不转，由本机构受理"
    )
    spot_outcome = _choice("当场答复的决定", [], required=False)
    spot_text = _words(
        "当场提供、告知的内容", 2000, rows=3, hint="例如：当场提供复印件 2 页；告知已在本平台公开的网址。"
    )

    def __init__(
        self,
        data: Any = None,
        *,
        door: Door,
        actor: User,
        today: date,
        files: dict[str, Kept] | None = None,
        wrong_files: dict[str, str] | None = None,
    ) -> None:
        super().__init__(data)
        self.door, self.actor, self.today = door, actor, today
        self.kept, self.wrong_files = files or {}, wrong_files or {}
        self._choose_department()
        self._keep_to_the_door()
        for name, kept in self.kept.items():
            if name in self.fields:
                self.fields[name].help_text = f"已收到：{kept.name}。重新选择文件可以替换。"

    def _choose_department(self) -> None:
        bodies = rules.departments_taken_in_by(self.actor)
        own = rules.departments_handled_by(self.actor).bodies()
        fields: dict[str, Any] = self.fields
        fields["department"].queryset = bodies
        fields["department"].initial = own.first()
        fields["wanted_delivery"].initial = self.door.delivery
        offices = offices_of(self.actor)
        fields["office"].queryset = Department.objects.filter(pk__in=[office.pk for office in offices])
        if not offices:
            del fields["office"]

    def _keep_to_the_door(self) -> None:
        """Only what this door knows: its days, its proof; an answer on the spot for who is there."""
        for name in self.door.days:
            first = name in FIRST_DAYS
            self.fields[name] = day_field(DAYS[name], required=first)
            self.fields[name].initial = self.today if name == "submitted_on" else None
        self.fields["evidence"].label, self.fields["evidence"].help_text = self.door.evidence, self.door.hint
        gone = [] if self.door.is_present else ["spot_outcome", "spot_text"]
        gone += [] if self.door.channel == "oral" else ["read_back"]
        gone += [] if self.door.is_by_post else ["envelope"]
        for name in gone:
            del self.fields[name]
        if self.door.is_present:
            outcomes: Any = self.fields["spot_outcome"]
            outcomes.choices = [("", "不当场答复"), *spot_outcomes()]
        if self.door.channel == "oral":
            self.fields["read_back"].required = True

    # --- cleaning --------------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """What one field alone does not tell."""
        said: dict[str, Any] = super().clean() or {}
        self._clean_applicant(said)
        self._clean_wish(said)
        self._clean_then(said)
        for name in self.door.days:
            if said.get(name) and said[name] > self.today:
                self.add_error(name, "这一天还没有到。")
        for name, words in self.wrong_files.items():
            self.add_error(name if name in self.fields else None, words)
        return said

    def _clean_applicant(self, said: dict[str, Any]) -> None:
        is_person = said.get("applicant_type") == ApplicantType.NATURAL_PERSON
        most = 50 if is_person else MOST_ORGANISATION_CHARS
        self._read("name", lambda typed: clean_name(typed, most=most))
        self._read("phone", clean_phone)
        if is_person:
            kind = said.get("id_kind") or IdentityKind.OTHER
            self._read("id_number", lambda typed: clean_identity(kind, typed, on=self.today))
            said["credit_code"] = said["contact"] = ""
        else:
            self._read("credit_code", clean_credit_code)
            self._read("contact", clean_name)
            said["id_number"] = said["id_kind"] = ""

    def _read(self, name: str, read: Callable[[str], str]) -> None:
        """A field as it is kept; what is wrong with it stands beside it. Nothing stays nothing."""
        typed = self.cleaned_data.get(name)
        if not typed:
            return
        try:
            self.cleaned_data[name] = read(typed)
        except ValidationError as error:
            self.add_error(name, error)

    def _clean_wish(self, said: dict[str, Any]) -> None:
        """条例§29, §40: something is asked for, and there is a way to give it."""
        if not any(said.get(name) for name in ("title", "document_number", "features")):
            self.add_error("title", "名称、文号、其他特征至少填一项；来件没有写明的，照来件原话填入“其他特征性描述”。")
        needs = "" if self.wants_answer else REACHED_BY.get(said.get("wanted_delivery", ""), "")
        if needs and not said.get(needs) and needs not in self.errors:
            self.add_error(needs, f"获取方式为“{WantedDelivery(said['wanted_delivery']).label}”的，请填写这一项。")

    def _clean_then(self, said: dict[str, Any]) -> None:
        """What is to happen at once can happen at once."""
        body, office = said.get("department"), said.get("office")
        is_own = body is None or rules.can_take_in_for(self.actor, body)
        if said.get("confirmed_on") and not is_own:
            self.add_error("confirmed_on", "代其他机关登记的，由该机关与申请人确认，这里不填。")
        if office and body and not office.path.startswith(body.path):
            self.add_error("office", f"“{office}”不是{body}的内设机构。")
        if office and "confirmed_on" in self.fields and not said.get("confirmed_on"):
            self.add_error("office", "双方确认以后才能转承办科室。")
        if self.wants_answer:
            self._clean_answer(said, is_own=is_own)

    def _clean_answer(self, said: dict[str, Any], *, is_own: bool) -> None:
        """条例§33: on the spot is today, by the body that answers."""
        for name in ("spot_outcome", "spot_text"):
            if not said.get(name):
                self.add_error(name, f"当场答复的，请填写{self.fields[name].label}。")
        if not is_own:
            self.add_error("spot_text", "代其他机关登记的，由该机关答复，不能当场答复。")
        if said.get("submitted_on") and said["submitted_on"] != self.today:
            self.add_error("submitted_on", "提交之日不是今天的，不是当场答复，请登记后办理。")

    # --- what comes of it ------------------------------------------------------------------------------------------------

    @property
    def wants_answer(self) -> bool:
        """Whether the second button was pressed."""
        return self.door.is_present and self.data.get("do") == ANSWER

    def application(self) -> Application:
        """条例§29: as the register takes it."""
        said = self.cleaned_data
        plain = (
            *("department", "applicant_type", "name", "id_kind", "id_number", "credit_code", "contact", "phone"),
            *("email", "address", "kind", "title", "document_number", "features", "purpose", "wanted_form"),
            *("wanted_delivery", "assistance", "suggests_publication"),
        )
        values = {name: said[name] for name in plain}
        values["id_kind"] = said["id_kind"] if said["id_number"] else ""
        return Application(
            channel=self.door.channel,
            read_back=said.get("read_back", ""),
            files=handed(self.kept),
            **values,
        )

    def days(self) -> Days:
        """条例§31: the days this door states."""
        said = {name: self.cleaned_data.get(name) for name in self.door.days}
        return Days(**said, evidence=self.cleaned_data.get("evidence", ""))  # type: ignore[arg-type]

    def spot(self) -> SpotAnswer | None:
        """条例§33: the answer given across the counter, if that button was pressed."""
        if not self.wants_answer:
            return None
        return SpotAnswer(self.cleaned_data["spot_outcome"], self.cleaned_data["spot_text"])

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(title, fields) in the order of the page."""
        found = []
        for title, names in self.GROUPS.items():
            wanted = self.door.days if names == "days" else names.split()
            fields = [self[name] for name in wanted if name in self.fields]
            if fields:
                found.append((title, fields))
        return found

    def written(self) -> list[tuple[str, str]]:
        """What was typed, as it is read back: label and words, empty ones left out."""
        names = [name for group in STATEMENT for name in group.split() if name in self.fields]
        return [(str(self.fields[name].label), words) for name in names if (words := self._shown(name))]

    def _shown(self, name: str) -> str:
        value, field = self[name].value(), self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            row = field.queryset.filter(pk=value).first() if str(value or "").isdigit() and field.queryset else None
            return str(row or "")
        if isinstance(field, forms.ChoiceField):
            pairs: Any = field.choices
            return str(dict(pairs).get(value, "")) if value else ""
        return str(value or "").strip()

    GROUPS = {
        "申请人写明的机关": "department",
        "日期": "days",
        "凭证": "evidence read_back",
        "申请人": "applicant_type name id_kind id_number credit_code contact",
        "联系方式": "phone email address",
        "申请内容": "kind title document_number features purpose",
        "提供形式和获取方式": "wanted_form wanted_delivery assistance suggests_publication",
        "材料": " ".join(ROLES),
        "登记以后": "office spot_outcome spot_text",
    }


STATEMENT = (
    "department submitted_on applicant_type name",
    "id_kind id_number credit_code contact phone email address",
    "kind title document_number features purpose",
    "wanted_form wanted_delivery assistance",
)
