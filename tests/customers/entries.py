"""Entries as tests type them, and archives brought to any state by the right people."""

import io
from datetime import date
from typing import Any

from sqlalchemy import select

from crm.approvals import Review, Verdict
from crm.customers.archive.fields import ASKED
from crm.customers.archive.values import write
from crm.customers.entry import entering
from crm.customers.models import Customer
from crm.kernel import clock
from crm.kernel.database import db

GOOD = "91420300090256201E"  # check digit right
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

#: a form with everything ARC-2 asks for
WHOLE = {
    "name": "云州恒拓精密机械有限公司",
    "industry": "通用设备制造",
    "staff": "320",
    "source_channel": "exhibition",
    "collected_on": "2026-01-09",
    "need_text": "二期产线配套不锈钢离心泵 24 台，2027 年 3 月底前到货",
    "contacts-0-name": "许望舒",
    "contacts-0-title": "总经理",
    "contacts-0-phone": "138 0000 1057",
}


def scan(name: str = "执照.pdf", data: bytes = PDF) -> tuple[io.BytesIO, str]:
    """A licence scan, as a form uploads it."""
    return io.BytesIO(data), name


def whole(**changes: Any) -> dict[str, Any]:
    """A complete form; None takes a field away. `contacts_0_name` stands for contacts-0-name."""
    said = WHOLE | {k.replace("contacts_0_", "contacts-0-"): v for k, v in changes.items()}
    return {k: v for k, v in said.items() if v is not None}


def the(name: str = WHOLE["name"]) -> Customer:
    """The archive of that name."""
    return db.session.scalars(select(Customer).where(Customer.name == name)).one()


def review_of(customer: Customer) -> Review:
    """Its newest review."""
    mine = select(Review).where(Review.thing_type == "customer", Review.thing_id == customer.id)
    return db.session.scalars(mine.order_by(Review.id.desc()).limit(1)).one()


# --- archives without the form ---------------------------------------------------------------------


def draft(cast: Any, name: str = WHOLE["name"], *, by: str = "salesperson", **values: Any) -> Customer:
    """A complete draft of `by`."""
    author, at = cast[by], clock.now()
    customer = entering.draft_for(author, f"key-{name}", at=at)
    said: dict[str, Any] = dict.fromkeys(f.key for f in ASKED)
    said |= {"name": name, "industry": "通用设备制造", "staff": 320, "source_channel": "exhibition"}
    said |= {"collected_on": clock.today(), "need_text": WHOLE["need_text"], "nature": "government"}
    phone = values.pop("contact_phone", "13800001057")
    said |= values
    contact = {"name": "许望舒", "title": "总经理", "phone": phone, "email": "", "decides": "decides"}
    write(customer, said, [contact], {})
    db.session.commit()
    return customer


def archive(cast: Any, state: str, name: str = WHOLE["name"], *, branch: str = "", **values: Any) -> Customer:
    """An archive in `state`, brought there by the verbs; `branch` "2" is 青岚."""
    customer = draft(cast, name, by=f"salesperson{branch}", **values)
    if state == "draft":
        return customer
    author, manager = cast[f"salesperson{branch}"], cast[f"sales_manager{branch}"]
    review = entering.submit(customer, by=author, at=clock.now())
    db.session.commit()
    if state == "in_review":
        return customer
    if state == "returned":
        review.decide(Verdict.RETURN, by=manager, at=clock.now(), reasons={"industry": "写细一点"})
        db.session.commit()
        return customer
    ticks = {"licence": "", "verified": "1 月 9 日电话，本人", "need": ""}
    review.decide(Verdict.APPROVE, by=manager, at=clock.now(), ticks=ticks)
    if state == "approved":
        db.session.commit()
        return customer
    customer.dispatch(by=cast[f"dispatcher{branch}"], at=clock.now())
    if state == "named":
        customer.name_archivist(cast.archivist, by=cast.marketing_manager, at=clock.now())
    if state in ("dispatched", "named"):
        db.session.commit()
        return customer
    customer.name_archivist(cast.archivist, by=cast.marketing_manager, at=clock.now())
    customer.file(place="档案室 3 柜 2 层", custodian=cast.custodian, by=cast.archivist, at=clock.now())
    if state == "retired":
        customer.retire(reason="公司已注销", by=manager, at=clock.now())
    db.session.commit()
    return customer


TODAY = date(2026, 1, 9)  # a Friday: two working days later is Tuesday the 13th
