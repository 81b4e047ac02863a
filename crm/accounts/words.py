"""What the audit chain's entries about an account are called on the screen."""

from crm.kernel.languages import lazy_pgettext

ENTRIES = {
    "user:add": lazy_pgettext("done", "新增账号"),
    "user:edit": lazy_pgettext("done", "修改资料"),
    "user:roles": lazy_pgettext("done", "修改角色"),
    "user:password": lazy_pgettext("done", "修改密码"),
    "user:disable": lazy_pgettext("done", "停用账号"),
    "user:enable": lazy_pgettext("done", "恢复账号"),
    "user:hand_over": lazy_pgettext("done", "离职移交"),
    "user:weight": lazy_pgettext("done", "设置能力权重"),
    "user:sign_in": lazy_pgettext("done", "登录"),
    "user:sign_in_failed": lazy_pgettext("done", "登录时密码不对"),
    "user:sign_out": lazy_pgettext("done", "退出登录"),
    "user:end_session": lazy_pgettext("done", "退出其他设备"),
}
