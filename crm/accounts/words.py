"""What the audit chain's entries about an account are called on the screen."""

from flask_babel import lazy_gettext as _l

ENTRIES = {
    "user:add": _l("新增账号"),
    "user:edit": _l("修改资料"),
    "user:roles": _l("修改角色"),
    "user:password": _l("修改密码"),
    "user:disable": _l("停用账号"),
    "user:enable": _l("恢复账号"),
    "user:sign_in": _l("登录"),
    "user:sign_in_failed": _l("登录时密码不对"),
    "user:sign_out": _l("退出登录"),
    "user:end_session": _l("退出其他设备"),
}
