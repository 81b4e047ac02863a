"""When somebody leaves, all of theirs is handed over in one action, and nothing is left behind (OWN-4)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from crm.accounts import Delegation, Role, UserRole
from crm.accounts.handing_over import held_by
from crm.approvals import Condition, Review, StepRule, Who, flow_in_force, publish
from crm.audit import history
from crm.complaints import Opinion
from crm.customers.models import Allocation, AllocationLine, Customer, CustomerAccess, ImportBatch
from crm.customers.owning import queries, sharing, transferring
from crm.kernel import clock
from crm.kernel.database import Base
from crm.kernel.seams import holdings
from tests.cast import Cast
from tests.complaints.cases import register
from tests.customers.entries import archive, draft, review_of

#: foreign keys to a person that say who did something, or follow from what is held: nothing to hand over
HISTORY = {
    "allocation_line.proposed_id": "whom the system proposed",
    "customer.dispatched_by_id": "who sent it",
    "customer.filed_by_id": "who filed it",
    "customer_access.user_id": "follows the case that is handed over",
    "customer_file.added_by_id": "who added it",
    "decision.by_id": "who decided",
    "decision.for_id": "whose decision it was",
    "field_change.approved_by_id": "who approved it",
    "field_change.by_id": "who proposed it",
    "flow_version.published_by_id": "who published it",
    "grade_change.by_id": "who graded",
    "login_session.user_id": "ends when the account is disabled",
    "message.recipient_id": "one's own inbox; what waits is a to-do and no message",
    "opinion.closed_by_id": "who closed it",
    "opinion.registered_by_id": "who took it in",
    "opinion.technician_id": "whom it judges",
    "opinion_file.added_by_id": "who added it",
    "opinion_finding.by_id": "who found it",
    "opinion_instruction.by_id": "who ordered it",
    "opinion_instruction.handler_id": "whom it was given to then; the case has its handler",
    "opinion_reply.by_id": "who wrote it",
    "opinion_reply.signer_id": "who signs is chosen again when a letter goes out",
    "review_comment.by_id": "who commented",
    "review_copy.by_id": "who sent the copy",
    "review_copy.user_id": "was told; nothing waits for it",
    "review_step.added_by_id": "who asked somebody besides",
    "salesperson_weight.user_id": "said of this person, and meaningless without them",
    "spot_check.by_id": "who judged",
    "spot_check.owner_id": "whose it was when it was drawn; whoever owns the customer now answers",
    "subscription.by_id": "who subscribed a department",
    "user_role.user_id": "the roles are this person's",
}


@pytest.fixture(autouse=True)
def friday(office: Any) -> None:
    office("2026-01-09 10:00")


@pytest.mark.rule("OWN-4")
def test_every_foreign_key_to_a_person_is_a_holding_or_history() -> None:
    """Who adds a column that names a person says here what becomes of it when the person leaves."""
    keys = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "user"
    }
    held = {column for kind in holdings() for column in kind.columns}
    assert keys == held | set(HISTORY)
    assert not held & set(HISTORY)


@pytest.mark.rule("OWN-4")
def test_every_kind_has_a_name_and_somebody_who_may_take_it(cast: Cast, session: Any) -> None:
    everybody = session.scalars(select(type(cast.administrator))).all()
    for kind in holdings():
        assert str(kind.label), kind.key
        assert kind.count(cast.technician) == 0
        assert any(kind.may_take(person) for person in everybody), kind.key


class Office:
    """陈知远 holds one of every kind; 何青山, who may hold everything too, takes over."""

    def __init__(self, cast: Cast, session: Any) -> None:
        self.cast, self.session = cast, session
        self.leaver, self.successor = cast.salesperson, cast.salesperson3

    def promote(self) -> None:
        for person in (self.leaver, self.successor):
            for role in (Role.SALES_MANAGER, Role.CUSTODIAN, Role.ARCHIVIST):
                person.role_rows.append(UserRole(role=role))
        self.session.commit()
        for person in (self.leaver, self.successor):
            person.__dict__.pop("roles", None)
            person.__dict__.pop("perms", None)

    def fill(self) -> None:
        cast, session, at, leaver = self.cast, self.session, clock.now(), self.leaver
        owned = archive(cast, "filed")  # by the leaver
        draft(cast, "云州新芽阀门有限公司", contact_phone="13900001111")
        named = archive(cast, "named", "云州归一泵业有限公司", contact_phone="13900002222")
        other = archive(cast, "in_review", "云州候审机电有限公司", branch="2", contact_phone="13900003333")
        self.promote()
        owned.custodian_id = named.archivist_id = leaver.id
        session.add(
            ImportBatch(
                file_name="名单.csv", columns=[], author_id=leaver.id, department_id=leaver.department_id,
                created_at=at, total=0, valid=0,
            )
        )  # fmt: skip
        transferring.ask(
            queries.known(owned.id),
            self.successor,
            reason="调岗",
            by=leaver,
            at=at,  # type: ignore[arg-type]
        )
        proposal = Allocation(title="展会", author_id=leaver.id, created_at=at, state=sharing.PROPOSED)
        session.add(proposal)
        session.flush()
        line = {"proposed_id": leaver.id, "chosen_id": leaver.id}
        session.add(AllocationLine(allocation_id=proposal.id, customer_id=named.id, **line))
        opinion = register(cast.service_agent, customer=named)
        session.flush()
        opinion.assign(leaver, by=cast.service_supervisor, at=at)
        session.flush()
        step = review_of(other).current
        assert step is not None
        step.note(seats=[leaver.id], by_hand=[leaver.id])
        step.arrange(at, other.author_id)
        Delegation.appoint(
            cast.sales_manager,
            leaver,
            date(2026, 1, 9),
            date(2026, 1, 20),
            "出差",
            by=cast.sales_manager,
            at=at,
        )
        Delegation.appoint(
            leaver, cast.technician, date(2026, 1, 9), date(2026, 1, 10), "请假", by=leaver, at=at
        )
        shipped = flow_in_force("customers:entry").steps
        named_step = StepRule(
            "person", "陈知远复核", Who("person", user_id=leaver.id), when=Condition(), days=1
        )
        publish("customers:entry", [*shipped, named_step], note="", by=cast.administrator, at=at)
        session.commit()


@pytest.fixture
def filled(cast: Cast, session: Any) -> Office:
    office = Office(cast, session)
    office.fill()
    return office


@pytest.mark.rule("OWN-4")
def test_the_full_desk_holds_one_of_every_kind(filled: Office) -> None:
    assert set(held_by(filled.leaver)) == {kind.key for kind in holdings()}


@pytest.mark.rule("OWN-4")
@pytest.mark.parametrize("person", ["administrator", "branch_manager"])
def test_everything_goes_to_the_successor_in_one_action(as_: Any, filled: Office, person: str) -> None:
    leaver, to = filled.leaver, filled.successor
    before = held_by(leaver)
    client, door = as_(person), f"/people/{leaver.id}/hand-over"
    page = client.get(door).text
    for kind in holdings():
        assert str(kind.label) in page
    assert client.post(door, data={"all": to.id}).status_code == 422  # why?
    assert client.post(door, data={"reason": "离职"}).status_code == 422  # to whom?
    assert held_by(leaver) == before
    answer = client.post(door, data={"all": to.id, "reason": "本人离职"})
    assert answer.status_code == 303, answer.text
    assert held_by(leaver) == {}
    entry = history("user", leaver.id)[0]
    assert (entry.tag, entry.reason, entry.facts["counts"]) == ("user:hand_over", "本人离职", before)
    assert set(entry.facts["to"].values()) == {to.id}
    assert "没有要移交的事项" in client.get(door).text
    assert client.post(door, data={"all": to.id, "reason": "再来"}).status_code == 409


@pytest.mark.rule("OWN-4")
def test_what_was_handed_over_works_on(as_: Any, filled: Office, session: Any) -> None:
    leaver, to = filled.leaver, filled.successor
    as_("administrator").post(
        f"/people/{leaver.id}/hand-over", data={"all": to.id, "reason": "离职", "leaves": "y"}
    )
    assert not leaver.active
    successor = as_(to)
    for customer in session.scalars(select(Customer).where(Customer.department_path.contains("/"))):
        if customer.author_id != filled.cast.salesperson2.id:
            assert successor.get(f"/customers/{customer.id}").status_code in (200, 303), customer.name
    opinion = session.scalars(select(Opinion)).one()
    assert opinion.handler_id == to.id
    assert [row.user_id for row in session.scalars(select(CustomerAccess))] == [to.id]
    handed = session.scalars(select(Review).where(Review.object_name == "云州候审机电有限公司")).one()
    assert handed.can_decide(to)
    assert session.scalars(select(Delegation).where(Delegation.ended_at.is_(None))).one().delegate_id == to.id


@pytest.mark.rule("OWN-4")
def test_a_kind_may_go_to_somebody_else_and_customers_into_the_pool(
    as_: Any, cast: Cast, session: Any
) -> None:
    customer = archive(cast, "filed")
    waiting = draft(cast, "云州新芽阀门有限公司", contact_phone="13900001111")
    client, door = as_("administrator"), f"/people/{cast.salesperson.id}/hand-over"
    said = {"all": cast.salesperson3.id, "reason": "离职", "to_customers_owned": "none"}
    assert client.post(door, data=said | {"to_customers_entries": "none"}).status_code == 422
    assert client.post(door, data=said | {"to_customers_entries": cast.archivist.id}).status_code == 422
    assert client.post(door, data=said).status_code == 303
    session.expire_all()
    assert customer.owner_id is None
    assert customer.pooled
    assert waiting.author_id == cast.salesperson3.id
    assert customer.name in as_("salesperson3").get("/customers/pool").text


@pytest.mark.rule("OWN-4")
def test_nobody_takes_what_their_role_does_not_allow(as_: Any, cast: Cast) -> None:
    archive(cast, "filed")
    door = f"/people/{cast.custodian.id}/hand-over"
    said = {"all": cast.salesperson.id, "reason": "离职"}
    answer = as_("administrator").post(door, data=said)
    assert answer.status_code == 422
    assert held_by(cast.custodian) == {"customers:kept": 1}
    assert as_("administrator").post(door, data=said | {"all": cast.custodian2.id}).status_code == 303
    assert held_by(cast.custodian) == {}


@pytest.mark.rule("OWN-4")
def test_a_pending_question_never_goes_to_its_own_author(as_: Any, cast: Cast, session: Any) -> None:
    """What 陈知远 submitted waits for 林晚舟; it goes past 陈知远 to the level above."""
    archive(cast, "in_review")
    cast.salesperson.role_rows.append(UserRole(role=Role.SALES_MANAGER))
    session.commit()
    door = f"/people/{cast.sales_manager.id}/hand-over"
    answer = as_("administrator").post(door, data={"all": cast.salesperson.id, "reason": "离职"})
    assert answer.status_code == 303, answer.text
    review = session.scalars(select(Review)).one()
    assert [a.user_id for a in review.current.asked if a.open] == [cast.branch_manager.id]


@pytest.mark.rule("OWN-4")
def test_the_successor_of_an_entry_reads_why_it_came_back_and_decides_nothing_of_it(
    as_: Any, cast: Cast, session: Any
) -> None:
    back = archive(cast, "returned")
    waiting = archive(cast, "in_review", "云州候审机电有限公司", contact_phone="13900001111")
    door = f"/people/{cast.salesperson.id}/hand-over"
    answer = as_("administrator").post(door, data={"all": cast.sales_manager.id, "reason": "离职"})
    assert answer.status_code == 303, answer.text
    session.expire_all()
    successor = as_("sales_manager")
    assert "写细一点" in successor.get(f"/customers/{back.id}/entry").text
    review = review_of(waiting)
    assert review.author_id == cast.sales_manager.id
    assert not review.can_decide(cast.sales_manager)
    assert review.can_decide(cast.branch_manager)


@pytest.mark.rule("OWN-4", "CUS-3")
def test_who_may_hand_over(as_: Any, cast: Cast) -> None:
    door = f"/people/{cast.salesperson.id}/hand-over"
    assert as_("branch_manager").get(door).status_code == 200
    assert as_("branch_manager2").get(door).status_code == 404
    assert as_("branch_manager2").post(door, data={"all": 1, "reason": "x"}).status_code == 404
    assert as_("sales_manager").get(door).status_code == 403
    assert as_("administrator").get(f"/people/{cast.administrator.id}/hand-over").status_code == 404
    page = as_("branch_manager").get("/hand-overs").text
    assert "陈知远" in page
    assert "赵明朗" not in page


@pytest.mark.rule("OWN-4")
def test_disabling_somebody_who_holds_things_leads_to_the_hand_over(as_: Any, cast: Cast) -> None:
    archive(cast, "filed")
    client = as_("administrator")
    assert "移交名下 1 件" in client.get(f"/people/{cast.salesperson.id}").text
    answer = client.post(f"/people/{cast.salesperson.id}/suspension")
    assert (answer.status_code, answer.location) == (303, f"/people/{cast.salesperson.id}/hand-over")
    assert not cast.salesperson.active
    answer = client.post(f"/people/{cast.technician.id}/suspension")
    assert answer.location == f"/people/{cast.technician.id}"


@pytest.mark.rule("OWN-4")
def test_the_successor_is_told(as_: Any, cast: Cast) -> None:
    archive(cast, "filed")
    as_("administrator").post(
        f"/people/{cast.salesperson.id}/hand-over", data={"all": cast.salesperson3.id, "reason": "离职"}
    )
    assert "移交给您" in as_("salesperson3").get("/inbox").text
