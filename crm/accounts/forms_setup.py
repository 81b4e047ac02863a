"""What the first person says, once."""

from typing import Any

from wtforms import StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from crm.kernel.forms import stripped
from crm.kernel.languages import lazy_gettext as _l

from .forms import NewPassword
from .forms_people import CompanyForm, _lower
from .rules import USERNAME, planned_departments


class SetupForm(NewPassword):
    company_name = CompanyForm.name
    short_name = CompanyForm.short_name
    name = StringField(_l("管理员姓名"), [DataRequired(_l("请填写姓名")), Length(max=40)], filters=[stripped])
    username = StringField(
        _l("管理员账号"), [DataRequired(_l("请填写账号")), Length(max=32)], filters=[stripped, _lower]
    )
    departments = TextAreaField(_l("部门"), [DataRequired(_l("请至少写一个部门")), Length(max=10_000)])

    def validate_username(self, field: Any) -> None:
        if not USERNAME.fullmatch(field.data):
            raise ValidationError(_l("账号用字母或数字开头和结尾，中间可以有 . _ -，最多 32 位。"))

    def validate_departments(self, field: Any) -> None:
        try:
            planned_departments(field.data)
        except ValueError as fault:
            raise ValidationError(str(fault)) from fault
