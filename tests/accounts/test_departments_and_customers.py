"""What hangs on departments hangs along when they move, and keeps them from being closed."""

from datetime import date
from typing import Any

import pytest

from crm.complaints.models import Opinion
from crm.customers import Customer
from crm.kernel import clock
from tests.cast import Cast


def draft(cast: Cast, session: Any, owner: Any) -> Customer:
    now = clock.now()
    customer = Customer(
        name="云州恒拓精密机械有限公司",
        author_id=owner.id,
        owner_id=owner.id,
        department_id=owner.department_id,
        department_path=owner.department.path,
        collected_on=date(2026, 1, 9),
        created_at=now,
        updated_at=now,
    )
    session.add(customer)
    session.flush()
    return customer


@pytest.mark.rule("CUS-3")
def test_customers_move_with_their_department(as_: Any, cast: Cast, session: Any) -> None:
    mine, other = draft(cast, session, cast.salesperson), draft(cast, session, cast.salesperson2)
    before = other.department_path
    sales, branch = cast.department("销售一部"), cast.department("青岚分公司")
    answer = as_("administrator").post(
        f"/departments/{sales.id}", data={"name": sales.name, "parent": branch.id}
    )
    assert answer.status_code == 303
    assert mine.department_path == sales.path == f"{branch.path}{sales.id}/"
    assert other.department_path == before


def test_opinions_move_with_the_department_that_took_them_in(as_: Any, cast: Cast, session: Any) -> None:
    now = clock.now()
    opinion = Opinion.register(
        kind="complaint",
        severity="general",
        channel="phone",
        what_happened="密封漏水",
        customer_name="云州恒拓",
        contact_name="李工",
        received_at=now,
        by=cast.service_agent,
        at=now,
    )
    service, branch = cast.department("客户服务部"), cast.department("青岚分公司")
    as_("administrator").post(f"/departments/{service.id}", data={"name": service.name, "parent": branch.id})
    assert opinion.department_path == service.path == f"{branch.path}{service.id}/"


def test_a_department_with_customers_is_not_closed(as_: Any, cast: Cast, session: Any) -> None:
    draft(cast, session, cast.salesperson2)
    for person in ("salesperson2", "sales_manager2"):
        cast[person].department = cast.department("综合二部")
    sales = cast.department("销售二部")
    answer = as_("administrator").post(f"/departments/{sales.id}/closure")
    assert answer.status_code == 409
    assert "1 家客户" in answer.get_data(as_text=True)
