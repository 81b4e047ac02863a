"""What people may type at the door and about themselves."""

from typing import Any

from wtforms import BooleanField, PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from crm.kernel.forms import Form, stripped
from crm.kernel.languages import lazy_gettext as _l

from .passwords import weakness

#: argon2 takes any length, a request should not
PASSWORD = Length(max=200, message=_l("密码最多 200 位。"))


class SignInForm(Form):
    username = StringField(_l("账号"), [DataRequired(_l("请填写账号")), Length(max=200)], filters=[stripped])
    password = PasswordField(_l("密码"), [InputRequired(_l("请填写密码")), PASSWORD])
    keep = BooleanField(_l("这台电脑 12 小时内免登录"))


class NewPassword(Form):
    """Two equal, not weak passwords. `about`: words that are easy to guess for this person."""

    about: tuple[str, ...] = ()

    password = PasswordField(_l("新密码"), [InputRequired(_l("请填写新密码")), PASSWORD])
    again = PasswordField(
        _l("再输一次"), [InputRequired(_l("请再输一次")), EqualTo("password", _l("两次输入的不一样"))]
    )

    def validate_password(self, field: Any) -> None:
        if fault := weakness(field.data, *self.about):
            raise ValidationError(fault)


class OwnPasswordForm(NewPassword):
    current = PasswordField(_l("现在的密码"), [InputRequired(_l("请填写现在的密码")), PASSWORD])
