"""What an administrator says about people, departments and the company."""

from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, Optional, Regexp

from crm.kernel.forms import Form, stripped
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l

from .roles import ROLE_NAMES, Role
from .rules import EMAIL, LONGEST_NAME, USERNAME, is_phone, tidy_phone


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _phone(value: Any) -> Any:
    return tidy_phone(value) if isinstance(value, str) else value


class RolesForm(Form):
    roles = SelectMultipleField(
        _l("角色"), choices=[SelectChoice(str(role), name) for role, name in ROLE_NAMES.items()], default=[]
    )

    @property
    def chosen(self) -> set[Role]:
        return {Role(value) for value in self.roles.data or []}


class PersonForm(Form):
    name = StringField(_l("姓名"), [DataRequired(_l("请填写姓名")), Length(max=40)], filters=[stripped])
    title = StringField(_l("职务"), [Length(max=40)], filters=[stripped])
    department = SelectField(_l("部门"), [DataRequired(_l("请选择部门"))], coerce=int)
    phone = StringField(_l("手机"), [Length(max=40)], filters=[stripped, _phone])
    email = StringField(
        _l("邮箱"),
        [Optional(), Length(max=120), Regexp(EMAIL, message=_l("邮箱的写法不对"))],
        filters=[stripped, _lower],
    )

    def validate_phone(self, field: Any) -> None:
        if field.data and not is_phone(field.data):
            raise ValidationError(_("电话只写数字，5 到 20 位。"))

    @property
    def said(self) -> dict[str, str]:
        """The fields that are the person's own words, never None."""
        return {key: self[key].data or "" for key in ("name", "title", "phone", "email")}


class NewPersonForm(PersonForm, RolesForm):
    username = StringField(
        _l("账号"), [DataRequired(_l("请填写账号")), Length(max=32)], filters=[stripped, _lower]
    )

    def validate_username(self, field: Any) -> None:
        if not USERNAME.fullmatch(field.data):
            raise ValidationError(_("账号用字母或数字开头和结尾，中间可以有 . _ -，最多 32 位。"))


class DepartmentForm(Form):
    name = StringField(
        _l("名称"), [DataRequired(_l("请填写名称")), Length(max=LONGEST_NAME)], filters=[stripped]
    )
    parent = SelectField(_l("上级"), coerce=int, validate_choice=True)


class NewDepartmentForm(DepartmentForm):
    kind = RadioField(
        _l("类别"),
        choices=[SelectChoice("department", _l("部门")), SelectChoice("branch", _l("分公司"))],
        default="department",
    )


class CompanyForm(Form):
    name = StringField(
        _l("公司名称"),
        [DataRequired(_l("请填写公司名称")), Length(max=80)],
        filters=[stripped],
        description=_l("与营业执照一致，用在函件和打印的表单上"),
    )
    short_name = StringField(
        _l("简称"),
        [DataRequired(_l("请填写简称")), Length(max=12)],
        filters=[stripped],
        description=_l("用在页面左上角和函件编号里"),
    )
    address = StringField(_l("地址"), [Length(max=200)], filters=[stripped])
    phone = StringField(_l("电话"), [Length(max=40)], filters=[stripped])

    @property
    def said(self) -> dict[str, str]:
        return {key: self[key].data or "" for key in ("name", "short_name", "address", "phone")}
