"""Who has not signed in."""

from crm.accounts.roles import Perm, Role


class Nobody:
    """A stranger: may do nothing, sees nothing."""

    id = None
    name = ""
    locale = None
    is_authenticated = is_active = sees_all = must_change = False
    is_anonymous = True
    roles: frozenset[str] = frozenset()

    def get_id(self) -> None:
        return None

    def may(self, _perm: Perm) -> bool:
        return False

    def holds(self, *_roles: Role) -> bool:
        return False
