"""The sample company: its name, its tree of departments, one named person for each role.

User names equal the role; the second holder of a role, in the other branch, has the suffix 2.
"""

from crm.accounts import Role

COMPANY = {"name": "云州明澜泵业有限公司", "short_name": "明澜泵业"}

#: (name, kind, name of the department above)
DEPARTMENTS = (
    ("总公司", "company", None),
    ("市场营销部", "department", "总公司"),
    ("客户服务部", "department", "总公司"),
    ("云州分公司", "branch", "总公司"),
    ("销售一部", "department", "云州分公司"),
    ("综合部", "department", "云州分公司"),
    ("青岚分公司", "branch", "总公司"),
    ("销售二部", "department", "青岚分公司"),
    ("综合二部", "department", "青岚分公司"),
)

#: (user name, name, department, role)
PEOPLE = (
    ("salesperson", "陈知远", "销售一部", Role.SALESPERSON),
    ("sales_manager", "林晚舟", "销售一部", Role.SALES_MANAGER),
    ("branch_manager", "方叙白", "云州分公司", Role.BRANCH_MANAGER),
    ("dispatcher", "罗启帆", "综合部", Role.DISPATCHER),
    ("custodian", "温如玉", "综合部", Role.CUSTODIAN),
    ("attendance_admin", "何静姝", "综合部", Role.ATTENDANCE_ADMIN),
    ("technician", "周亦安", "综合部", Role.TECHNICIAN),
    ("service_agent", "顾北辰", "客户服务部", Role.SERVICE_AGENT),
    ("service_supervisor", "沈书瑶", "客户服务部", Role.SERVICE_SUPERVISOR),
    ("archivist", "江若溪", "市场营销部", Role.ARCHIVIST),
    ("marketing_manager", "宋知意", "市场营销部", Role.MARKETING_MANAGER),
    ("general_manager", "许怀瑾", "总公司", Role.GENERAL_MANAGER),
    ("administrator", "宋工", "总公司", Role.ADMINISTRATOR),
    ("salesperson2", "赵明朗", "销售二部", Role.SALESPERSON),
    ("sales_manager2", "苏以宁", "销售二部", Role.SALES_MANAGER),
    ("branch_manager2", "白慕辰", "青岚分公司", Role.BRANCH_MANAGER),
    ("dispatcher2", "叶听澜", "综合二部", Role.DISPATCHER),
    ("custodian2", "梁伯言", "综合二部", Role.CUSTODIAN),
    ("attendance_admin2", "吴砚秋", "综合二部", Role.ATTENDANCE_ADMIN),
    ("technician2", "秦望舒", "综合二部", Role.TECHNICIAN),
    ("service_agent2", "陆星野", "综合二部", Role.SERVICE_AGENT),
    ("service_supervisor2", "顾清和", "综合二部", Role.SERVICE_SUPERVISOR),
    ("archivist2", "唐婉如", "市场营销部", Role.ARCHIVIST),
    ("marketing_manager2", "乔木然", "市场营销部", Role.MARKETING_MANAGER),
    ("salesperson3", "何青山", "销售一部", Role.SALESPERSON),
)
