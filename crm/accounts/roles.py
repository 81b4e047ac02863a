"""Roles, permissions and the one table between them. Printed in docs/rules.md; nothing else decides."""

from enum import StrEnum

from crm.kernel.languages import lazy_gettext as _l


class Role(StrEnum):
    """The roles of the glossary. A person may hold several."""

    SALESPERSON = "salesperson"
    SALES_MANAGER = "sales_manager"
    BRANCH_MANAGER = "branch_manager"
    DISPATCHER = "dispatcher"
    ARCHIVIST = "archivist"
    MARKETING_MANAGER = "marketing_manager"
    CUSTODIAN = "custodian"
    SERVICE_AGENT = "service_agent"
    SERVICE_SUPERVISOR = "service_supervisor"
    GENERAL_MANAGER = "general_manager"
    ATTENDANCE_ADMIN = "attendance_admin"
    TECHNICIAN = "technician"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.SALESPERSON: _l("业务员"),
    Role.SALES_MANAGER: _l("业务经理"),
    Role.BRANCH_MANAGER: _l("分公司经理"),
    Role.DISPATCHER: _l("传送专员"),
    Role.ARCHIVIST: _l("归档专员"),
    Role.MARKETING_MANAGER: _l("市场营销部经理"),
    Role.CUSTODIAN: _l("资料管理员"),
    Role.SERVICE_AGENT: _l("客服专员"),
    Role.SERVICE_SUPERVISOR: _l("客服主管"),
    Role.GENERAL_MANAGER: _l("总经理"),
    Role.ATTENDANCE_ADMIN: _l("考勤管理员"),
    Role.TECHNICIAN: _l("技术员"),
    Role.ADMINISTRATOR: _l("系统管理员"),
}


class Perm(StrEnum):
    """What a door may ask for: room:thing:action."""

    CUSTOMER_READ = "customers:archive:read"
    CUSTOMER_ENTER = "customers:archive:enter"
    CUSTOMER_IMPORT = "customers:archive:import"
    CUSTOMER_DISPATCH = "customers:archive:dispatch"
    CUSTOMER_ASSIGN_FILING = "customers:archive:assign_filing"
    CUSTOMER_FILE = "customers:archive:file"
    CUSTOMER_GRADE = "customers:archive:grade"
    CUSTOMER_ASSIGN = "customers:owner:assign"
    CUSTOMER_RETIRE = "customers:archive:retire"
    CUSTOMER_CHECK = "customers:archive:check"
    CUSTOMER_CHANGE = "customers:archive:change"
    CUSTOMER_SUBSCRIBE = "customers:change:subscribe"
    CUSTOMER_PRINT = "customers:archive:print"
    CUSTOMER_LOOKUP = "customers:name:lookup"
    CHANNEL_EDIT = "customers:channel:edit"
    REVIEW_DECIDE = "approvals:review:decide"
    FLOW_EDIT = "approvals:flow:edit"
    OPINION_READ = "complaints:opinion:read"
    OPINION_REGISTER = "complaints:opinion:register"
    OPINION_HANDLE = "complaints:opinion:handle"
    OPINION_ASSIGN = "complaints:opinion:assign"
    OPINION_CLOSE = "complaints:opinion:close"
    OPINION_INSTRUCT = "complaints:opinion:instruct"
    PEOPLE_EDIT = "accounts:people:edit"
    PEOPLE_HAND_OVER = "accounts:people:hand_over"
    SETTINGS_EDIT = "accounts:settings:edit"
    AUDIT_READ = "audit:chain:read"


PERM_NAMES = {
    Perm.CUSTOMER_READ: _l("查看客户档案"),
    Perm.CUSTOMER_ENTER: _l("录入客户档案"),
    Perm.CUSTOMER_IMPORT: _l("导入客户名单"),
    Perm.CUSTOMER_DISPATCH: _l("传送档案"),
    Perm.CUSTOMER_ASSIGN_FILING: _l("指定归档人"),
    Perm.CUSTOMER_FILE: _l("归档"),
    Perm.CUSTOMER_GRADE: _l("评定需求等级"),
    Perm.CUSTOMER_ASSIGN: _l("分配客户归属"),
    Perm.CUSTOMER_RETIRE: _l("停用档案"),
    Perm.CUSTOMER_CHECK: _l("抽查档案"),
    Perm.CUSTOMER_CHANGE: _l("变更在册档案"),
    Perm.CUSTOMER_SUBSCRIBE: _l("订阅客户变更"),
    Perm.CUSTOMER_PRINT: _l("打印客户资料卡"),
    Perm.CUSTOMER_LOOKUP: _l("按名称查找客户"),
    Perm.CHANNEL_EDIT: _l("维护来源渠道"),
    Perm.REVIEW_DECIDE: _l("审批"),
    Perm.FLOW_EDIT: _l("审批流程设置"),
    Perm.OPINION_READ: _l("查看客户意见"),
    Perm.OPINION_REGISTER: _l("登记客户意见"),
    Perm.OPINION_HANDLE: _l("处理客户意见"),
    Perm.OPINION_ASSIGN: _l("指派处理人"),
    Perm.OPINION_CLOSE: _l("办结客户意见"),
    Perm.OPINION_INSTRUCT: _l("批示重大投诉"),
    Perm.PEOPLE_EDIT: _l("管理人员和部门"),
    Perm.PEOPLE_HAND_OVER: _l("办理离职移交"),
    Perm.SETTINGS_EDIT: _l("系统设置"),
    Perm.AUDIT_READ: _l("查看审计链"),
}

_SALES = {Role.SALESPERSON, Role.SALES_MANAGER, Role.BRANCH_MANAGER}
_SERVICE = {Role.SERVICE_AGENT, Role.SERVICE_SUPERVISOR}
_MARKETING = {Role.DISPATCHER, Role.ARCHIVIST, Role.MARKETING_MANAGER}
_MANAGERS = {Role.SALES_MANAGER, Role.BRANCH_MANAGER, Role.GENERAL_MANAGER}

GRANTS: dict[Perm, set[Role]] = {
    Perm.CUSTOMER_READ: _SALES | _MARKETING | _SERVICE | {Role.CUSTODIAN, Role.GENERAL_MANAGER},
    Perm.CUSTOMER_ENTER: _SALES,
    Perm.CUSTOMER_IMPORT: _SALES,  # a branch has a dispatcher, Marketing has none
    Perm.CUSTOMER_DISPATCH: {Role.DISPATCHER},
    Perm.CUSTOMER_ASSIGN_FILING: {Role.MARKETING_MANAGER},
    Perm.CUSTOMER_FILE: {Role.ARCHIVIST},
    Perm.CUSTOMER_GRADE: {Role.SALES_MANAGER},
    Perm.CUSTOMER_ASSIGN: {Role.SALES_MANAGER, Role.BRANCH_MANAGER},
    Perm.CUSTOMER_RETIRE: {Role.SALES_MANAGER, Role.BRANCH_MANAGER},
    Perm.CUSTOMER_CHECK: _MANAGERS,
    Perm.CUSTOMER_CHANGE: _SALES | {Role.ARCHIVIST, Role.CUSTODIAN},
    Perm.CUSTOMER_SUBSCRIBE: _MANAGERS | {Role.MARKETING_MANAGER, Role.SERVICE_SUPERVISOR},
    Perm.CUSTOMER_PRINT: _SALES
    | {Role.MARKETING_MANAGER, Role.ARCHIVIST, Role.CUSTODIAN, Role.GENERAL_MANAGER},
    Perm.CUSTOMER_LOOKUP: _SALES | _SERVICE | {Role.GENERAL_MANAGER},
    Perm.CHANNEL_EDIT: {Role.ADMINISTRATOR},
    Perm.REVIEW_DECIDE: _MANAGERS,
    Perm.FLOW_EDIT: {Role.ADMINISTRATOR},
    Perm.OPINION_READ: _SALES | _SERVICE | {Role.GENERAL_MANAGER, Role.TECHNICIAN},
    Perm.OPINION_REGISTER: _SALES | _SERVICE,
    Perm.OPINION_HANDLE: _SALES | _SERVICE | {Role.GENERAL_MANAGER, Role.TECHNICIAN},
    Perm.OPINION_ASSIGN: {Role.SERVICE_SUPERVISOR, Role.GENERAL_MANAGER},
    Perm.OPINION_CLOSE: {Role.SERVICE_SUPERVISOR},
    Perm.OPINION_INSTRUCT: {Role.GENERAL_MANAGER},
    Perm.PEOPLE_EDIT: {Role.ADMINISTRATOR},
    Perm.PEOPLE_HAND_OVER: {Role.ADMINISTRATOR, Role.BRANCH_MANAGER},  # numbers only, no customer data
    Perm.SETTINGS_EDIT: {Role.ADMINISTRATOR},
    Perm.AUDIT_READ: {Role.ADMINISTRATOR, Role.GENERAL_MANAGER},
}


def perms_of(roles: frozenset[str]) -> frozenset[Perm]:
    """All that these roles together may do."""
    return frozenset(p for p, holders in GRANTS.items() if holders & roles)
