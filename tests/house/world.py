"""One thing of each kind in 云州 (own) and one in 青岚 (other), for the matrix of permissions."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from crm.accounts import Delegation, LoginSession
from crm.customers.models import Allocation, CustomerFile, ImportBatch, SpotCheck
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.jobs import Outgoing
from crm.kernel.jobs.tables import TRIES
from crm.notifications import Message
from tests.complaints.cases import BODY, register
from tests.customers.changing import proposed, subscribed
from tests.customers.entries import PDF, archive, review_of

Values = dict[str, Any]

#: the state a door of the archive is made for; filed where nothing is said
STATES = {
    "dispatch": "approved",
    "first_contact": "approved",
    "name_archivist": "dispatched",
    "file": "named",
    "resume": "draft",
    "save_entry": "draft",
    "submit": "draft",
    "give_up": "draft",
    "withdraw": "in_review",
    "review_likenesses": "in_review",
    "reinstate": "retired",
}


class World:
    """Makes what an address needs: `own` of 云州, `other` of 青岚."""

    def __init__(self, cast: Any) -> None:
        self.cast = cast

    def values(self, endpoint: str, arguments: set[str]) -> tuple[Values, Values]:
        """The address's values for the own and for the other thing."""
        if not arguments:
            return {}, {}
        room, door = endpoint.split(".")
        make: Callable[[str, str, set[str]], Values] = getattr(self, room)
        own, other = make(door, "", arguments), make(door, "2", arguments)
        db.session.commit()
        return own, other

    def accounts(self, door: str, branch: str, _arguments: set[str]) -> Values:
        if "department" in door:
            return {"id": self.cast.department("综合二部" if branch else "综合部").id}
        if "delegation" in door:
            today, away = clock.local(clock.now()).date(), self.cast[f"salesperson{branch}"]
            row = Delegation(principal_id=away.id, delegate_id=self.cast[f"sales_manager{branch}"].id)
            row.starts_on = row.ends_on = today
            row.created_at = clock.now()
            db.session.add(row)
            db.session.flush()
            return {"id": row.id}
        if "session" in door:
            person = self.cast[f"salesperson{branch}"]
            LoginSession.begin(person, at=clock.now(), keep=False, address="127.0.0.1", agent="test")
            db.session.flush()
            mine = select(LoginSession.id).where(LoginSession.user_id == person.id)
            return {"id": db.session.scalar(mine.order_by(LoginSession.id.desc()).limit(1))}
        return {"id": self.cast[f"technician{branch}"].id}

    def approvals(self, _door: str, branch: str, arguments: set[str]) -> Values:
        if "key" in arguments:  # a flow; the version that ships
            return {"key": "customers:entry", "number": 1}
        return {"id": review_of(self._archive("in_review", branch)).id}

    def customers(self, door: str, branch: str, arguments: set[str]) -> Values:
        if "key" in arguments:
            return {"key": "exhibition"}
        if "import" in door:
            return {"id": self._import(branch).id}
        if "allocation" in door:
            return {"id": self._allocation(branch).id}
        customer = self._archive(STATES.get(door, "filed"), branch)
        if door == "proposal":
            return {"id": proposed(self.cast, customer, branch).id}
        if "spot_check" in door:
            return {"id": self._spot_check(customer, branch)}
        values = {"id": customer.id}
        if "field" in arguments:
            values["field"] = "staff"
        if "change_id" in arguments:
            values["change_id"] = proposed(self.cast, customer, branch, returned=door != "change").id
        if "subscription_id" in arguments:
            values["subscription_id"] = subscribed(self.cast, customer, branch).id
        if "contact_id" in arguments:
            values["contact_id"] = customer.contacts[0].id
        if "paper_id" in arguments:
            by = customer.author_id
            paper = CustomerFile(kind="other", file_id=self._file().id, name="合同.pdf", added_by_id=by)
            paper.added_at = clock.now()
            customer.files.append(paper)
            db.session.flush()
            values["paper_id"] = paper.id
        return values

    def complaints(self, door: str, branch: str, arguments: set[str]) -> Values:
        customer = self._archive("approved", branch)
        if "customer_id" in arguments:
            return {"customer_id": customer.id}
        agent, supervisor = self.cast[f"service_agent{branch}"], self.cast[f"service_supervisor{branch}"]
        opinion = register(agent, customer=customer)
        db.session.flush()
        opinion.assign(agent, by=supervisor, at=clock.now())
        values = {"id": opinion.id}
        if "file_id" in arguments:
            opinion.attach(self._file(), "现场.pdf", by=agent, at=clock.now())
            db.session.flush()
            values["file_id"] = opinion.files[0].id
        if "reply_id" in arguments or door in ("closure", "reopening"):
            opinion.reply_by_letter(
                title="关于漏液的函", body=BODY, signer=self.cast.general_manager, by=agent, at=clock.now()
            )
            db.session.flush()
        if "reply_id" in arguments:
            values["reply_id"] = opinion.replies[0].id
        if door == "reopening":
            opinion.close(by=supervisor, at=clock.now())
        return values

    def notifications(self, _door: str, branch: str, _arguments: set[str]) -> Values:
        message = Message(recipient_id=self.cast[f"salesperson{branch}"].id, text="知会", at=clock.now())
        db.session.add(message)
        db.session.flush()
        return {"id": message.id}

    def clockwork(self, _door: str, _branch: str, _arguments: set[str]) -> Values:
        lost = Outgoing(topic="test", payload={}, created_at=clock.now(), due_at=clock.now(), tries=TRIES)
        db.session.add(lost)
        db.session.flush()
        return {"id": lost.id}

    def workdays(self, _door: str, _branch: str, arguments: set[str]) -> Values:
        return {"year": 2026} if "year" in arguments else {"day": "2026-05-06"}

    def _archive(self, state: str, branch: str) -> Any:
        name = "青岚远航包装有限公司" if branch else "云州恒拓精密机械有限公司"
        customer = archive(self.cast, state, name, branch=branch)
        if customer.custodian_id is not None:
            customer.custodian_id = self.cast[f"custodian{branch}"].id
        if customer.archivist_id is not None:
            customer.archivist_id = self.cast[f"archivist{branch}"].id
        return customer

    def _spot_check(self, customer: Any, branch: str) -> int:
        department = self.cast[f"salesperson{branch}"].department_id
        check = SpotCheck(week=date(2026, 1, 12), customer_id=customer.id, department_id=department)
        check.owner_id, check.drawn_at = customer.owner_id, clock.now()
        db.session.add(check)
        db.session.flush()
        return check.id

    def _import(self, branch: str) -> ImportBatch:
        author = self.cast[f"salesperson{branch}"]
        batch = ImportBatch(
            file_name="名单.csv",
            columns=[],
            file_id=self._file().id,
            author_id=author.id,
            department_id=author.department_id,
            created_at=clock.now(),
            total=0,
            valid=0,
        )
        db.session.add(batch)
        db.session.flush()
        return batch

    def _allocation(self, branch: str) -> Any:
        manager, at = self.cast[f"sales_manager{branch}"], clock.now()
        row = Allocation(title="展会", author_id=manager.id, created_at=at, state="proposed")
        db.session.add(row)
        db.session.flush()
        return row

    def _file(self) -> Any:
        from crm.files import store

        stored = store(FileStorage(io.BytesIO(PDF), filename="合同.pdf"))
        db.session.flush()
        return stored
