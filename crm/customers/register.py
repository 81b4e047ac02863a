"""The register: which archives a list shows, and in which order (ARC-16, ARC-17)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import g, url_for
from sqlalchemy import String, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from crm.accounts import Role, User, below
from crm.customers.archive.clocks import UNFILED
from crm.kernel.database import UtcDateTime
from crm.kernel.kept import kept
from crm.kernel.languages import gettext as _
from crm.kernel.paging import Key, Page, capped_count, paged
from crm.kernel.text import ESCAPE, piece
from crm.kernel.todo import NOW
from crm.searching import sought

from .indexing import KIND
from .models import Customer, CustomerState
from .models.belonging import unowned
from .queries import not_contacted

S = CustomerState
VIEWS = ("mine", "department", "all")
SORTS = ("updated", "name", "completeness", "due")
FLAGS = ("trading", "late", "incomplete", "key", "uncontacted")
_STATES = frozenset(str(s) for s in S)
INCOMPLETE = 60  # per cent
_SALES = (Role.SALESPERSON, Role.SALES_MANAGER, Role.BRANCH_MANAGER)
_FAR = literal(datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime())

Owner = aliased(User)
#: unfiled archives by their deadline, then new customers by theirs, then the rest
due = case(
    (Customer.state.in_(UNFILED), func.coalesce(Customer.due_at, _FAR)),
    (
        and_(Customer.first_contact_on.is_(None), Customer.state != S.RETIRED),
        func.coalesce(Customer.contact_due_at, _FAR),
    ),
    else_=_FAR,
).label("due")

COLUMNS = (
    Customer.id,
    Customer.name,
    Customer.code,
    Customer.grade,
    Customer.state,
    Customer.key_customer,
    Customer.completeness,
    Customer.collected_on,
    Customer.due_at,
    Customer.first_contact_on,
    Customer.contact_due_at,
    Customer.updated_at,
    case((unowned(Customer), ""), else_=Owner.name).label("owner"),
)


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what is not known falls back to what everybody sees."""

    view: str
    q: str = ""
    state: str = ""
    grade: str = ""
    trading: bool = False
    late: bool = False
    incomplete: bool = False
    key: bool = False
    uncontacted: bool = False
    sort: str = "updated"
    desc: bool = True

    def without(self, **changes: Any) -> str:
        """The address of the same list with other conditions, from its first page."""
        said = {k: v for k, v in (self._said | changes).items() if v}
        return f"{self._path}?{urlencode(said)}"

    def sort_url(self, key: str) -> str:
        """Another order; the same column again turns it round."""
        down = not self.desc if key == self.sort else key in ("updated",)
        return self.without(sort=key if down else f"{key}-asc")

    @cached_property
    def _path(self) -> str:
        return url_for("customers.index")

    @cached_property
    def _said(self) -> dict[str, Any]:
        flags = {k: "1" for k in FLAGS if getattr(self, k)}
        order = (
            {"sort": self.sort if self.desc else f"{self.sort}-asc"}
            if (self.sort, self.desc) != ("updated", True)
            else {}
        )
        return {"view": self.view, "q": self.q, "state": self.state, "grade": self.grade, **flags, **order}

    @property
    def filtered(self) -> bool:
        flags = any(getattr(self, flag) for flag in FLAGS if flag != "trading")
        return flags or bool(self.q or self.state or self.grade)


def views_of(user: Any) -> list[str]:
    """The saved views somebody has: who sells has their own and their department's."""
    return list(VIEWS) if user.holds(*_SALES) else ["all"]


def asked(args: Mapping[str, str], user: Any) -> Asked:
    """Read the address."""
    views = views_of(user)
    view = args.get("view", "")
    if view not in views:  # who leads a department begins with all of it
        view = views[-1] if user.holds(Role.SALES_MANAGER, Role.BRANCH_MANAGER) else views[0]
    sort, _dash, way = args.get("sort", "").partition("-")
    state, grade = args.get("state", ""), args.get("grade", "")
    return Asked(
        view,
        q=args.get("q", "").strip()[:60],
        state=state if state in _STATES or state == "open" else "",
        grade=grade if grade in ("A", "B", "C", "none") else "",
        **{flag: args.get(flag) == "1" for flag in FLAGS},
        sort=sort if sort in SORTS else "updated",
        desc=(way != "asc") if sort in SORTS else True,
    )


_owner_id = func.coalesce(Customer.owner_id, Customer.author_id)
_LINES: Any = select(*COLUMNS).join(Owner, Owner.id == _owner_id)


def conditions_for(want: Asked, user: Any) -> list[Any]:
    """What the lines of the list have in common; the session adds the scope."""
    conditions = _view(want, user)
    if want.q:
        found: Any = Customer.id.in_(sought(KIND, want.q).ids())
        if want.view == "mine":  # drafts are not in the index
            named = Customer.name.like(bindparam("typed", type_=String()), escape=ESCAPE)
            found = or_(found, and_(Customer.state == S.DRAFT, named))
        conditions.append(found)
    if want.grade:
        conditions.append(Customer.grade.is_(None) if want.grade == "none" else Customer.grade == want.grade)
    if want.trading:
        conditions += [Customer.state == S.FILED, Customer.trading_since.is_not(None)]
    if want.late:
        conditions.append(due < NOW)
    if want.incomplete:
        conditions.append(Customer.completeness < INCOMPLETE)
    if want.key:
        conditions.append(Customer.key_customer)
    if want.uncontacted:
        conditions += not_contacted()
        conditions += [Customer.owner_id == user.id] if want.view == "mine" else []
    return conditions


def _view(want: Asked, user: Any) -> list[Any]:
    """Drafts are their author's; what is retired shows only when it is asked for."""
    conditions: list[Any] = []
    if want.view == "mine":
        conditions.append(or_(Customer.owner_id == user.id, Customer.author_id == user.id))
    elif want.view == "department":
        conditions.append(below(Customer.department_path, user.department.path))
    if want.state == "open":
        conditions.append(Customer.state.in_([s for s in UNFILED if s != S.DRAFT]))
    elif want.state:
        conditions.append(Customer.state == want.state)
    else:
        conditions.append(Customer.state != S.RETIRED)
    if want.view == "mine":
        conditions.append(or_(Customer.state != S.DRAFT, Customer.author_id == user.id))
    else:
        conditions.append(Customer.state != S.DRAFT)
    return conditions


def keys_of(want: Asked) -> list[Key]:
    """The order, the id last so that it is unique."""
    column, read = {
        "updated": (Customer.updated_at, datetime.fromisoformat),
        "name": (Customer.name, None),
        "completeness": (Customer.completeness, None),
        "due": (due, datetime.fromisoformat),
    }[want.sort]
    return [Key(column, want.desc, read), Key(Customer.id, want.desc)]


@dataclass
class Listing:
    """One page as the table's macros want it."""

    page: Page
    want: Asked
    first: int | None = None
    last: int | None = None
    rows: Any = field(default_factory=list)

    @property
    def prev_url(self) -> str | None:
        return self.page.prev_url

    @property
    def next_url(self) -> str | None:
        return self.page.next_url

    @property
    def total_text(self) -> str:
        return _("共 %(n)s 家", n=self.page.total_text) if self.page.total_text else ""


def listing(want: Asked, user: Any) -> Listing:
    """One page of the register."""

    def lines() -> Any:
        chosen = _LINES.where(*conditions_for(want, user))
        return chosen.add_columns(due) if want.sort == "due" else chosen  # the place is told by it

    def count() -> int:
        return capped_count(lines().with_only_columns(Customer.id), **values)

    values: dict[str, Any] = {"now": g.now} if want.late else {}
    shape: tuple[Any, ...] = ()
    if want.q:
        found = sought(KIND, want.q)
        shape, values = found.shape, values | found.values
        if want.view == "mine":
            values["typed"] = piece(want.q)
    total = kept(("register", want, user.scope_key), count)
    ready = "register", replace(want, q="?" if want.q else ""), shape  # one for all that people type
    page = paged(lines, keys_of(want), total=total, kept_as=ready, values=values)
    shown = Listing(page, want, rows=page.rows)
    if page.prev_url is None and page.rows:
        shown.first, shown.last = 1, len(page.rows)
    return shown
