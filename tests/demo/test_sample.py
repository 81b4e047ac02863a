"""The sample company: every state is there, every list and clock shows something, and all of it is true."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm import demo
from crm.accounts import Company, Department, Role, User
from crm.approvals.models import Review, ReviewState
from crm.audit import AuditEntry, verify
from crm.complaints.models import Opinion
from crm.complaints.words import State
from crm.customers import Customer, CustomerState
from crm.customers.archive.values import contacts_of, values_of
from crm.customers.entry.complete import musts
from crm.demo.cast import PEOPLE
from crm.kernel import clock
from crm.notifications import Message
from crm.workdays import calendar
from tests.client import signed_in

from .conftest import PASSWORD


def count(rows: Any, *where: Any) -> int:
    return int(rows.scalar(select(func.count()).where(*where)))


def test_a_company_with_two_branches_and_somebody_for_each_role(rows: Any) -> None:
    company = rows.get(Company, 1)
    assert (company.short_name, company.demo) == ("明澜泵业", True)
    kinds = list(rows.scalars(select(Department.kind)))
    assert (kinds.count("company"), kinds.count("branch"), kinds.count("department")) == (1, 2, 6)
    people = list(rows.scalars(select(User).order_by(User.id)))
    assert [(p.username, p.name) for p in people] == [(username, name) for username, name, *_rest in PEOPLE]
    assert set().union(*(p.roles for p in people)) == set(Role)


def test_three_hundred_customers_in_all_states(rows: Any) -> None:
    found = dict(rows.execute(select(Customer.state, func.count()).group_by(Customer.state)).all())
    assert sum(found.values()) == 300
    assert set(found) == set(CustomerState)
    assert min(found.values()) >= 5


def test_forty_opinions_in_all_states_three_of_them_serious(rows: Any) -> None:
    found = dict(rows.execute(select(Opinion.state, func.count()).group_by(Opinion.state)).all())
    assert sum(found.values()) == 40
    assert set(found) == set(State)
    serious = list(rows.scalars(select(Opinion).where(Opinion.severity == "serious")))
    unseen, forwarded, answered = sorted(serious, key=lambda o: o.received_at, reverse=True)
    assert unseen.gm_seen_at is None
    assert (forwarded.state, [i.way for i in forwarded.instructions]) == ("assigned", ["forward"])
    assert (answered.state, answered.answered_by) == ("answered", "letter")
    assert answered.replies[0].number.startswith("明澜函〔2026〕")


def test_reviews_of_all_outcomes(rows: Any) -> None:
    found = set(rows.scalars(select(Review.state)))
    assert found >= {ReviewState.PENDING, ReviewState.APPROVED, ReviewState.RETURNED, ReviewState.REJECTED}
    assert rows.scalar(select(func.max(Review.round))) == 2


def test_what_was_submitted_was_complete(rows: Any) -> None:
    for customer in rows.scalars(select(Customer).where(Customer.state != CustomerState.DRAFT)):
        done, all_ = musts(values_of(customer), contacts_of(customer))
        assert done == all_, customer.name


def test_the_audit_chain_is_whole_and_in_the_order_of_time(rows: Any) -> None:
    assert verify() is None
    moments = list(rows.scalars(select(AuditEntry.at).order_by(AuditEntry.seq)))
    assert moments == sorted(moments)
    assert len(moments) > 2000


def test_everything_happened_on_working_days_and_before_now(rows: Any) -> None:
    moments = set(rows.scalars(select(AuditEntry.at)))
    assert max(moments) <= clock.now()
    assert all(calendar().is_working(clock.local(at).date()) for at in moments)
    assert rows.scalar(select(func.max(Customer.collected_on))) <= clock.today()


def test_clocks_show_late_near_and_in_time(rows: Any) -> None:
    unfiled = Customer.state.in_(["in_review", "returned", "approved", "dispatched"])
    today = clock.at_office(clock.today(), 18)
    assert count(rows, unfiled, Customer.due_at < clock.now()) >= 10
    assert count(rows, unfiled, Customer.due_at == today) >= 5
    assert count(rows, unfiled, Customer.due_at > today) >= 5
    filed = Customer.state == CustomerState.FILED
    assert count(rows, filed, Customer.filed_at > Customer.due_at) >= 10
    assert count(rows, filed, Customer.filed_at <= Customer.due_at) >= 100


@pytest.mark.rule("OWN-3")
def test_some_new_customers_wait_for_their_first_contact(rows: Any) -> None:
    waiting = (Customer.first_contact_on.is_(None), Customer.state.not_in(["draft", "retired"]))
    assert count(rows, *waiting, Customer.contact_due_at < clock.now()) >= 3
    assert count(rows, *waiting, Customer.contact_due_at > clock.now()) >= 10


def test_the_day_has_a_batch_to_dispatch_and_files_to_sort_in_both_branches(rows: Any) -> None:
    for branch in ("云州分公司", "青岚分公司"):
        path = rows.scalar(select(Department.path).where(Department.name == branch))
        below = Customer.department_path.startswith(path)
        assert count(rows, below, Customer.state == "approved") >= 2
        assert count(rows, below, Customer.state == "dispatched", Customer.archivist_id.is_(None)) >= 1
        assert count(rows, below, Customer.state == "dispatched", Customer.archivist_id.is_not(None)) >= 2


def test_completeness_and_grades_differ(rows: Any) -> None:
    low, high = rows.execute(select(func.min(Customer.completeness), func.max(Customer.completeness))).one()
    assert low < 50
    assert high > 85
    assert set(rows.scalars(select(Customer.grade))) == {"A", "B", "C", None}


def test_loading_again_changes_nothing(sample: Flask, rows: Any) -> None:
    before = count(rows, AuditEntry.seq > 0)
    rows.rollback()
    with sample.app_context():
        assert demo.load(sample, PASSWORD) == PASSWORD
    assert count(rows, AuditEntry.seq > 0) == before


def test_everybody_signs_in_with_the_same_password(sample: Flask) -> None:
    client = sample.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    assert PASSWORD in page
    assert re.findall(r'data-fill-user="(\w+)"', page) == [str(role) for role in Role]
    answer = client.post("/sign-in", data={"username": "technician2", "password": PASSWORD})
    assert answer.status_code == 303


WORK = ("salesperson", "sales_manager", "branch_manager", "marketing_manager", "archivist", "custodian")
SERVICE = ("service_agent", "service_supervisor", "general_manager", "technician", "salesperson")


@pytest.mark.parametrize("suffix", ["", "2"])
@pytest.mark.parametrize("role", WORK)
def test_every_register_shows_something(sample: Flask, role: str, suffix: str) -> None:
    text = signed_in(sample, role + suffix).get("/customers?view=all").get_data(as_text=True)
    assert re.search(r'href="/customers/\d+', text)


@pytest.mark.parametrize("role", [*SERVICE, "service_agent2", "service_supervisor2", "technician2"])
def test_every_list_of_complaints_shows_something(sample: Flask, role: str) -> None:
    text = signed_in(sample, role).get("/complaints?view=all").get_data(as_text=True)
    assert re.search(r'href="/complaints/\d+', text)


@pytest.mark.parametrize(
    "role",
    [
        *("salesperson", "salesperson2", "salesperson3", "sales_manager", "sales_manager2"),
        *("dispatcher", "dispatcher2", "marketing_manager", "archivist", "archivist2"),
        *("service_agent", "service_supervisor", "service_supervisor2", "technician", "general_manager"),
    ],
)
def test_everybody_who_works_on_something_finds_it_waiting(sample: Flask, role: str) -> None:
    text = signed_in(sample, role).get("/todo").get_data(as_text=True)
    assert re.search(r'<tr id="todo|href="/(customers|reviews|complaints)/', text), role


@pytest.mark.parametrize("username", [username for username, *_rest in PEOPLE])
def test_everybodys_first_page_opens(sample: Flask, username: str) -> None:
    assert signed_in(sample, username).get("/").status_code == 200


def test_old_messages_are_read_and_new_ones_are_not(rows: Any) -> None:
    assert count(rows, Message.read_at.is_(None)) >= 5
    assert count(rows, Message.read_at.is_not(None)) >= 100
